"""Step 4 for prefectoral orders: the list and the texts become what is in service, in one transaction."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from etl.database import read_statement
from etl.reports import Report, record_run
from etl.storage import AnyPath
from etl.sync.am_rows import RowStream
from etl.sync.ams import FINDINGS_KEPT, fetch_counts
from etl.sync.ap_comparison import ApComparison, compared, page_changes
from etl.sync.ap_inputs import ApFiles, read_ap_files, read_fingerprints
from etl.sync.ap_reader import ApReader, Known
from etl.sync.ap_rows import DERIVATION
from etl.sync.comparison import EXAMPLES, ApprovalNeeded, TableChanges
from etl.sync.inputs import Dataset
from etl.sync.transaction import Progress, sync_transaction

RUN = ("sync_aps", "aps")  # step and dataset of its rows in dataset_runs
LOCK = 5_150_005  # any number: two syncs of prefectoral orders wait for each other on it
KEPT_DAYS = 30  # after these a withdrawn order goes, with its text and its files
COPY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Staged:
    """What was loaded: the list, how its rows and pages compare, and what was found wrong with statuses."""

    files: ApFiles
    comparison: ApComparison
    pages: TableChanges
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """Rows that the comparison does not count: marked picks, forgotten orders, those without installation."""

    marked: int
    forgotten: int
    orphans: int


def compare_aps(
    connection: Connection, folder: AnyPath, bucket: AnyPath, dataset: Dataset = "all"
) -> ApComparison:
    """Return what a sync would change; nothing is written and no lock is held afterwards.

    Raises:
        RefusedError: the list cannot be accepted.
        SettingsError, TransientError: the bucket cannot be read.
    """
    with sync_transaction(connection) as cursor:
        return _stage(cursor, read_ap_files(folder, dataset), bucket).comparison


def apply_aps(
    connection: Connection,
    folder: AnyPath,
    bucket: AnyPath,
    dataset: Dataset = "all",
    *,
    approved: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Bring the prefectoral orders and their pages to the list and the statuses, and return the report.

    One transaction: readers see the old rows until the commit. An order that is gone is withdrawn, and
    forgotten after 30 days; its files are for `delete_withdrawn_files` to delete. A pick whose order is gone
    stays, marked (`gone_at`), until the order returns.

    Args:
        connection: in the role of the steps; it is committed, or rolled back on any error.
        folder: where `aps_*.csv` lies.
        bucket: where the statuses lie, `<georisques_id>.json`, and their index.
        dataset: which of the three lists; orders that it does not have are withdrawn.
        approved: the checksums by file name for which a person approved that much disappears.
        progress: is told what begins.

    Raises:
        ApprovalNeeded: more than 5 % of the orders, or of the texts, would disappear, and nobody approved it
            for this list.
        RefusedError: the list cannot be accepted.
        SettingsError, TransientError: the bucket cannot be read, or another sync does not end.
    """
    started_at = datetime.now(UTC)
    say = progress or (lambda _: None)
    say("Waiting for another sync to end, if there is one")
    with sync_transaction(connection, turn=LOCK) as cursor:
        say("Reading what changed")
        staged = _stage(cursor, read_ap_files(folder, dataset), bucket)
        if staged.comparison.needs_approval and dict(approved or {}) != staged.files.checksums:
            raise ApprovalNeeded(staged.comparison)
        say("Writing what changed")
        report = replace(_report(staged, _write(cursor, staged)), started_at=started_at)
        record_run(connection, report)
        connection.commit()
    return report


def _stage(cursor: Cursor, files: ApFiles, bucket: AnyPath) -> Staged:
    """Load the list, and of each order whose status changed the pages, while they are read."""
    reader = ApReader(bucket, read_fingerprints(bucket), _known(cursor))
    cursor.execute(read_statement("sync/aps/stage.sql"))
    pages = RowStream(reader.pages(files.listed))
    cursor.copy_expert(read_statement("sync/aps/copy_pages.sql"), pages, COPY_BYTES)
    orders = RowStream(reader.rows)
    cursor.copy_expert(read_statement("sync/aps/copy_orders.sql"), orders, COPY_BYTES)
    cursor.execute(read_statement("sync/aps/analyze_staged.sql"))
    counts = fetch_counts(cursor, "sync/aps/compare.sql")
    gone = _examples(cursor) if counts["orders_withdrawn"] else []
    comparison = compared(files.dataset, files.checksums, counts, gone)
    return Staged(files, comparison, page_changes(counts), tuple(reader.findings))


def _known(cursor: Cursor) -> Known:
    cursor.execute(read_statement("sync/aps/known.sql"), {"derivation": DERIVATION})
    return {known: (bytes(fingerprint), description) for known, fingerprint, description in cursor.fetchall()}


def _examples(cursor: Cursor) -> list[dict[str, str]]:
    cursor.execute(read_statement("sync/aps/list_disappearing.sql"), {"limit": EXAMPLES})
    return [
        {"georisques_id": georisques_id, "s3ic_id": s3ic_id, "title": title}
        for georisques_id, s3ic_id, title in cursor.fetchall()
    ]


def _write(cursor: Cursor, staged: Staged) -> Written:
    aps, pages = staged.comparison.aps, staged.pages
    for statement, count in (
        ("merge_orders", aps.created + aps.updated + aps.returned),
        ("delete_gone_pages", pages.deleted),
        ("update_pages", pages.updated),
        ("insert_pages", pages.created),
        ("withdraw", aps.withdrawn),
    ):
        if count:
            cursor.execute(read_statement(f"sync/aps/{statement}.sql"))
    cursor.execute(read_statement("sync/aps/keep_returned_files.sql"))
    cursor.execute(read_statement("sync/aps/mark_prescriptions.sql"))
    marked = cursor.rowcount
    cursor.execute(read_statement("sync/aps/forget.sql"), {"kept_days": KEPT_DAYS})
    forgotten = cursor.rowcount
    return Written(marked, forgotten, fetch_counts(cursor, "sync/aps/count_orphans.sql")["orphans"])


def _report(staged: Staged, written: Written) -> Report:
    now = datetime.now(UTC)
    comparison, pages = staged.comparison, staged.pages
    aps = comparison.aps
    is_changed = aps.is_changed or pages.is_changed or written.marked or written.forgotten
    return Report(
        *RUN,
        "done" if is_changed else "unchanged",
        now,
        now,
        message=_message(aps, pages, written),
        dated_on=staged.files.dated_on,
        rows_in=len(staged.files.listed),
        rows_out=len(staged.files.listed),
        created=aps.created,
        updated=aps.updated + aps.returned,
        withdrawn=aps.withdrawn,
        deleted=written.forgotten,
        unchanged=aps.unchanged,
        files=[staged.files.described()],
        details=comparison.to_values()
        | {
            "pages": asdict(pages),
            "picks_marked": written.marked,
            "without_installation": written.orphans,
            "findings": staged.findings[:FINDINGS_KEPT],
            "findings_count": len(staged.findings),
        },
    )


def _message(aps: TableChanges, pages: TableChanges, written: Written) -> str:
    parts = [f"prefectoral orders: {aps.sentence()}", f"pages: {pages.sentence()}"]
    if written.forgotten:
        parts.append(f"{written.forgotten:,} orders withdrawn more than {KEPT_DAYS} days ago deleted")
    if written.orphans:
        parts.append(f"{written.orphans:,} orders of installations that are not in service")
    return "; ".join(parts) + "."
