"""Tables pasted as they come: HTML from a page of the web, lines with tabulations from a spreadsheet."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from regulation.order import Alinea, Cell, Link, Row, Table
from regulation.reading import ReadingError
from regulation.reading import text as kept_text

_SPACES = re.compile(r"[ \t\n\r\f]+")
_BREAKS = frozenset({"br", "p", "div", "li"})
_MAX_SPAN = 1000


def read_html_table(source: str) -> Alinea:
    """The table of a piece of HTML from ``<table`` to ``</table>``, its cells and their links.

    A row is of headings when it stands in ``<thead>`` or all its cells are ``<th>``.

    Raises:
        ReadingError: a table inside a table, no row at all, or a character that no database keeps.
    """
    reader = TableReader()
    reader.feed(source)
    reader.close()
    return reader.table()


def read_spreadsheet_rows(lines: list[str]) -> Alinea:
    """The table of lines whose cells are separated by tabulations; none of its rows is of headings."""
    rows = (Row(tuple(Cell(kept_text(cell.strip())) for cell in line.split("\t"))) for line in lines)
    return Alinea("", Table(tuple(rows)))


class TableReader(HTMLParser):
    """Gathers the rows; an end tag that is missing is made up for by the next start, as browsers do."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Row] = []
        self._depth = 0
        self._in_head = False
        self._cells: list[Cell] | None = None
        self._all_headings = True
        self._cell: CellReader | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row, a cell or a link."""
        attributes = dict(attrs)
        if tag == "table":
            self._depth += 1
            if self._depth > 1:
                raise ReadingError("un tableau HTML en contient un autre : séparez-les")
        elif tag == "thead":
            self._in_head = True
        elif tag == "tr":
            self.end_row()
            self._cells = []
        elif tag in ("td", "th"):
            self._begin_cell(tag, attributes)
        elif self._cell:
            self._cell.begin(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        """End a row, a cell or a link."""
        if tag in ("tr", "table"):
            self.end_row()
        elif tag in ("thead", "tbody"):
            self.end_row()
            self._in_head = False
        elif tag in ("td", "th"):
            self._end_cell()
        elif self._cell:
            self._cell.end(tag)

    def handle_data(self, data: str) -> None:
        """Take the words of a cell; those between cells are dropped."""
        if self._cell:
            self._cell.add(data)

    def table(self) -> Alinea:
        """The table that was read.

        Raises:
            ReadingError: it has no row.
        """
        self.end_row()
        if not self.rows:
            raise ReadingError("ce tableau HTML n'a aucune ligne <tr> : retirez-le ou complétez-le")
        return Alinea("", Table(tuple(self.rows)))

    def end_row(self) -> None:
        """Keep the row that is being read, if it has a cell."""
        self._end_cell()
        if self._cells:
            self.rows.append(Row(tuple(self._cells), self._in_head or self._all_headings))
        self._cells = None
        self._all_headings = True

    def _begin_cell(self, tag: str, attributes: dict[str, str | None]) -> None:
        self._end_cell()
        self._all_headings = self._all_headings and tag == "th"
        self._cell = CellReader(_span(attributes.get("colspan")), _span(attributes.get("rowspan")))

    def _end_cell(self) -> None:
        if self._cell:
            self._cells = [*(self._cells or ()), self._cell.cell()]
        self._cell = None


class CellReader:
    """The words and links of a cell: spaces run together, line breaks where the page had them."""

    def __init__(self, colspan: int, rowspan: int) -> None:
        self._spans = (colspan, rowspan)
        self._text = ""
        self._links: list[Link] = []
        self._link: tuple[str, int] | None = None

    def begin(self, tag: str, attributes: dict[str, str | None]) -> None:
        """Take the start of an element: a line break or a link."""
        if tag in _BREAKS:
            self._break()
        elif tag == "a" and attributes.get("href"):
            self.end("a")
            self._link = (str(attributes["href"]).strip(), len(self._text))

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if tag in _BREAKS - {"br"}:
            self._break()
        elif tag == "a" and self._link:
            target, position = self._link
            if len(self._text) > position:
                self._links.append(Link(target, position, len(self._text) - position))
            self._link = None

    def add(self, data: str) -> None:
        """Take words."""
        words = _SPACES.sub(" ", data)
        at_start = not self._text or self._text[-1] in " \n"
        self._text += words.lstrip(" ") if at_start else words

    def _break(self) -> None:
        if self._text and not self._text.endswith("\n"):
            self._text += "\n"

    def cell(self) -> Cell:
        """What was taken."""
        self.end("a")
        text = kept_text(self._text.rstrip(" \n"))
        links = tuple(link for link in self._links if link.position + link.size <= len(text))
        return Cell(text, *self._spans, links)


def _span(words: str | None) -> int:
    return min(int(words), _MAX_SPAN) if words and words.isascii() and words.isdigit() and int(words) else 1
