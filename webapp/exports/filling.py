"""What stands for each place-holder of the templates (docs/exports.md)."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from etl.errors import SettingsError
from regulation.order import Table
from webapp.exports.sheet import Block, Sheet, SheetRow, french_day
from webapp.exports.spans import full_grid, table_lines
from webapp.exports.text import lines, one_line

Part = TypeVar("Part")

TEMPLATES = Path(__file__).parent / "templates_office"

#: Without these a sheet could not be filled; the others may be left out of a template.
REQUIRED_IN_SHEETS = ("installation", "origine", "theme", "arrete", "reference", "texte", "entete", "cellule")


def document_values(sheet: Sheet) -> dict[str, str]:
    """Return what stands for the place-holders of the whole document."""
    return {
        "installation": one_line(sheet.installation),
        "numero": sheet.s3ic_id,
        "commune": one_line(sheet.city),
        "date": french_day(sheet.made_on),
        "origine": sheet.origin,
    }


def block_values(block: Block) -> dict[str, str]:
    """Return what stands for the place-holders of a heading."""
    return {"theme": block.topic.label if block.topic else ""}


def row_values(row: SheetRow) -> dict[str, str]:
    """Return what stands for the place-holders of a row, but for its texts and tables."""
    return {"arrete": one_line(row.order.title), "reference": one_line(row.citation)}


def contents(row: SheetRow, widest: int | None = None) -> Iterator[str | Table]:
    """Give the paragraphs and tables of a row, in the order of its picks.

    A table without cells is left out; one of more than `widest` columns comes as lines of text.
    """
    for pick in row.picks:
        if not isinstance(pick.content, Table):
            yield from lines(pick.content)
        elif widest is not None and full_grid(pick.content).width > widest:
            yield from table_lines(pick.content)
        elif any(line.cells for line in pick.content.rows):
            yield pick.content


def needed(part: Part | None, template: str) -> Part:
    """Return a part of a template.

    Raises:
        SettingsError: there is none, though all place-holders are there: one stands in a wrong place.
    """
    if part is None:
        raise SettingsError(
            f"In the template {template}, {{{{theme}}}} must stand above the table and {{{{texte}}}} in one "
            "of its rows, and in that row a table that holds {{entete}} and {{cellule}} (docs/exports.md)."
        )
    return part
