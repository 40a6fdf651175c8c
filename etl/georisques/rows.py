"""Read a file of the dump: `;`, no header, UTF-8; a row that is none is kept apart with its reason."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from etl.errors import RefusedError
from etl.s3ic.rejection import CONTROL_CHARACTERS, FIELD_COUNT, LARGEST_SHARE, NO_TEXT, Reject

SEPARATOR = ";"
NOT_TEXT = re.compile(f"{CONTROL_CHARACTERS}|[\udc80-\udcff\ufffd]")
# A line of the documents inside a field: which lines were meant cannot be known.
SWALLOWED_LINE = re.compile(r"\n\d+;")


class Row(NamedTuple):
    """A row of the file: its first line there (from 1), and its fields."""

    line: int
    fields: tuple[str, ...]

    def rejected(self, file: str, reason: str) -> Reject:
        """Return the row as a reject."""
        text = SEPARATOR.join(self.fields).encode("utf-8", "surrogateescape")
        return Reject(file, self.line, reason, text.decode("utf-8", "backslashreplace"))


def read_rows(path: Path, columns: Sequence[str]) -> tuple[list[Row], list[Reject]]:
    """Return the rows that have these columns and hold text, and the others as rejects.

    Raises:
        RefusedError: the file holds no row, or a quotation mark that is never closed.
    """
    rows, rejects = [], []
    for row in _rows(path):
        if len(row.fields) != len(columns):
            rejects.append(row.rejected(path.name, FIELD_COUNT))
        elif any(NOT_TEXT.search(field) for field in row.fields):
            rejects.append(row.rejected(path.name, NO_TEXT))
        else:
            rows.append(row)
    if not rows and not rejects:
        raise RefusedError(f"{path.name} in the dump is empty. Look at what the source publishes.")
    return rows, rejects


def refuse_too_many(rejects: Sequence[Reject], read: int) -> None:
    """Compare the rejected rows of a file with all that were read.

    Raises:
        RefusedError: they are more than 2 %.
    """
    if len(rejects) <= LARGEST_SHARE * read:
        return
    (reason, _), *_ = Counter(reject.reason for reject in rejects).most_common(1)
    first = next(reject for reject in rejects if reject.reason == reason)
    raise RefusedError(
        f"{first.file}: {len(rejects)} of {read} rows would be rejected, more than {LARGEST_SHARE:.0%}; most "
        f"for “{reason}”, first on line {first.line}. Look at what the source publishes."
    )


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        reader = csv.reader(stream, delimiter=SEPARATOR)
        line = 1
        try:
            for fields in reader:
                if any(SWALLOWED_LINE.search(field) for field in fields):
                    raise RefusedError(_unclosed(path, line))
                yield Row(line, tuple(fields))
                line = reader.line_num + 1
        except csv.Error:  # a field longer than any text
            raise RefusedError(_unclosed(path, line)) from None


def _unclosed(path: Path, line: int) -> str:
    return f"{path.name}, line {line}: a quotation mark is opened and not closed. The source has to mend it."
