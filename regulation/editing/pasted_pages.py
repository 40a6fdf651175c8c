"""What comes from a clipboard, as the editor writes it: pages of the web, cells of a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from regulation.editing.escapes import write_line
from regulation.editing.pasted_tables import CellReader, TableReader
from regulation.editing.tables import table_lines
from regulation.order import Alinea, Cell, Row, Table
from regulation.reading import text as kept_text

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEPT_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_WORTH_READING = re.compile(r"<(?:table|a)\b", re.IGNORECASE)
_UNSEEN = frozenset({"style", "script", "head", "title", "template", "noscript"})
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "img", "input",
    "ins", "kbd", "label", "mark", "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr",
})  # fmt: skip


def clipboard_text(html: str, plain: str) -> str:
    """What was copied, in the format of the text: its tables and links are kept.

    Args:
        html: the clipboard as HTML, empty where it has none.
        plain: the clipboard as plain text; it comes back as it is where neither a table nor a link is there.

    Raises:
        ReadingError: a table inside a table, one without rows, or a character that no database keeps.
    """
    if _WORTH_READING.search(html):
        reader = _PageReader()
        reader.feed(html)
        reader.close()
        return reader.text()
    rows = _cells_of(plain)
    return "\n".join(table_lines(_table_of(rows))) if rows else plain


def _cells_of(plain: str) -> list[list[str]]:
    """The cells of a spreadsheet; nothing where the lines do not have the same number of them, above one."""
    rows = list(csv.reader(io.StringIO(plain, newline=""), delimiter="\t")) if "\t" in plain else []
    return rows if len(rows) > 1 and len({len(row) for row in rows}) == 1 and len(rows[0]) > 1 else []


def _table_of(rows: Sequence[Sequence[str]]) -> Alinea:
    cells = (tuple(Cell(kept_text(_one_break(cell))) for cell in row) for row in rows)
    return Alinea("", Table(tuple(Row(row) for row in cells)))


def _one_break(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()


class _PageReader(HTMLParser):
    """Gathers lines: one for each block of the page, and those of its tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[list[str]] = []
        self._line = CellReader(1, 1)
        self._table: TableReader | None = None
        self._unseen = 0

    def text(self) -> str:
        """The lines, a blank one around each table."""
        if self._table:
            self._end_table(self._table)
        self._end_line()
        pieces = [
            f"\n{line}\n" if is_table else line
            for block in self._blocks
            for line, is_table in [("\n".join(block), block[0].startswith("|"))]
        ]
        return "\n".join(pieces).strip("\n").replace("\n\n\n", "\n\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a table or a link."""
        attributes = [
            (name, value) for name, value in attrs if name != "href" or _KEPT_ADDRESS.match(value or "")
        ]
        if tag in _UNSEEN:
            self._unseen += 1
        elif self._table:
            self._table.handle_starttag(tag, attributes)
        elif tag == "table":
            self._end_line()
            self._table = TableReader()
            self._table.handle_starttag(tag, attributes)
        elif tag in _INLINE:
            self._line.begin(tag, dict(attributes))
        else:
            self._end_line()
            self._line.add("- " if tag == "li" else "")

    def handle_endtag(self, tag: str) -> None:
        """End a block, a table or a link."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif self._table:
            self._table.handle_endtag(tag)
            if tag == "table":
                self._end_table(self._table)
        elif tag in _INLINE:
            self._line.end(tag)
        else:
            self._end_line()

    def handle_data(self, data: str) -> None:
        """Take words that a reader of the page sees."""
        if self._unseen:
            return
        if self._table:
            self._table.handle_data(data)
        else:
            self._line.add(data)

    def _end_line(self) -> None:
        cell = self._line.cell()
        if cell.text.strip(" -"):
            self._blocks.append([write_line(cell.text, cell.links)])
        self._line = CellReader(1, 1)

    def _end_table(self, table: TableReader) -> None:
        self._table = None
        self._blocks.append(list(table_lines(table.table())))
