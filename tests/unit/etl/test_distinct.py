"""Column arithmetic on distinct values agrees with the same done line by line."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl import contracts, distinct

TEXTS = st.lists(st.none() | st.text(alphabet="abAé1", max_size=3), min_size=1, max_size=30)


def column(texts: list[str | None]) -> distinct.Column:
    """A column whose dictionary also holds a value of no line, as after a filter."""
    return pa.array([*texts, "unused"], pa.string()).dictionary_encode()[: len(texts)]


@given(TEXTS)
def test_rules_are_spread_over_lines(texts) -> None:
    for of_empty in (True, False):
        among = distinct.is_among(column(texts), {"a", "b", "unused"}, of_empty=of_empty)
        assert among.tolist() == [of_empty if text is None else text in {"a", "b"} for text in texts]
        starts = distinct.matches(column(texts), "^a", of_empty=of_empty)
        assert starts.tolist() == [of_empty if text is None else text.startswith("a") for text in texts]


@given(TEXTS)
def test_values_are_mapped_and_may_become_empty(texts) -> None:
    halved = distinct.mapped(column(texts), lambda text: text[:1] or None)
    assert halved.to_pylist() == [text[:1] or None if text else None for text in texts]
    filled = distinct.replaced(column(texts), column(texts).dictionary, of_empty="-")
    assert filled.to_pylist() == ["-" if text is None else text for text in texts]


@given(TEXTS, st.data())
def test_some_lines_are_emptied_or_all_of_one_value(texts, data) -> None:
    lines = np.array(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))), np.bool_)
    for value in (None, "a", "new"):
        expected = [value if chosen else text for text, chosen in zip(texts, lines, strict=True)]
        assert distinct.emptied(column(texts), lines, value).to_pylist() == expected


@given(TEXTS)
def test_ranks_sort_by_code_points_with_empty_last(texts) -> None:
    order = np.argsort(distinct.ranks_of(column(texts)), kind="stable")
    assert [texts[place] for place in order] == sorted(texts, key=lambda text: (text is None, text or ""))


@given(st.lists(st.tuples(*[st.integers(0, 9)] * 4), min_size=1, max_size=40))
def test_packed_columns_sort_and_tell_apart_as_the_columns_do(rows) -> None:
    columns = [np.array(values, np.int32) for values in zip(*rows, strict=True)]
    for sizes in ([10] * 4, [1 << 40] * 4, [1 << 61, 10, 1 << 61, 10]):
        numbers = list(zip(*(number.tolist() for number in distinct.packed(columns, sizes)), strict=True))
        assert [rows[place] for place in sorted(range(len(rows)), key=numbers.__getitem__)] == sorted(rows)
        assert len(set(numbers)) == len(set(rows))


def test_a_table_in_pieces_is_one_column() -> None:
    pieces = pa.chunked_array([pa.array(texts).dictionary_encode() for texts in (["a", "b"], ["b", "c"])])
    assert distinct.column_of(pa.table({"x": pieces}), "x").to_pylist() == ["a", "b", "b", "c"]
    nothing = pa.table({"x": pa.chunked_array([], distinct.ENCODED_TEXT)})
    assert distinct.column_of(nothing, "x").to_pylist() == []


@pytest.mark.parametrize("year", [1, 99, 1900, 2000, 2023, 2024])
def test_every_day_and_no_other_is_a_date(year) -> None:
    first = date(year, 1, 1)
    days = {(first + timedelta(days=number)).isoformat() for number in range(366)}
    written = [f"{year:04d}-{month:02d}-{day:02d}" for month in range(14) for day in range(33)]
    found = contracts.holds_dates(column([*written, None]))
    assert found.tolist() == [*(day in days for day in written), True]
