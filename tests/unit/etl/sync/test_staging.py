"""Where the lines of each installation begin in the sorted file."""

import pyarrow as pa
import pytest

from etl.sync.staging import first_lines


def texts(*values: str) -> "pa.ChunkedArray[pa.StringScalar]":
    return pa.chunked_array([pa.array(values[:2], pa.string()), pa.array(values[2:], pa.string())])


@pytest.mark.parametrize(
    ("wanted", "lines", "expected"),
    [
        (("a", "b", "c"), ("a", "a", "b", "c", "c"), [1, 3, 4]),
        (("a", "b", "c"), ("a", "c"), [1, None, 2]),
        (("b",), ("a", "b", "b", "b", "c"), [2]),
        (("a",), (), [None]),
    ],
)
def test_first_lines(wanted: tuple[str, ...], lines: tuple[str, ...], expected: list[int | None]) -> None:
    assert first_lines(texts(*wanted), texts(*lines)).to_pylist() == expected
