"""Place-holders of the office templates: `{{installation}}`, found even where an editor's program cut them.

Office programs put formatting around any part of a text, so that `{{instal` and `lation}}` may be two pieces.
"""

import re
from collections.abc import Mapping, Sequence

from etl.errors import SettingsError

PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")


def named_in(text: str) -> set[str]:
    """Return the names of the place-holders of a text."""
    return set(PLACEHOLDER.findall(text))


def filled(pieces: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Return the pieces of one paragraph with its place-holders filled, as many as were given.

    A value goes into the piece in which its place-holder begins; one that has no value stays as it is.
    """
    found = list(pieces)
    for match in reversed(list(PLACEHOLDER.finditer("".join(pieces)))):
        if match[1] in values:
            _replace(found, match.start(), match.end(), values[match[1]])
    return found


def _replace(pieces: list[str], start: int, end: int, value: str) -> None:
    offset = 0
    for index, piece in enumerate(pieces):
        first, last = max(start - offset, 0), min(end - offset, len(piece))
        if first < last:
            begins_here = offset <= start
            pieces[index] = piece[:first] + (value if begins_here else "") + piece[last:]
        offset += len(piece)


def check(template: str, found: set[str], required: Sequence[str]) -> None:
    """See that a template has every place-holder that it must have.

    Raises:
        SettingsError: some are missing; the sentence names the file and all of them.
    """
    missing = [name for name in required if name not in found]
    if missing:
        names = ", ".join("{{" + name + "}}" for name in missing)
        raise SettingsError(
            f"The template {template} has lost {names}: write it back where it was, or take the file from "
            "the repository again (docs/exports.md says what each stands for)."
        )
