"""Step 4 for installations and classements: compare, apply in one transaction, or say that it was refused."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from etl.database import read_statement
from etl.reports import Report, record_run
from etl.storage import AnyPath
from etl.sync.comparison import ApprovalNeeded, Comparison, TableChanges, compare_staged
from etl.sync.inputs import Dataset, read_icpe
from etl.sync.staging import stage
from etl.sync.transaction import Progress, record_trouble, sync_transaction

RUN = ("sync_icpe", "icpe")  # step and dataset of its rows in dataset_runs
SYNC_LOCK = 5_150_002  # any number: two syncs of installations wait for each other on it
KEPT_DAYS = 30  # a withdrawn installation that nobody refers to is deleted after these


def compare_icpe(connection: Connection, folder: AnyPath, dataset: Dataset = "all") -> Comparison:
    """Return what a sync of these files would change; nothing is written and no lock is held afterwards.

    Raises:
        RefusedError: the files cannot be accepted (`etl.sync.inputs.read_icpe`).
    """
    files = read_icpe(folder, dataset)
    with sync_transaction(connection) as cursor:
        return compare_staged(cursor, files, stage(cursor, files))


def apply_icpe(
    connection: Connection,
    folder: AnyPath,
    dataset: Dataset = "all",
    *,
    approved: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Bring installations and classements to what the files say, in one transaction, and return its report.

    Readers see the old rows until the commit and the new ones after it. The report becomes a row of
    `dataset_runs` in the same transaction; where nothing changed it is the only row written.

    Args:
        connection: in the role of the steps; it is committed, or rolled back on any error.
        folder: where the files are.
        dataset: which of the three sets of files; rows that it does not have are withdrawn.
        approved: the checksums by file name for which a person approved that much disappears.
        progress: is told what begins.

    Raises:
        ApprovalNeeded: more than 5 % would disappear, and that was not approved for these checksums.
        RefusedError: the files cannot be accepted.
        TransientError: another sync has been running for too long.
    """
    started_at = datetime.now(UTC)
    say = progress or (lambda _: None)
    say("Waiting for another sync to end, if there is one")
    with sync_transaction(connection, turn=SYNC_LOCK) as cursor:
        say("Reading the files")
        files = read_icpe(folder, dataset)
        say("Checking, loading and comparing")
        rows = stage(cursor, files)
        comparison = compare_staged(cursor, files, rows)
        if comparison.needs_approval and dict(approved or {}) != files.checksums:
            raise ApprovalNeeded(comparison)
        say("Writing what changed")
        deleted = _write(cursor, comparison)
        report = replace(
            _report(comparison, deleted),
            started_at=started_at,
            dated_on=files.dated_on,
            rows_in=sum(rows.values()),
            rows_out=sum(rows.values()),
            files=files.described(rows),
        )
        record_run(connection, report)
        connection.commit()
    return report


def refuse_icpe(connection: Connection, comparison: Comparison, why: str) -> Report:
    """Record that a sync was refused (or that nobody answered), commit, and return the report."""
    return record_trouble(connection, RUN, "refused", why, comparison.to_values())


def _write(cursor: Cursor, comparison: Comparison) -> int:
    """Write what the comparison found; return how many long withdrawn installations were deleted."""
    sites, lines = comparison.installations, comparison.classements
    for statement, count in (
        ("withdraw_installations", sites.withdrawn),
        ("update_installations", sites.updated + sites.returned),
        ("insert_installations", sites.created),
        ("match_created", sites.created),
        ("delete_classements", lines.deleted),
        ("update_classements", lines.updated),
        ("insert_classements", lines.created),
    ):
        if count:
            cursor.execute(read_statement(f"sync/{statement}.sql"))
    return _delete_forgotten(cursor)


def _delete_forgotten(cursor: Cursor) -> int:
    cursor.execute(read_statement("sync/lock_forgotten.sql"), {"kept_days": KEPT_DAYS})
    ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return 0
    cursor.execute(read_statement("sync/delete_forgotten.sql"), {"ids": ids})
    return cursor.rowcount


def _report(comparison: Comparison, deleted: int) -> Report:
    now = datetime.now(UTC)
    tables = (comparison.installations, comparison.classements)
    return Report(
        *RUN,
        "done" if deleted or any(table.is_changed for table in tables) else "unchanged",
        now,
        now,
        message=_message(tables, deleted),
        created=sum(table.created for table in tables),
        updated=sum(table.updated + table.returned for table in tables),
        withdrawn=comparison.installations.withdrawn,
        deleted=comparison.classements.deleted + deleted,
        unchanged=sum(table.unchanged for table in tables),
        details=comparison.to_values() | {"forgotten": deleted},
    )


def _message(tables: tuple[TableChanges, TableChanges], deleted: int) -> str:
    parts = [
        f"{name}: {table.sentence()}"
        for name, table in zip(("installations", "classement lines"), tables, strict=True)
    ]
    if deleted:
        parts.append(f"{deleted:,} installations withdrawn long ago deleted")
    return "; ".join(parts) + "."
