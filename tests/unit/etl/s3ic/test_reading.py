"""Reading: every field as text, the true line of every row, nothing lost, whatever the file looks like."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import RefusedError
from etl.s3ic.reading import Extraction, read_extraction, read_lines
from etl.s3ic.sources import Source

THREE = Source("three", {"a": "a", "b": "b", "c": "c"}, ())


def read(tmp_path: Path, content: str | bytes) -> Extraction:
    path = tmp_path / "three.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_extraction(path, path.name, THREE)


def rows(extraction: Extraction) -> list[tuple[str | None, ...]]:
    return [tuple(row.values()) for row in extraction.table.to_pylist()]


@pytest.mark.parametrize(
    ("content", "expected", "lines"),
    [
        ("a;b;c\n1;2;3\n", [("1", "2", "3")], [2]),
        ("\ufeffa;b;c\n1;2;3\n", [("1", "2", "3")], [2]),
        ("a;b;c\r\n1;2;3\r\n4;5;6\r\n", [("1", "2", "3"), ("4", "5", "6")], [2, 3]),
        ('a;b;c\n1;"x;""y""";\n', [("1", 'x;"y"', None)], [2]),
        ('a;b;c\n1;"x\ny\nz";3\n4;5;6\n', [("1", "x\ny\nz", "3"), ("4", "5", "6")], [2, 5]),
        ('a;b;c\r\n1;"x\r\ny";3\r\n4;5;6\r\n', [("1", "x\r\ny", "3"), ("4", "5", "6")], [2, 4]),
        ("a;b;c\n1;2;3\n\n4;5;6\n", [("1", "2", "3"), (None, None, None), ("4", "5", "6")], [2, 3, 4]),
        ("c;extra;b;a\n3;x;2;1\n", [("3", "x", "2", "1")], [2]),
        ("a;b;c\n1;NULL;NaN\n", [("1", "NULL", "NaN")], [2]),
        ("a;b;c\n1;x\ry;3\n4;5;6\n", [("1", "x\x1ay", "3"), ("4", "5", "6")], [2, 3]),
        (b"a;b;c\n1;\xe9t\xe9;3\n4;5;6\n", [("1", "\x1at\x1a", "3"), ("4", "5", "6")], [2, 3]),
    ],
)
def test_fields_are_text_and_lines_true(tmp_path, content, expected, lines) -> None:
    extraction = read(tmp_path, content)
    assert rows(extraction) == expected
    assert extraction.lines.tolist() == lines


def test_rows_of_another_length_are_kept_apart_with_their_lines(tmp_path) -> None:
    extraction = read(tmp_path, 'a;b;c\n1;2\n"x\ny";2;3\n1;"z\nz";3;4\n5;6;7\n9\n')
    assert rows(extraction) == [("x\ny", "2", "3"), ("5", "6", "7")]
    assert (extraction.lines.tolist(), extraction.heights.tolist()) == ([3, 7], [2, 1])
    assert extraction.misfits == ((2, 1), (5, 2), (8, 1))
    assert read_lines(extraction.path, extraction.misfits) == {2: "1;2", 5: '1;"z\nz";3;4', 8: "9"}


def test_a_byte_that_is_no_text_shows_as_it_is_in_a_rejected_line(tmp_path) -> None:
    extraction = read(tmp_path, b"a;b;c\n1;\xe9;3\r\n4;\x00\r;6\n")
    assert read_lines(extraction.path, [(2, 1), (3, 1)]) == {2: r"1;\xe9;3", 3: r"4;\x00\x0d;6"}


def test_a_line_longer_than_a_block_is_read(tmp_path) -> None:
    long = "x" * (5 << 20)
    extraction = read(tmp_path, f"a;b;c\n1;{long};3\n4;5;6\n")
    assert rows(extraction) == [("1", long, "3"), ("4", "5", "6")]


def test_a_quotation_mark_that_swallows_lines_is_refused_where_it_opens(tmp_path) -> None:
    swallowing = 'a;b;c\n1;2;3\n4;"open;x\n0099.00001;5;6\n0099.00002;"closed";7\n'
    with pytest.raises(RefusedError, match="line 3: a quotation mark is opened and not closed"):
        read(tmp_path, swallowing)


FIELD = st.text(alphabet='ab é;"\n47', max_size=5)
ROWS = st.lists(st.lists(FIELD, min_size=1, max_size=4), min_size=1, max_size=12)


@given(written=ROWS)
def test_reading_agrees_with_the_csv_module(tmp_path_factory, written: list[list[str]]) -> None:
    """Python's reader, slow and known, is the oracle: same fields, same lines, the same rows apart."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", lineterminator="\n").writerows([["a", "b", "c"], *written])
    extraction = read(tmp_path_factory.mktemp("reading"), stream.getvalue())
    oracle = csv.reader(io.StringIO(stream.getvalue()), delimiter=";")
    next(oracle)
    first, expected, apart = 2, {}, []
    for fields in oracle:
        if len(fields) == 3:
            expected[first] = tuple(field or None for field in fields)
        elif fields:
            apart.append((first, oracle.line_num - first + 1))
        else:  # an empty line is a row of nothing
            expected[first] = (None, None, None)
        first = oracle.line_num + 1
    assert dict(zip(extraction.lines.tolist(), rows(extraction), strict=True)) == expected
    assert list(extraction.misfits) == apart
