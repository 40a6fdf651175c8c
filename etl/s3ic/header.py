"""Look at a file of an extraction before reading it: its header, its encoding, its end."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from etl.errors import RefusedError
from etl.s3ic.sources import SEPARATOR, Source

READ_BYTES = 1 << 20
HEADER_BYTES = 1 << 16
UTF8_MARK = b"\xef\xbb\xbf"
OTHER_ENCODING_MARKS = (b"\xff\xfe", b"\xfe\xff")
OTHER_SEPARATORS = {",": "a comma", "\t": "a tab", "|": "a bar"}


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over the bytes tells: the columns, and how the rows must be read."""

    header: tuple[str, ...]
    has_data: bool
    has_quotes: bool
    has_stray_returns: bool
    is_ended: bool


def scan_file(path: Path, name: str, source: Source) -> Scan:
    """Look at a file; `name` is what the sentences call it.

    Raises:
        RefusedError: there is no such file, or it is empty, cut, without data, in another encoding, or a
            column is missing or doubled.
    """
    try:
        with path.open("rb") as stream:
            header = _header(stream.read(HEADER_BYTES), name, source)
            stream.seek(0)
            scan = _scan(stream, header)
    except (FileNotFoundError, NotADirectoryError):
        raise RefusedError(f"There is no file {name}. Check its address.") from None
    except (IsADirectoryError, PermissionError) as error:
        raise RefusedError(
            f"The file {name} cannot be read: {error.strerror}. Give a file that can."
        ) from None
    if not scan.is_ended:
        raise RefusedError(
            f"{name}, line {count_lines(path)}: the last line has no line end, so the file may be cut. "
            "Extract it again, or end the line if it is whole."
        )
    if not scan.has_data:
        raise RefusedError(f"{name} holds a header and no data. Extract it again.")
    return scan


def count_lines(path: Path) -> int:
    """Return the lines of a file, an unended last one included."""
    with path.open("rb") as stream:
        return sum(1 for _ in stream)


def _header(start: bytes, name: str, source: Source) -> tuple[str, ...]:
    if not start.strip(UTF8_MARK + b" \r\n"):
        raise RefusedError(f"The file {name} is empty. Extract it again.")
    line = start.removeprefix(UTF8_MARK).partition(b"\n")[0].rstrip(b"\r")
    text = _utf8_or_none(line)
    if text is None or start.startswith(OTHER_ENCODING_MARKS):
        raise RefusedError(f"{name}, line 1: the header is not UTF-8 text. Save the file as UTF-8.")
    header = tuple(next(csv.reader([text], delimiter=SEPARATOR), []))
    missing = [column for column in source.outputs if column not in header]
    if missing:
        raise RefusedError(f"{name}, line 1: {_trouble_of(text, header, missing, source)}")
    doubled = sorted({column for column in header if header.count(column) > 1})
    if doubled:
        raise RefusedError(f"{name}, line 1: the column {doubled[0]} stands twice. Keep one of the two.")
    return header


def _utf8_or_none(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _trouble_of(text: str, header: tuple[str, ...], missing: list[str], source: Source) -> str:
    for separator, called in OTHER_SEPARATORS.items():
        if len(header) == 1 and set(source.outputs) & set(text.split(separator)):
            return f"columns are separated by {called}, not by a semicolon. Save the file with semicolons."
    if len(missing) == len(source.outputs):
        return f"none of the columns {', '.join(missing)} is there. Check that it is the right file."
    plural = "columns {} are" if len(missing) > 1 else "column {} is"
    return f"the {plural.format(', '.join(missing))} missing. Extract the file again with it."


def _scan(stream: IO[bytes], header: tuple[str, ...]) -> Scan:
    first = stream.readline()
    has_data = False
    has_quotes = b'"' in first
    stray_returns = 0
    last = first[-1:]
    while piece := stream.read(READ_BYTES):
        has_data = True
        has_quotes = has_quotes or b'"' in piece
        stray_returns -= last == b"\r" and piece[:1] == b"\n"
        if b"\r" in piece:
            stray_returns += piece.count(b"\r") - piece.count(b"\r\n")
        last = piece[-1:]
    return Scan(header, has_data, has_quotes, has_stray_returns=stray_returns != 0, is_ended=last == b"\n")
