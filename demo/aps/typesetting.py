"""Sets the texts of the demo's orders in pages: titles, articles, lists, tables, one column or two.

The fonts are among the fourteen that every PDF reader brings (Courier, Helvetica, Times): none is shipped.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name
from pypdfium2 import raw

WIDTH, HEIGHT = 595.0, 842.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 533.0, 785.0, 62.0
GUTTER = 22.0
Kind = Literal["plain", "blank", "sideways", "scan"]


@dataclass(frozen=True)
class Face:
    """A typeface: its plain and bold fonts and the size of the running text, in points."""

    plain: str
    bold: str
    size: float


TYPEWRITER = Face("Courier", "Courier-Bold", 9.5)
BOOK = Face("Times-Roman", "Times-Bold", 11.0)
OFFICE = Face("Helvetica", "Helvetica-Bold", 10.0)


@dataclass(frozen=True)
class Run:
    """Words on one line: where they start (points from the lower left corner), in which font and size."""

    x: float
    y: float
    font: str
    size: float
    text: str


@dataclass
class Page:
    """A page: what is printed on it, its rules (x, y, width), and how it goes through the scanner."""

    kind: Kind = "plain"
    runs: list[Run] = field(default_factory=list)
    rules: list[tuple[float, float, float]] = field(default_factory=list)


@cache
def _font(name: str) -> pypdfium2.PdfFont:
    return pypdfium2.PdfFont.load_standard(pypdfium2.PdfDocument.new(), name)


@cache
def _glyph(name: str, char: str) -> float:
    width = ctypes.c_float()
    raw.FPDFFont_GetGlyphWidth(_font(name), ord(char), 1000.0, width)
    return width.value / 1000


def text_width(text: str, font: str, size: float) -> float:
    """Return how wide a text is, in points."""
    return sum(_glyph(font, char) for char in text) * size


def wrap(text: str, font: str, size: float, width: float) -> Iterator[str]:
    """Yield the lines of a paragraph that is at most so wide."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and text_width(longer, font, size) > width:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


class Typesetter:
    """Sets one text after another, page after page."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self.pages = [Page()]
        self._columns = [(LEFT, RIGHT - LEFT)]
        self._column = 0
        self._top = TOP
        self._y = TOP

    def set(self, source: str) -> list[Page]:
        """Return the pages of a text: see the texts for the marks that begin a line."""
        rows: list[list[str]] = []
        for line in source.splitlines():
            if line.startswith("| "):
                rows.append([cell.strip() for cell in line[2:].split("|")])
                continue
            if rows:
                self._table(rows)
                rows = []
            self._set_line(line)
        if rows:
            self._table(rows)
        return self.pages

    def _set_line(self, line: str) -> None:
        mark, _, rest = line.partition(" ")
        face = self._face
        if mark == "%%":
            self._turn(rest)
        elif mark == "#":
            self._paragraph(rest, face.bold, face.size + 1.5, centred=True, after=4)
        elif mark == "=":
            self._paragraph(rest, face.plain, face.size, centred=True, after=2)
        elif mark == "*":
            self._y -= 4
            self._paragraph(rest, face.bold, face.size, after=3)
        elif mark == "-":
            self._paragraph(f"- {rest}", face.plain, face.size, indent=14, after=2)
        elif mark == ">":
            self._paragraph(rest, face.plain, face.size, indent=250, after=2)
        elif line:
            self._paragraph(line, face.plain, face.size, after=4)
        else:
            self._y -= 3

    def _turn(self, order: str) -> None:
        """Obey an order between pages: a new page of some kind, or columns from here on."""
        if order == "columns":
            width = (RIGHT - LEFT - GUTTER) / 2
            self._columns = [(LEFT, width), (LEFT + width + GUTTER, width)]
            self._top = self._y = self._y - 8
            return
        kinds: dict[str, Kind] = {"blank": "blank", "sideways": "sideways", "scan": "scan"}
        self._new_page(kinds.get(order, "plain"))

    def _new_page(self, kind: Kind) -> None:
        self.pages.append(Page(kind))
        self._column, self._top, self._y = 0, TOP, TOP

    def _paragraph(
        self, text: str, font: str, size: float, *, centred: bool = False, indent: float = 0, after: float = 0
    ) -> None:
        for line in wrap(text, font, size, self._columns[self._column][1] - indent):
            self._room(size * 1.25)
            left, width = self._columns[self._column]
            offset = (width - text_width(line, font, size)) / 2 if centred else indent
            self.pages[-1].runs.append(Run(left + offset, self._y, font, size, line))
        self._y -= after

    def _room(self, height: float) -> None:
        """Go down by a line, to the next column or page where this one is full."""
        if self._y - height < BOTTOM:
            if self._column + 1 < len(self._columns):
                self._column += 1
                self._y = self._top
            else:
                self._new_page("plain")
        self._y -= height

    def _table(self, rows: list[list[str]]) -> None:
        left, width = self._columns[self._column]
        starts = self._column_starts(rows, width)
        height = self._face.size * 1.7
        for number, row in enumerate(rows):
            self._room(height)
            font = self._face.plain if number else self._face.bold
            for index, cell in enumerate(row):
                run = Run(left + starts[index] + 3, self._y, font, self._face.size - 1, cell)
                self.pages[-1].runs.append(run)
            self.pages[-1].rules += [(left, self._y - 4, width), (left, self._y + height - 4, width)]
        self._y -= 8

    def _column_starts(self, rows: list[list[str]], width: float) -> list[float]:
        """Return where the columns of a table start, each as wide as its longest cell asks for."""
        asked = [
            max(text_width(row[index], self._face.bold, self._face.size) for row in rows if index < len(row))
            for index in range(max(len(row) for row in rows))
        ]
        return [sum(asked[:index]) * width / sum(asked) for index in range(len(asked))]


def printed(pages: list[Page]) -> pikepdf.Pdf:
    """Return the pages as a PDF with real text."""
    pdf = pikepdf.new()
    fonts = {run.font for page in pages for run in page.runs}
    resources = Dictionary(
        Font=Dictionary({f"/{name}": pdf.make_indirect(_standard(name)) for name in fonts})
    )
    for page in pages:
        pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
        leaf = pdf.pages[-1]
        leaf.obj.Resources = pdf.make_indirect(resources)
        leaf.obj.Contents = pdf.make_stream(_content(page))
    return pdf


def _standard(name: str) -> Dictionary:
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(f"/{name}"), Encoding=Name.WinAnsiEncoding
    )


def _content(page: Page) -> bytes:
    parts = [f"0.5 w {x:.2f} {y:.2f} m {x + width:.2f} {y:.2f} l S".encode() for x, y, width in page.rules]
    for run in page.runs:
        text = run.text.encode("cp1252")
        for char in (b"\\", b"(", b")"):
            text = text.replace(char, b"\\" + char)
        place = f"BT /{run.font} {run.size:g} Tf {run.x:.2f} {run.y:.2f} Td (".encode()
        parts.append(place + text + b") Tj ET")
    return b"\n".join(parts)
