"""What two texts are compared by: their words, whatever spaces, marks, structure and links they come with."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from regulation.editing.drafts import DraftSection
from regulation.order import Alinea, Cell, Row, Table

_MARKS = str.maketrans(
    {
        **dict.fromkeys("\u2019\u2018\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u00ab\u00bb\u201c\u201d\u201e", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", None),
        "\u0153": "oe",
        "\u0152": "Oe",
        "\u2026": "...",
        "\u00ba": "\u00b0",
    }
)
_SPACES = re.compile(r"\s+")
# A space before these is a matter of typography, and so is one inside quotation marks.
_LOOSE_SPACES = re.compile(r"\s+(?=[;:!?%.,)])|(?<=\()\s+")
# A dash between words; one before a number is a minus.
_LONE_DASHES = re.compile(r"(?<!\S)-+(?!\S)")


def comparable(text: str) -> str:
    """Return a text with one way to write marks and spaces; what it says is the same."""
    marked = _LONE_DASHES.sub(" ", text.translate(_MARKS))
    return _LOOSE_SPACES.sub("", _SPACES.sub(" ", marked)).strip()


def comparable_drafts(sections: Iterable[DraftSection]) -> tuple[DraftSection, ...]:
    """Return sections whose words alone are left to differ: marks and spaces unified, links dropped."""
    return tuple(
        DraftSection(
            comparable(section.title),
            tuple(_comparable_alinea(alinea) for alinea in section.alineas),
            comparable_drafts(section.sections),
            section.line,
        )
        for section in sections
    )


def _comparable_alinea(alinea: Alinea) -> Alinea:
    table = alinea.table and Table(tuple(_comparable_row(row) for row in alinea.table.rows))
    return Alinea(comparable(alinea.text), table)


def _comparable_row(row: Row) -> Row:
    return replace(row, cells=tuple(_comparable_cell(cell) for cell in row.cells))


def _comparable_cell(cell: Cell) -> Cell:
    return replace(cell, text=comparable(cell.text), links=())


def fingerprint(sections: Iterable[DraftSection]) -> bytes:
    """Return the SHA-256 of the words of a text; sections and alineas do not count."""
    said = " ".join(_said(sections))
    words = comparable(said).casefold().replace('"', " ")
    return hashlib.sha256(_SPACES.sub(" ", words).strip().encode()).digest()


def _said(sections: Iterable[DraftSection]) -> Iterator[str]:
    for section in sections:
        yield section.title
        for alinea in section.alineas:
            yield alinea.text
            rows = alinea.table.rows if alinea.table else ()
            yield from (cell.text for row in rows for cell in row.cells)
        yield from _said(section.sections)
