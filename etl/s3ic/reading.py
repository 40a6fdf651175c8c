"""Read one file of an extraction strictly: every field as text, with the true line of every row.

What makes the whole file unusable is refused in a sentence; a line with too many or too few fields is kept
apart. Rules on values come after (`rejection`).
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, NamedTuple, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from etl.distinct import ENCODED_TEXT, Mask, codes_of, column_of, spread
from etl.errors import RefusedError
from etl.s3ic.header import Scan, count_lines, scan_file
from etl.s3ic.sources import SEPARATOR, Source

BLOCK_BYTES = 1 << 22
LARGEST_BLOCK_BYTES = (1 << 31) - 1
# Stands where a byte was no UTF-8, or a carriage return ended no line: `rejection` finds the line by it.
NOT_TEXT = "\x1a"
SWALLOWED_LINE = re.compile(r"\n[0-9]{4}\.[0-9]{5};")

Lines = npt.NDArray[np.int64]


class Misfit(NamedTuple):
    """A row with too many or too few fields: its place among the rows of data, and its text."""

    place: int
    text: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """A file as read.

    `table` holds all its columns as dictionary-encoded text (null: empty), without the rows of a wrong number
    of fields; `lines` and `heights` give for each row its first line in the file (the header is line 1) and
    on how many lines it stands; `misfits` gives the same for the rows kept apart.
    """

    path: Path
    name: str
    source: Source
    table: pa.Table
    lines: Lines
    heights: Lines
    misfits: tuple[tuple[int, int], ...]

    @property
    def rows_read(self) -> int:
        """Rows of data in the file, those kept apart included."""
        return self.table.num_rows + len(self.misfits)


def read_extraction(path: Path, name: str, source: Source) -> Extraction:
    """Read a file; `name` is what the sentences call it.

    Raises:
        RefusedError: the file cannot be used as a whole; the sentence names it, the line or the column, and
            a way out.
    """
    scan = scan_file(path, name, source)
    table, misfits = _rows(path, name, scan)
    fitting = np.ones(table.num_rows + len(misfits), np.bool_)
    fitting[[misfit.place for misfit in misfits]] = False
    breaks = _line_breaks(table, misfits, fitting) if scan.has_quotes else np.zeros(len(fitting), np.int64)
    lines = 2 + np.arange(len(breaks)) + np.cumsum(breaks) - breaks
    if scan.has_quotes:
        swallowing = _swallowing_rows(table, misfits, fitting)
        if 1 + len(breaks) + breaks.sum() != count_lines(path):
            swallowing[-1] = True
        if swallowing.any():
            line = lines[np.argmax(swallowing)]
            raise RefusedError(
                f"{name}, line {line}: a quotation mark is opened and not closed. Close it or remove it."
            )
    heights = 1 + breaks
    apart = tuple(zip(lines[~fitting].tolist(), heights[~fitting].tolist(), strict=True))
    return Extraction(path, name, source, table, lines[fitting], heights[fitting], apart)


def read_lines(path: Path, places: Iterable[tuple[int, int]]) -> dict[int, str]:
    r"""Return the text of some rows, given and found by first line; what is no text shows as `\xe9`."""
    wanted = {line + offset: line for line, height in places for offset in range(height)}
    texts: dict[int, str] = {}
    with path.open("rb") as stream:
        for number, content in enumerate(stream, start=1):
            if number in wanted:
                first = wanted[number]
                texts[first] = texts.get(first, "") + content.decode("utf-8", errors="backslashreplace")
    return {line: _shown(text.rstrip("\r\n")) for line, text in texts.items()}


def _shown(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", lambda found: f"\\x{ord(found[0]):02x}", text)


def _rows(path: Path, name: str, scan: Scan) -> tuple[pa.Table, list[Misfit]]:
    if not scan.has_stray_returns:
        try:
            return _parsed(str(path), scan, BLOCK_BYTES)
        except (pa.ArrowInvalid, UnicodeDecodeError):
            pass  # a byte that is no UTF-8, or a line longer than a block: read again, marked, in one block
    content = _marked(path)
    try:
        return _parsed(io.BytesIO(content), scan, min(len(content) + 1, LARGEST_BLOCK_BYTES))
    except pa.ArrowInvalid:
        columns = len(scan.header)
        raise RefusedError(
            f"{name} cannot be read as a table of {columns} columns. Extract it again."
        ) from None


def _parsed(content: str | IO[bytes], scan: Scan, block_bytes: int) -> tuple[pa.Table, list[Misfit]]:
    misfits: list[Misfit] = []

    def keep_apart(row: csv.InvalidRow) -> Literal["skip", "error"]:
        misfits.append(Misfit((row.number or 0) - 2, row.text))
        return "skip"

    table = csv.read_csv(
        content,
        # One thread: only then does Arrow know the numbers of the rows it hands over; it costs no time here.
        read_options=csv.ReadOptions(use_threads=False, block_size=block_bytes),
        parse_options=csv.ParseOptions(
            delimiter=SEPARATOR,
            newlines_in_values=scan.has_quotes,
            ignore_empty_lines=False,
            invalid_row_handler=keep_apart,
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(scan.header, ENCODED_TEXT), strings_can_be_null=True, null_values=[""]
        ),
    )
    return table.unify_dictionaries().combine_chunks(), misfits


def _marked(path: Path) -> bytes:
    """Return the file with NOT_TEXT where a byte is no UTF-8 or a carriage return ends no line."""
    marked = []
    with path.open("rb") as stream:
        for line in stream:
            body = line[:-2] + line[-2:].replace(b"\r\n", b"\n")
            text = body.decode("utf-8", errors="surrogateescape").replace("\r", NOT_TEXT)
            marked.append(re.sub("[\udc80-\udcff]", NOT_TEXT, text).encode())
    return b"".join(marked)


def _line_breaks(table: pa.Table, misfits: list[Misfit], fitting: Mask) -> Lines:
    """Return for every row of the file the line breaks inside its fields."""
    breaks = np.zeros(len(fitting), np.int64)
    breaks[~fitting] = [misfit.text.count("\n") for misfit in misfits]
    for name in table.column_names:
        column = column_of(table, name)
        counts = pc.count_substring(cast("pa.StringArray", column.dictionary), "\n")
        breaks[fitting] += np.append(counts.to_numpy(zero_copy_only=False), 0)[codes_of(column)]
    return breaks


def _swallowing_rows(table: pa.Table, misfits: list[Misfit], fitting: Mask) -> Mask:
    """Tell which rows hold other lines of the file: which lines were meant cannot be known."""
    swallowing = np.zeros(len(fitting), np.bool_)
    swallowing[~fitting] = [bool(SWALLOWED_LINE.search(misfit.text)) for misfit in misfits]
    for name in table.column_names:
        column = column_of(table, name)
        found = pc.match_substring_regex(column.dictionary, SWALLOWED_LINE.pattern).to_numpy(
            zero_copy_only=False
        )
        swallowing[fitting] |= spread(column, found, of_empty=False)
    return swallowing
