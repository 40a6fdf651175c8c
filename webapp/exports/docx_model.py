"""The parts of the Word template that are repeated, taken out of it."""

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl, CT_Tc
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Twips

from regulation.order import Table
from webapp.exports import docx_text, filling
from webapp.exports.placeholders import check
from webapp.exports.sheet import SheetRow
from webapp.exports.spans import FullGrid, Placed, full_grid

# More columns, and Word calls the file broken: such a table is told line by line.
MOST_COLUMNS = 63


@dataclass(frozen=True, slots=True)
class CellModel:
    """A cell of the template, and the name of the place-holder whose paragraph is repeated in it."""

    cell: CT_Tc
    name: str

    @classmethod
    def around(cls, element: BaseOxmlElement, name: str) -> Self | None:
        """Return the cell that holds a place-holder, None where there is none."""
        paragraph = docx_text.holder_of(element, name)
        cell = docx_text.around(paragraph, docx_text.CELL) if paragraph is not None else None
        return cls(deepcopy(cell), name) if isinstance(cell, CT_Tc) else None

    def made(self, cell: Placed, row: int, width: int) -> CT_Tc:
        """Return the part of a cell that lies in a row, `width` twentieths of a point wide."""
        made = deepcopy(self.cell)
        made.width = Twips(width)
        if cell.colspan > 1:
            made.grid_span = cell.colspan
        if cell.rowspan > 1:
            made.vMerge = "restart" if row == cell.row else "continue"
        marker = docx_text.holder_of(made, self.name)
        if marker is not None:
            put_paragraphs(marker, self.name, (cell.paragraphs if row == cell.row else ()) or ("",))
        return made


@dataclass(frozen=True, slots=True)
class DocxModel:
    """What a sheet is made of: a heading and a table for each block, a row for each reference."""

    heading: BaseOxmlElement
    table: CT_Tbl
    row: BaseOxmlElement
    inner: CT_Tbl
    header_cell: CellModel
    body_cell: CellModel

    def filled_row(self, row: SheetRow) -> BaseOxmlElement:
        """Return a row of the sheet."""
        made = deepcopy(self.row)
        docx_text.fill_all(made, filling.row_values(row))
        marker = docx_text.holder_of(made, "texte")
        if marker is None:
            return made
        last: str | Table = ""
        for last in filling.contents(row, widest=MOST_COLUMNS):
            if isinstance(last, Table):
                marker.addprevious(self.inner_table(last))
            else:
                put_paragraph(marker, "texte", last)
        if isinstance(last, Table):
            put_paragraph(marker, "texte", "")  # Word refuses a cell that ends with a table
        _remove(marker)
        return made

    def inner_table(self, table: Table) -> CT_Tbl:
        """Return a table of the law as a table of the document."""
        found = full_grid(table)
        made = deepcopy(self.inner)
        widths = _widths(made, found.width)
        for line in list(made.tr_lst):
            made.remove(line)
        columns = made.tblGrid
        for column in list(columns):
            columns.remove(column)
        for width in widths:
            columns.append(OxmlElement("w:gridCol", {qn("w:w"): str(width)}))
        for row in range(found.height):
            made.append(self._line(found, row, widths))
        return made

    def _line(self, found: FullGrid, row: int, widths: list[int]) -> BaseOxmlElement:
        line = OxmlElement("w:tr")
        for column, cell in enumerate(found.owners[row]):
            if column == cell.column:
                model = self.header_cell if cell.is_header else self.body_cell
                line.append(model.made(cell, row, sum(widths[column : column + cell.colspan])))
        return line


def take_model(document: Document, template: Path) -> DocxModel:
    """Return the repeated parts of a template; the table in a row and blank paragraphs leave the row.

    Raises:
        SettingsError: a part is missing; the sentence says which.
    """
    name = template.name
    body = document.element.body
    check(name, docx_text.placeholders_of(document), filling.REQUIRED_IN_SHEETS)
    text = filling.needed(docx_text.holder_of(body, "texte"), name)
    row = filling.needed(docx_text.around(text, docx_text.ROW), name)
    cell_text = filling.needed(docx_text.holder_of(row, "cellule"), name)
    inner = filling.needed(_table_around(cell_text), name)
    model = DocxModel(
        heading=filling.needed(docx_text.holder_of(body, "theme"), name),
        table=filling.needed(_table_around(row), name),
        row=row,
        inner=deepcopy(inner),
        header_cell=filling.needed(CellModel.around(row, "entete"), name),
        body_cell=filling.needed(CellModel.around(row, "cellule"), name),
    )
    filling.needed(None if inner is model.table else inner, name)
    _remove(inner)
    for paragraph in list(text.itersiblings(docx_text.PARAGRAPH)):
        if not docx_text.text_of(paragraph).strip():
            _remove(paragraph)
    return model


def put_paragraphs(marker: BaseOxmlElement, name: str, texts: tuple[str, ...]) -> None:
    """Put paragraphs like the one that holds a place-holder in its place; it becomes the last of them."""
    for text in texts[:-1]:
        put_paragraph(marker, name, text)
    docx_text.fill(marker, {name: texts[-1]})


def put_paragraph(marker: BaseOxmlElement, name: str, text: str) -> None:
    """Put a paragraph like the one that holds a place-holder before it."""
    made = deepcopy(marker)
    docx_text.fill(made, {name: text})
    marker.addprevious(made)


def _table_around(element: BaseOxmlElement) -> CT_Tbl | None:
    found = docx_text.around(element, docx_text.TABLE)
    return found if isinstance(found, CT_Tbl) else None


def _widths(table: CT_Tbl, count: int) -> list[int]:
    """Return the widths of so many equal columns, together as wide as the table of the template."""
    whole = sum(int(column.get(qn("w:w"), 0)) for column in table.tblGrid)
    return [max(whole // count, 1)] * count


def _remove(element: BaseOxmlElement) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
