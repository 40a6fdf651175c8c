"""Dataset files are those of Python's csv module with minimal quoting, written by columns."""

import csv
import hashlib
import io

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from etl.s3ic import writing
from etl.s3ic.rejection import Reject

TEXT = st.none() | st.text(alphabet='aé,;"\n\t 1', min_size=1, max_size=4)


@given(
    rows=st.lists(st.tuples(TEXT, TEXT, TEXT, st.booleans()), min_size=1, max_size=20),
    at_once=st.integers(1, 30),
)
def test_bytes_are_those_of_the_csv_module(tmp_path_factory, rows, at_once) -> None:
    folder = tmp_path_factory.mktemp("writing")
    *columns, chosen = zip(*rows, strict=True)
    table = pa.table(
        {
            name: pa.array(texts, pa.string()).dictionary_encode()
            for name, texts in zip("abc", columns, strict=True)
        }
    )
    with_size = writing.ROWS_AT_ONCE
    try:
        writing.ROWS_AT_ONCE = at_once
        written = writing.write_selections(
            table, {folder / "all.csv": None, folder / "some.csv": np.array(chosen, np.bool_)}
        )
    finally:
        writing.ROWS_AT_ONCE = with_size
    for path, expected in (
        (folder / "all.csv", [row[:3] for row in rows]),
        (folder / "some.csv", [row[:3] for row in rows if row[3]]),
    ):
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerows([("a", "b", "c"), *expected])
        content = stream.getvalue().encode()
        assert path.read_bytes() == content
        assert written[path] == writing.Written(
            hashlib.sha256(content).hexdigest(), len(content), len(expected)
        )


def test_rejects_are_readable_by_any_reader(tmp_path) -> None:
    text = 'a;"b\n;c";=1+1'
    writing.write_rejects(tmp_path / "rejects.csv", [Reject("classements", 3, "wrong field count", text)])
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream)) == [
            ["file", "line", "reason", "text"],
            ["classements", "3", "wrong field count", text],
        ]
