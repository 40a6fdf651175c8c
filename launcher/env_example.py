"""Writes `.env.example` and the table of the manual from the settings: every variable, meaning, default."""

import inspect
import re
from pathlib import Path

from pydantic_core import PydanticUndefined

from etl.settings import MANDATORY, ROOT, Settings

TARGET = ROOT / ".env.example"
MANUAL = ROOT / "docs" / "operations" / "settings.md"
TABLE = re.compile(
    r"(?<=<!-- settings, written by `make format` -->\n).*?(?=<!-- end of settings -->)", re.DOTALL
)
HEADER = """\
# Every setting of the project, with its default. Copy this file to .env and change what differs, or set
# variables of the same names, which win over .env. An empty value counts as unset. Written by `make format`.
"""
GROUP = re.compile(r"^    # --- (?P<title>.+)$")
FIELD = re.compile(r"^    (?P<name>[a-z][a-z0-9_]*): ")


def write_env_example() -> None:
    """Bring `.env.example` and the manual to what the settings are now."""
    TARGET.write_text(render_env_example(), encoding="utf-8")
    MANUAL.write_text(with_table(MANUAL.read_text(encoding="utf-8")), encoding="utf-8")


def with_table(manual: str) -> str:
    """Return the text of the manual with its table of settings as they are now."""
    return TABLE.sub(lambda _: render_table(), manual)


def render_table() -> str:
    """Return the settings as a Markdown table."""
    rows = [
        (f"`{name.upper()}`", MANDATORY.get(name, ""), render_default(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    lines = [("variable", "mandatory", "default", "meaning"), ("---",) * 4, *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def render_env_example() -> str:
    """Return the text of `.env.example`, in the order and groups of the settings' own source."""
    parts = [HEADER]
    for line in inspect.getsource(Settings).splitlines():
        if group := GROUP.match(line):
            parts.append(f"\n# --- {group['title']}\n")
        elif (field := FIELD.match(line)) and field["name"] in Settings.model_fields:
            parts.append(render_variable(field["name"]))
    return "".join(parts)


def render_variable(name: str) -> str:
    """Return the two lines of one variable: what it means, and its default."""
    field = Settings.model_fields[name]
    return f"# {field.description}\n{name.upper()}={render_default(field.default)}\n"


def render_default(value: object) -> str:
    """Return a default as it stands in the file; a folder of this checkout is told by the description."""
    return "" if value is None or value is PydanticUndefined or isinstance(value, Path) else str(value)
