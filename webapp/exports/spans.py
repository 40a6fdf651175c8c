"""Tables of the law as a full grid: every place is taken once, by a cell or by the span of one.

The files of orders have spans of 0, spans beyond the last row, rows of different lengths, and cells that
would lie over each other: office programs refuse or repair such tables, each in its own way.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from regulation.markup import grid
from regulation.order import Table
from webapp.exports.text import lines


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell at its place (row and column from 0); `is_header` is that of its row."""

    row: int
    column: int
    rowspan: int
    colspan: int
    paragraphs: tuple[str, ...]
    is_header: bool

    def places(self) -> Iterator[tuple[int, int]]:
        """Give every place that it takes."""
        for row in range(self.row, self.row + self.rowspan):
            for column in range(self.column, self.column + self.colspan):
                yield row, column


@dataclass(frozen=True, slots=True)
class FullGrid:
    """A table of `height` rows and `width` columns; `owners` holds the cell that takes each place."""

    height: int
    width: int
    owners: tuple[tuple[Placed, ...], ...]

    @property
    def cells(self) -> list[Placed]:
        """Return each cell once, row by row."""
        return [
            cell
            for row, owners in enumerate(self.owners)
            for column, cell in enumerate(owners)
            if (cell.row, cell.column) == (row, column)
        ]


def full_grid(table: Table) -> FullGrid:
    """Return a table as a full grid; what no cell takes is given to empty cells.

    A cell goes to the first free place of its row, as in a browser; where its span meets a taken place, it
    ends there. Rows and columns in which no cell begins are left out: they only ever lengthen spans.
    """
    taken = _place(table)
    kept_rows = sorted({cell.row for cell in taken.values()})
    kept_columns = sorted({cell.column for cell in taken.values()})
    rows = {row: index for index, row in enumerate(kept_rows)}
    columns = {column: index for index, column in enumerate(kept_columns)}
    cells = [_moved(cell, kept_rows, kept_columns) for cell in _distinct(taken.values())]
    by_place = {place: cell for cell in cells for place in cell.places()}
    headers = {row: any(cell.is_header for cell in cells if cell.row == row) for row in rows.values()}
    return FullGrid(
        height=len(rows),
        width=len(columns),
        owners=tuple(
            tuple(
                by_place.get((row, column)) or Placed(row, column, 1, 1, (), headers[row])
                for column in columns.values()
            )
            for row in rows.values()
        ),
    )


def table_lines(table: Table) -> list[str]:
    """Return a table as lines of text, for cells that cannot hold one: each cell is told once."""
    found = full_grid(table)
    by_row: dict[int, list[str]] = {}
    for cell in found.cells:
        by_row.setdefault(cell.row, []).append(" ".join(cell.paragraphs))
    return [line for cells in by_row.values() for line in lines(" | ".join(cells)) if line.strip(" |'")]


def _place(table: Table) -> dict[tuple[int, int], Placed]:
    taken: dict[tuple[int, int], Placed] = {}
    for row, cells in enumerate(grid(table)):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            colspan = _free(taken, row, column, cell.colspan)
            rowspan = _free_below(taken, row, range(column, column + colspan), cell.rowspan)
            placed = Placed(row, column, rowspan, colspan, tuple(lines(cell.cell.text)), cell.is_header)
            taken |= dict.fromkeys(placed.places(), placed)
            column += colspan
    return taken


def _free(taken: dict[tuple[int, int], Placed], row: int, column: int, wanted: int) -> int:
    return next((span for span in range(1, wanted) if (row, column + span) in taken), wanted)


def _free_below(taken: dict[tuple[int, int], Placed], row: int, columns: range, wanted: int) -> int:
    return next(
        (span for span in range(1, wanted) if any((row + span, column) in taken for column in columns)),
        wanted,
    )


def _distinct(cells: Iterable[Placed]) -> list[Placed]:
    return list({(cell.row, cell.column): cell for cell in cells}.values())


def _moved(cell: Placed, rows: Sequence[int], columns: Sequence[int]) -> Placed:
    """Return the cell with its place and spans counted in kept rows and columns only."""
    return Placed(
        row=rows.index(cell.row),
        column=columns.index(cell.column),
        rowspan=sum(cell.row <= row < cell.row + cell.rowspan for row in rows),
        colspan=sum(cell.column <= column < cell.column + cell.colspan for column in columns),
        paragraphs=cell.paragraphs,
        is_header=cell.is_header,
    )
