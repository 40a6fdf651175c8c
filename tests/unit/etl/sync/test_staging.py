"""Where the lines of each installation begin in the sorted file."""

from typing import Any

import pyarrow as pa
import pytest

from etl.sync.staging import runs_of


def texts(*values: str) -> "pa.DictionaryArray[Any, Any]":
    return pa.array(values, pa.string()).dictionary_encode()


@pytest.mark.parametrize(
    ("wanted", "lines", "first", "count"),
    [
        (("a", "b", "c"), ("a", "a", "b", "c", "c"), [1, 3, 4], [2, 1, 2]),
        (("a", "b", "c"), ("a", "c"), [1, None, 2], [1, 0, 1]),
        (("b",), ("a", "b", "b", "b", "c"), [2], [3]),
        (("a",), (), [None], [0]),
    ],
)
def test_runs(
    wanted: tuple[str, ...], lines: tuple[str, ...], first: list[int | None], count: list[int]
) -> None:
    found = runs_of(texts(*wanted), texts(*lines))
    assert [column.to_pylist() for column in found] == [first, count]
