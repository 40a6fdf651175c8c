"""Tables as full grids: every place taken once."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.order import Cell, Row, Table
from tests.sheets import SPANNED
from webapp.exports.spans import full_grid, table_lines

CELLS = st.builds(
    Cell, st.sampled_from(["", "a", "b c"]), colspan=st.integers(-1, 41), rowspan=st.integers(-1, 41)
)
ROWS = st.builds(Row, st.lists(CELLS, max_size=5).map(tuple), is_header=st.booleans())
TABLES = st.builds(Table, st.lists(ROWS, max_size=5).map(tuple))


def drawn(table: Table) -> list[str]:
    """Draw a grid: the text of the cell in each place it takes."""
    return [" ".join(" ".join(cell.paragraphs) or "." for cell in row) for row in full_grid(table).owners]


def table(*rows: str, spans: dict[str, tuple[int, int]] | None = None) -> Table:
    spans = spans or {}
    return Table(tuple(Row(tuple(Cell(text, *spans.get(text, (1, 1))) for text in row)) for row in rows))


@pytest.mark.parametrize(
    ("given_table", "expected"),
    [
        (table("ab", "cd"), ["a b", "c d"]),
        (table("ab", "c"), ["a b", "c ."]),
        (table("ab", "cd", spans={"a": (0, 0)}), ["a b", "c d"]),
        (table("ab", "c", spans={"a": (1, 41)}), ["a b", "a c"]),
        (table("ab", "cd", spans={"a": (2, 1)}), ["a a b", "c d ."]),
        (table("ab", "cd", spans={"b": (1, 2), "c": (2, 1)}), ["a b .", "c b d"]),
        (table("a", spans={"a": (1000, 1)}), ["a"]),
        (table("ab", "", "c", spans={"a": (1, 2), "b": (1, 2)}), ["a b", "c ."]),
        (table(), []),
        (table(""), []),
    ],
)
def test_grids(given_table: Table, expected: list[str]):
    assert drawn(given_table) == expected


def test_the_table_of_the_sheets():
    found = full_grid(SPANNED)

    assert [(cell.paragraphs, cell.rowspan, cell.colspan) for cell in found.cells if cell.is_header] == [
        (("Polluant",), 2, 1),
        (("Valeur limite",), 1, 2),
        (("moyenne",), 1, 1),
        (("maximum",), 1, 1),
    ]
    assert table_lines(SPANNED) == [
        "Polluant | Valeur limite",
        "moyenne | maximum",
        "NOx | '=1+1 | 30 mg/Nm³",
        "SO2 | – 20",
    ]


@given(TABLES)
def test_every_place_is_taken_once_and_every_text_is_there(any_table: Table):
    found = full_grid(any_table)

    assert Counter(place for cell in found.cells for place in cell.places()) == Counter(
        (row, column) for row in range(found.height) for column in range(found.width)
    )
    texts = [cell.text for row in any_table.rows for cell in row.cells if cell.text]
    assert sorted(texts) == sorted(" ".join(cell.paragraphs) for cell in found.cells if cell.paragraphs)
