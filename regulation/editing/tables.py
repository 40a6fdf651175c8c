r"""Tables in the text: lines that begin with a bar, one for each row.

    |= Paramètre | {2 colonnes} Valeur limite |
    | DCO | 300 mg/l | {2 lignes} par jour |
    | DBO5 | 100 mg/l |

``|=`` begins a row of headings, ``|^`` the line of a text that stands with the table;
``{2 colonnes, 3 lignes}`` says what a cell spans. A lone bar is a row without cells.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from regulation.editing.escapes import read_line, write_cell, write_line
from regulation.order import Alinea, Cell, Row, Table
from regulation.reading import ReadingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from regulation.order import Link

_CELL = re.compile(r"((?:[^|\\]|\\.|\\$)*)(\||$)")
_SPAN = re.compile(r"\{([^{}]*)\}\s*")
_SPAN_PART = re.compile(r"\s*(-?[0-9]{1,7})\s*(colonne|ligne)s?\s*", re.IGNORECASE)


def is_table_line(line: str) -> bool:
    """Whether a line, without its outer spaces, belongs to a table."""
    return line.startswith("|")


def table_lines(alinea: Alinea) -> Iterator[str]:
    """The lines of an alinea that is a table."""
    if alinea.table is None:
        return
    if alinea.text or alinea.links or not alinea.table.rows:
        yield f"|^ {write_line(alinea.text, alinea.links)}"
    for row in alinea.table.rows:
        cells = "".join(f"{_write_cell(cell)} |" for cell in row.cells)
        yield ("|=" if row.is_header else "|") + cells


def _write_cell(cell: Cell) -> str:
    parts = [
        f"{span} {name}{'s' if span > 1 else ''}"
        for span, name in ((cell.colspan, "colonne"), (cell.rowspan, "ligne"))
        if span != 1
    ]
    span = f" {{{', '.join(parts)}}}" if parts else ""
    words = write_cell(cell.text, cell.links)
    return f"{span} {words}" if words else span


def read_table(lines: Iterable[str]) -> Alinea:
    """The table of consecutive lines.

    Raises:
        ReadingError: a span or an escape that cannot be read; its place is the index of the line, from 0.
    """
    caption: tuple[str, tuple[Link, ...]] = ("", ())
    rows: list[Row] = []
    for number, line in enumerate(lines):
        try:
            if line.startswith("|^") and number == 0:
                caption = read_line(line[2:].strip())
            else:
                rows.append(_read_row(line))
        except ReadingError as error:
            raise error.within(str(number)) from None
    text, links = caption
    return Alinea(text, Table(tuple(rows)), links)


def _read_row(line: str) -> Row:
    if line.startswith("|^"):
        raise ReadingError(
            "« |^ » n'est possible que sur la première ligne d'un tableau : déplacez cette ligne"
        )
    is_header = line.startswith("|=")
    body = line[2 if is_header else 1 :]
    return Row(tuple(_read_cell(match[1]) for match in _CELL.finditer(body) if match[0]), is_header)


def _read_cell(words: str) -> Cell:
    words = words.strip()
    colspan = rowspan = 1
    span = _SPAN.match(words)
    if span:
        colspan, rowspan = _read_span(span[1])
        words = words[span.end() :]
    text, links = read_line(words)
    return Cell(text, colspan, rowspan, links)


def _read_span(words: str) -> tuple[int, int]:
    spans = {"colonne": 1, "ligne": 1}
    for part in words.split(","):
        match = _SPAN_PART.fullmatch(part)
        if match is None:
            raise ReadingError(
                f"l'étendue {{{words}}} d'une cellule ne peut pas être lue : "
                "écrivez par exemple {2 colonnes, 3 lignes}, ou \\{ pour une accolade"
            )
        spans[match[2].lower()] = int(match[1])
    return spans["colonne"], spans["ligne"]
