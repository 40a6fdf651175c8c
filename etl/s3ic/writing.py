"""Write dataset files: UTF-8, comma, LF, quotes only where a field needs them, values as they are."""

import csv
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from etl.distinct import Column, Mask, column_of, replaced
from etl.s3ic.rejection import Reject

ROWS_AT_ONCE = 50_000
# The separator, which comes last, is missing in the types that Arrow's stubs give.
_join: Callable[..., "pa.StringArray"] = pc.binary_join_element_wise
REJECT_COLUMNS = ("file", "line", "reason", "text")


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written, as the report lists it."""

    sha256: str
    bytes: int
    rows: int


def write_selections(table: pa.Table, selections: Mapping[Path, Mask | None]) -> dict[Path, Written]:
    """Write for each path the selected rows (None: all) of a table of dictionary-encoded text, with a header.

    Rows are put into words once, however many files take them.
    """
    *quoted, last = [quoted_column(column_of(table, name)) for name in table.column_names]
    ended = replaced(last, _join(last.dictionary, pa.scalar("\n"), ""), of_empty="\n")
    writers = {path: _Writer(path, table.column_names) for path in selections}
    try:
        for start in range(0, table.num_rows, ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            texts = [column[rows.start : rows.stop].dictionary_decode() for column in (*quoted, ended)]
            lines = _join(*texts, ",", null_handling="replace", null_replacement="")
            for path, selection in selections.items():
                writers[path].write(lines if selection is None else lines.filter(pa.array(selection[rows])))
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


def quoted_column(column: Column) -> Column:
    """Return the column as its fields stand in the file."""
    texts = cast("pa.StringArray", column.dictionary)
    needs_quotes = pc.match_substring_regex(texts, '[,"\n\r]')
    if not pc.any(needs_quotes).as_py():
        return column
    doubled = pc.replace_substring(texts, '"', '""')
    in_quotes = _join(pa.scalar('"'), doubled, pa.scalar('"'), "")
    return pa.DictionaryArray.from_arrays(column.indices, pc.if_else(needs_quotes, in_quotes, texts))


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
