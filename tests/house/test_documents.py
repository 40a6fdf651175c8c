"""What a newcomer reads is there and holds: commands exist, DAGs have their page, links lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, all_files

MARKDOWN = [path for path in all_files() if path.suffix == ".md"]
COMMAND = re.compile(r"\bmake (?:-C \S+ )?([a-z]+)\b(?=[`\n ])")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
VENDORED = ROOT / "webapp" / "static" / "vendor"


def targets() -> dict[str, bool]:
    """Return the targets of the Makefile and whether each says what it does."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    found = [re.match(r"^([a-z]+):(.*)$", line) for line in lines]
    return {match[1]: "## " in match[2] for match in found if match and not match[2].startswith("=")}


def commands(path: Path) -> set[str]:
    """Return the targets of make that a document names in its code."""
    code = re.findall(r"```.*?```|`[^`]+`", (ROOT / path).read_text(encoding="utf-8"), flags=re.DOTALL)
    return {name for piece in code for name in COMMAND.findall(piece)}


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"])
def test_the_project_introduces_itself(name):
    assert (ROOT / name).read_text(encoding="utf-8").strip()


def test_every_command_explains_itself():
    assert len(targets()) > 10
    assert [name for name, explained in targets().items() if not explained] == []


def test_commands_that_are_named_exist():
    unknown = [f"{path}: make {name}" for path in MARKDOWN for name in commands(path) - targets().keys()]

    assert unknown == []


def test_links_lead_somewhere():
    lost = [
        f"{path}: {link}"
        for path in MARKDOWN
        for link in LINK.findall((ROOT / path).read_text(encoding="utf-8"))
        if "://" not in link and not link.startswith("mailto:") and not (ROOT / path.parent / link).exists()
    ]

    assert lost == []


def test_every_dag_has_its_page():
    dags = [path for path in (ROOT / "dags").glob("*.py") if "\n@dag" in path.read_text(encoding="utf-8")]

    assert dags
    assert [path.stem for path in dags if not (ROOT / "docs" / "dags" / f"{path.stem}.md").exists()] == []


def test_the_gate_runs_the_tests():
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.skipif(not VENDORED.exists(), reason="nothing is vendored yet")
def test_what_is_vendored_keeps_its_licence():
    bare = [folder.name for folder in VENDORED.iterdir() if folder.is_dir() and not has_licence(folder)]

    assert bare == []


def has_licence(folder: Path) -> bool:
    """Tell whether a folder holds the licence of what is in it."""
    return any(path.name.upper().startswith(("LICENSE", "LICENCE", "COPYING")) for path in folder.rglob("*"))
