"""The nomenclature (`classement_references.csv`): the rubriques that a person may choose from."""

import csv
import hashlib
import io
from datetime import UTC, datetime
from typing import Any

from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from etl.database import read_statement
from etl.errors import RefusedError
from etl.reports import Report, record_run
from etl.storage import AnyPath, explained, finish_pending
from etl.sync.am_rows import RowStream
from etl.sync.comparison import TableChanges
from etl.sync.transaction import sync_transaction

STEP = "sync_nomenclature"
DATASET = "nomenclature"
RUN = (STEP, DATASET)
LOCK = 5_150_004  # any number: two loads of the nomenclature wait for each other on it
COLUMNS = ("rubrique", "alinea", "description", "regime")
REGIMES = ("A", "E", "D", "NC")
MAX_BYTES = 20_000_000

Row = tuple[str, str, str, str]


def sync_nomenclature(connection: Connection, file: AnyPath) -> Report:
    """Bring the nomenclature to what the file says, in one transaction, and return the report.

    Raises:
        RefusedError: the file is missing or breaks its contract; the sentence names the line.
        TransientError: another load has been running for too long.
    """
    started_at = datetime.now(UTC)
    with sync_transaction(connection, turn=LOCK) as cursor:
        changes = apply_nomenclature(cursor, file)
        report = Report(
            STEP,
            DATASET,
            "done" if changes.is_changed else "unchanged",
            started_at,
            datetime.now(UTC),
            message=f"nomenclature: {changes.sentence()}.",
            rows_in=changes.unchanged + changes.created + changes.updated,
            rows_out=changes.unchanged + changes.created + changes.updated,
            created=changes.created,
            updated=changes.updated,
            deleted=changes.deleted,
            unchanged=changes.unchanged,
            files=[_described(file)],
        )
        record_run(connection, report)
        connection.commit()
    return report


def apply_nomenclature(cursor: Cursor, file: AnyPath) -> TableChanges:
    """Write the nomenclature inside the caller's transaction and return what changed.

    Raises:
        RefusedError: as `sync_nomenclature`.
    """
    rows = read_nomenclature(file)
    cursor.execute(read_statement("sync/ams/stage_references.sql"))
    cursor.copy_expert(read_statement("sync/ams/copy_references.sql"), RowStream(rows))
    cursor.execute(read_statement("sync/ams/compare_references.sql"))
    before, created, updated = cursor.fetchall()[0]
    cursor.execute(read_statement("sync/ams/merge_references.sql"))
    cursor.execute(read_statement("sync/ams/delete_gone_references.sql"))
    return TableChanges(
        before=before,
        created=created,
        updated=updated,
        returned=0,
        withdrawn=0,
        deleted=cursor.rowcount,
        unchanged=len(rows) - created - updated,
    )


def read_nomenclature(file: AnyPath) -> list[Row]:
    """Return the checked rows of the file, in its order.

    Raises:
        RefusedError: missing file, other header, empty, rubrique not of four digits, unknown regime,
            or two lines for the same rubrique, alinea and regime; the sentence names the line.
    """
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    try:
        lines = [(reader.line_num, line) for line in reader]
    except csv.Error as error:
        raise RefusedError(f"{file.name}, line {reader.line_num}: {error}. Correct the file.") from None
    if not lines or tuple(lines[0][1]) != COLUMNS:
        raise RefusedError(f"{file.name}: the first line must be {','.join(COLUMNS)}.")
    if len(lines) == 1:
        raise RefusedError(f"{file.name} has no line after its header.")
    rows: dict[tuple[str, str, str], Row] = {}
    for number, line in lines[1:]:
        row = _row(file.name, number, line)
        key = (row[0], row[1], row[3])
        if key in rows:
            raise RefusedError(
                f"{file.name}, line {number}: rubrique, alinea and regime {key} are there twice."
            )
        rows[key] = row
    return list(rows.values())


def _row(name: str, number: int, line: list[str]) -> Row:
    if len(line) != len(COLUMNS):
        raise RefusedError(f"{name}, line {number}: {len(line)} fields instead of {len(COLUMNS)}.")
    rubrique, alinea, description, regime = line
    if not (len(rubrique) == 4 and rubrique.isascii() and rubrique.isdigit()):
        raise RefusedError(f"{name}, line {number}: the rubrique {rubrique!r} is not four digits.")
    if regime not in REGIMES:
        raise RefusedError(f"{name}, line {number}: the regime {regime!r} is none of {', '.join(REGIMES)}.")
    return rubrique, alinea, description, regime


def _text(file: AnyPath) -> str:
    finish_pending(file.parent)
    try:
        with explained(file), file.open("rb") as stream:
            data: bytes = stream.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise RefusedError(f"There is no nomenclature file {file}.") from None
    if len(data) > MAX_BYTES:
        raise RefusedError(
            f"{file.name} is larger than {MAX_BYTES // 1_000_000} MB: this is no nomenclature."
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(f"{file.name} is not UTF-8 (byte {error.start}). Save it as UTF-8.") from None
    if "\0" in text:
        raise RefusedError(f"{file.name} holds a NUL character: this is no text file.")
    return text


def _described(file: AnyPath) -> dict[str, Any]:
    data = file.read_bytes()
    return {"key": file.name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
