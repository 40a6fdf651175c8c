r"""One line of text with its links, written so that a form gives it back unchanged.

``\n`` a line break, ``\t`` a tabulation, ``\s`` a space at either end, ``\_`` a non-breaking space,
``\u{ad}`` any other character that cannot be seen, ``\`` before a character that would mean something; a
lone ``\`` is the empty text. A link is ``[words](address)``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from regulation.order import Link
from regulation.reading import ReadingError, quoted
from regulation.reading import text as kept_text

if TYPE_CHECKING:
    from collections.abc import Sequence

EMPTY = "\\"

_NAMED = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\u00a0": "\\_"}
_MEANINGS = {"n": "\n", "t": "\t", "s": " ", "_": "\u00a0"}
_SPECIAL_TABLE = str.maketrans(_NAMED)
_PLAIN_SIGNS = frozenset("\\#|<{}[]()=^")
_LABEL_SIGNS = str.maketrans({"[": "\\[", "]": "\\]"})
_TARGET_SIGNS = str.maketrans({"(": "\\(", ")": "\\)", " ": "\\s"})
_TOKEN = re.compile(
    r"\\u\{(?P<code>[0-9A-Fa-f]{1,6})\}"
    r"|\\(?P<sign>.)"
    r"|\[(?P<label>(?:[^\[\]\\]|\\.)*)\]\((?P<target>(?:[^()\s\\]|\\.)*)\)"
    r"|(?P<alone>\\)"
    r"|(?P<plain>[^\\\[]+|\[)"
)


def write_line(text: str, links: Sequence[Link] = ()) -> str:
    """The text as one line without outer spaces; a link that overlaps another or goes beyond is left out."""
    if not text and not links:
        return EMPTY
    line = _protect_ends(_with_links(text, links) if links else _inside(text))
    if line.startswith(("#", "|")) or line[:6].lower() == "<table":
        return f"\\{line}"
    return line or EMPTY


def write_cell(text: str, links: Sequence[Link] = ()) -> str:
    """The same between the bars of a table; an empty text is empty."""
    line = _protect_ends(_with_links(text, links) if links else _inside(text)).replace("|", "\\|")
    return f"\\{line}" if line.startswith("{") else line


def _inside(text: str) -> str:
    """The text with every character escaped that would mean something wherever it stands."""
    written = _visible(text)
    return written.replace("](", "]\\(") if "](" in written else written


def _visible(text: str) -> str:
    if text.isprintable() and "\\" not in text:
        return text
    written = text.translate(_SPECIAL_TABLE)
    if written.isprintable():
        return written
    return "".join(sign if sign.isprintable() else f"\\u{{{ord(sign):x}}}" for sign in written)


def _protect_ends(line: str) -> str:
    if not line.startswith(" ") and not line.endswith(" "):
        return line
    inner = line.strip(" ")
    if not inner:
        return "\\s" * len(line)
    before = len(line) - len(line.lstrip(" "))
    after = len(line) - before - len(inner)
    return "\\s" * before + inner + "\\s" * after


def _with_links(text: str, links: Sequence[Link]) -> str:
    pieces: list[str] = []
    reached = 0
    for link in sorted(links, key=lambda link: link.position):
        end = link.position + link.size
        if link.position < reached or end > len(text):
            continue
        label = _visible(text[link.position : end]).translate(_LABEL_SIGNS)
        target = _visible(link.target).translate(_TARGET_SIGNS)
        pieces += [_inside(text[reached : link.position]), f"[{label}]({target})"]
        reached = end
    pieces.append(_inside(text[reached:]))
    return "".join(pieces)


def read_line(line: str) -> tuple[str, tuple[Link, ...]]:
    """The text and links of a line whose outer spaces are gone.

    Raises:
        ReadingError: an escape that does not exist, or a character that no database keeps.
    """
    if line == EMPTY:
        return "", ()
    if "\\" not in line and "](" not in line:
        return kept_text(line), ()
    pieces: list[str] = []
    links: list[Link] = []
    length = 0
    for token in _TOKEN.finditer(line):
        if token["target"] is None:
            piece = _meaning(token)
        else:
            piece = _unescaped(token["label"])
            links.append(Link(_unescaped(token["target"]), length, len(piece)))
        pieces.append(piece)
        length += len(piece)
    return kept_text("".join(pieces)), tuple(links)


def _unescaped(words: str) -> str:
    if "\\" not in words:
        return words
    return "".join(_meaning(token) for token in _TOKEN.finditer(words))


def _meaning(token: re.Match[str]) -> str:
    if token["code"]:
        return _character(token["code"])
    if token["sign"]:
        return _sign(token["sign"])
    if token["alone"]:
        raise ReadingError("une barre oblique inverse termine la ligne : doublez-la ou retirez-la")
    return token[0]


def _character(code: str) -> str:
    number = int(code, 16)
    if number > 0x10FFFF:
        raise ReadingError(f"le caractère \\u{{{code}}} n'existe pas : corrigez son numéro")
    return kept_text(chr(number))


def _sign(sign: str) -> str:
    if sign in _MEANINGS:
        return _MEANINGS[sign]
    if sign in _PLAIN_SIGNS:
        return sign
    raise ReadingError(
        f"{quoted(EMPTY + sign)} n'a pas de sens : pour écrire une barre oblique inverse, doublez-la"
    )
