"""Write dataset files: UTF-8, comma, LF, quotes only where a field needs them, values as they are."""

import csv
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from etl.distinct import Mask, column_of, mapped
from etl.s3ic.rejection import Reject

ROWS_AT_ONCE = 50_000
REJECT_COLUMNS = ("file", "line", "reason", "text")


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written, as the report lists it."""

    sha256: str
    bytes: int
    rows: int


def write_selections(table: pa.Table, selections: Mapping[Path, Mask]) -> dict[Path, Written]:
    """Write for each path the selected rows of a table of dictionary-encoded text, with a header.

    Rows are put into words once, however many files take them.
    """
    quoted = [mapped(column_of(table, name), quoted_field) for name in table.column_names]
    writers = {path: _Writer(path, table.column_names) for path in selections}
    try:
        for start in range(0, table.num_rows, ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            texts = [column[rows.start : rows.stop].dictionary_decode() for column in quoted]
            ends = pa.array(["\n"] * len(texts[0]), pa.string())
            joined = pc.binary_join_element_wise(*texts, ",", null_handling="replace", null_replacement="")  # type: ignore[call-overload]  # the separator is missing in the stubs
            lines = pc.binary_join_element_wise(joined, ends, "")
            for path, selection in selections.items():
                writers[path].write(lines.filter(pa.array(selection[rows])))
    finally:
        for writer in writers.values():
            writer.close()
    return {path: writer.written() for path, writer in writers.items()}


def write_rejects(path: Path, rejects: Iterable[Reject]) -> None:
    """Write the rejected lines: file, line, reason, text."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(REJECT_COLUMNS)
        writer.writerows((reject.file, reject.line, reject.reason, reject.text) for reject in rejects)


def quoted_field(text: str) -> str:
    """Return a field as it stands in the file."""
    if any(mark in text for mark in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


class _Writer:
    """One file, with its checksum and size taken while it is written."""

    def __init__(self, path: Path, columns: Iterable[str]) -> None:
        self._stream = path.open("wb")
        self._digest = hashlib.sha256()
        self._bytes = self._rows = 0
        self._put((",".join(columns) + "\n").encode())

    def write(self, lines: "pa.Array[Any]") -> None:
        if len(lines) == 0:
            return
        _, offsets, data = lines.buffers()
        if offsets is None or data is None or lines.offset != 0:
            raise RuntimeError("a filtered Arrow array has its own buffers from their start")
        self._put(memoryview(data)[: data.size and int(memoryview(offsets).cast("i")[len(lines)])])
        self._rows += len(lines)

    def close(self) -> None:
        self._stream.close()

    def written(self) -> Written:
        return Written(self._digest.hexdigest(), self._bytes, self._rows)

    def _put(self, content: bytes | memoryview) -> None:
        self._stream.write(content)
        self._digest.update(content)
        self._bytes += len(content)
