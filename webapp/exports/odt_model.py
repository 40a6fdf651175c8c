"""The parts of the text template that are repeated, taken out of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from odfdo import PREV_SIBLING, Document, Element

from regulation.order import Table
from webapp.exports import filling, odf_text
from webapp.exports.placeholders import check
from webapp.exports.sheet import SheetRow
from webapp.exports.spans import Placed, full_grid


@dataclass(frozen=True, slots=True)
class CellModel:
    """A cell of the template, and the name of the place-holder whose paragraph is repeated in it."""

    cell: Element
    name: str

    @classmethod
    def around(cls, element: Element, name: str) -> Self | None:
        """Return the cell that holds a place-holder, None where there is none."""
        paragraph = odf_text.holder_of(element, name)
        cell = odf_text.around(paragraph, "table:table-cell") if paragraph else None
        return cls(cell.clone, name) if cell else None

    def made(self, cell: Placed) -> Element:
        """Return a cell with the spans and paragraphs of another."""
        made = self.cell.clone
        if cell.colspan > 1:
            made.set_attribute("table:number-columns-spanned", str(cell.colspan))
        if cell.rowspan > 1:
            made.set_attribute("table:number-rows-spanned", str(cell.rowspan))
        marker = odf_text.holder_of(made, self.name)
        if marker is not None:
            put_paragraphs(marker, self.name, cell.paragraphs or ("",))
        return made


@dataclass(frozen=True, slots=True)
class OdtModel:
    """What a sheet is made of: a heading and a table for each block, a row for each reference."""

    heading: Element
    table: Element
    row: Element
    inner: Element
    header_cell: CellModel
    body_cell: CellModel

    def filled_row(self, row: SheetRow, name: str) -> Element:
        """Return a row of the sheet; `name` is the beginning of the names of the tables inside."""
        made = self.row.clone
        odf_text.fill_all(made, filling.row_values(row))
        marker = odf_text.holder_of(made, "texte")
        if marker is None:
            return made
        last: str | Table = ""
        for number, last in enumerate(filling.contents(row), 1):
            if isinstance(last, Table):
                marker.insert(self.inner_table(last, f"{name}-{number}"), xmlposition=PREV_SIBLING)
            else:
                put_paragraph(marker, "texte", last)
        if isinstance(last, Table):
            put_paragraph(marker, "texte", "")  # a cell does not end with a table
        marker.delete()
        return made

    def inner_table(self, table: Table, name: str) -> Element:
        """Return a table of the law as a table of the document."""
        found = full_grid(table)
        made = self.inner.clone
        for child in made.children:
            made.delete(child)
        made.set_attribute("table:name", name)
        columns = Element.from_tag("table:table-column")
        columns.set_attribute("table:number-columns-repeated", str(found.width))
        made.extend([columns, *(self._line(row, owners) for row, owners in enumerate(found.owners))])
        return made

    def _line(self, row: int, owners: tuple[Placed, ...]) -> Element:
        line = Element.from_tag("table:table-row")
        line.extend(
            (self.header_cell if cell.is_header else self.body_cell).made(cell)
            if (cell.row, cell.column) == (row, column)
            else Element.from_tag("table:covered-table-cell")
            for column, cell in enumerate(owners)
        )
        return line


def take_model(document: Document, template: Path) -> OdtModel:
    """Return the repeated parts of a template; the table in a row and blank paragraphs leave the row.

    Raises:
        SettingsError: a part is missing; the sentence says which.
    """
    name = template.name
    body = document.body
    check(name, odf_text.placeholders_of(body, document.styles.root), filling.REQUIRED_IN_SHEETS)
    text = filling.needed(odf_text.holder_of(body, "texte"), name)
    row = filling.needed(odf_text.around(text, "table:table-row"), name)
    cell_text = filling.needed(odf_text.holder_of(row, "cellule"), name)
    inner = filling.needed(odf_text.around(cell_text, "table:table"), name)
    model = OdtModel(
        heading=filling.needed(odf_text.holder_of(body, "theme"), name),
        table=filling.needed(odf_text.around(row, "table:table"), name),
        row=row,
        inner=inner.clone,
        header_cell=filling.needed(CellModel.around(row, "entete"), name),
        body_cell=filling.needed(CellModel.around(row, "cellule"), name),
    )
    filling.needed(odf_text.around(inner, "table:table-row"), name)
    inner.delete()
    for paragraph in filling.needed(text.parent, name).children:
        if not odf_text.text_of(paragraph).strip():
            paragraph.delete()
    return model


def put_paragraphs(marker: Element, name: str, texts: tuple[str, ...]) -> None:
    """Put paragraphs like the one that holds a place-holder in its place; it becomes the last of them."""
    for text in texts[:-1]:
        put_paragraph(marker, name, text)
    odf_text.fill(marker, {name: texts[-1]})


def put_paragraph(marker: Element, name: str, text: str) -> None:
    """Put a paragraph like the one that holds a place-holder before it."""
    made = marker.clone
    odf_text.fill(made, {name: text})
    marker.insert(made, xmlposition=PREV_SIBLING)
