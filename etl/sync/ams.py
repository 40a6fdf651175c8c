"""Step 4 for ministerial orders: an archive becomes the orders in service, in one transaction."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import ClassVar

from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from etl.approval import MAX_SHARE_DISAPPEARING
from etl.database import read_statement
from etl.reports import Report, record_run
from etl.storage import AnyPath
from etl.sync.am_archive import AmArchive, ArchiveReader, PublishedOrder
from etl.sync.am_rows import DERIVATION, Row, RowStream, alinea_rows, is_changed, order_row
from etl.sync.comparison import EXAMPLES, ApprovalNeeded, StepComparison, TableChanges
from etl.sync.nomenclature import apply_nomenclature
from etl.sync.transaction import Progress, sync_transaction

STEP = "sync_ams"
DATASET = "ams"
RUN = (STEP, DATASET)
LOCK = 5_150_003  # any number: two syncs of orders wait for each other on it
FINDINGS_KEPT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AmComparison(StepComparison):
    """An archive beside the orders in service; the share is that of the orders to be withdrawn."""

    TABLES: ClassVar[tuple[str, ...]] = ("orders", "alineas")

    orders: TableChanges
    alineas: TableChanges

    def sentence(self) -> str:
        """Return what would disappear, for the person who decides."""
        return (
            f"{self.orders.disappearing:,} of {self.orders.before:,} ministerial orders "
            f"({self.orders.share_disappearing:.1%}) would disappear; more than {MAX_SHARE_DISAPPEARING:.0%} "
            "needs an approval. Nothing was changed."
        )


def compare_ams(connection: Connection, archive: AnyPath) -> AmComparison:
    """Return what a sync of this archive would change; nothing is written and no lock is held afterwards.

    Raises:
        RefusedError: the archive or one of its orders cannot be accepted (`etl.sync.am_archive`).
    """
    with sync_transaction(connection) as cursor:
        return _compare(cursor, _stage(cursor, ArchiveReader(archive)))


def apply_ams(
    connection: Connection,
    archive: AnyPath,
    *,
    nomenclature: AnyPath | None = None,
    approved: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Bring the orders and their alineas to what the archive says, in one transaction, and return its report.

    Readers see the old orders until the commit and the new ones after it. A withdrawn order keeps its row; a
    pick whose alinea is gone stays, marked (`gone_at`), and the mark goes when the alinea returns.

    Args:
        connection: in the role of the steps; it is committed, or rolled back on any error.
        archive: the ZIP of `<cid>.json` files.
        nomenclature: `classement_references.csv`, loaded in the same transaction.
        approved: the checksums by file name for which a person approved that much disappears.
        progress: is told what begins.

    Raises:
        ApprovalNeeded: more than 5 % of the orders would disappear, and nobody approved it for this archive.
        RefusedError: the archive, an order or the nomenclature cannot be accepted; nothing was changed.
        TransientError: another sync has been running for too long.
    """
    started_at = datetime.now(UTC)
    say = progress or (lambda _: None)
    say("Waiting for another sync to end, if there is one")
    with sync_transaction(connection, turn=LOCK) as cursor:
        say("Reading and checking the orders")
        read = _stage(cursor, ArchiveReader(archive))
        say("Comparing")
        comparison = _compare(cursor, read)
        if comparison.needs_approval and dict(approved or {}) != read.checksums:
            raise ApprovalNeeded(comparison)
        say("Writing what changed")
        marked = _write(cursor)
        references = apply_nomenclature(cursor, nomenclature) if nomenclature is not None else None
        report = _report(started_at, read, comparison, references, marked)
        record_run(connection, report)
        connection.commit()
    return report


def _stage(cursor: Cursor, reader: ArchiveReader) -> AmArchive:
    """Load the changed orders while they are read: Postgres works on one while we read the next."""
    cursor.execute(read_statement("sync/ams/known.sql"), {"derivation": DERIVATION})
    known = {cid: bytes(fingerprint) for cid, fingerprint in cursor.fetchall()}
    cursor.execute(read_statement("sync/ams/stage.sql"))
    order_rows: list[Row] = []

    def changed_orders() -> Iterator[PublishedOrder]:
        for published in reader.orders():
            order_rows.append(order_row(published, known))
            if is_changed(published, known):
                yield published

    with _without_cycle_search():
        alineas = RowStream(alinea_rows(changed_orders()))
        cursor.copy_expert(read_statement("sync/ams/copy_alineas.sql"), alineas)
        read = reader.finish()
        cursor.copy_expert(read_statement("sync/ams/copy_ams.sql"), RowStream(order_rows))
    cursor.execute(read_statement("sync/ams/index_staged.sql"))
    return read


@contextmanager
def _without_cycle_search() -> Iterator[None]:
    """Let Python not look for cycles: among so many new values, none of them in one, it takes a third."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _compare(cursor: Cursor, read: AmArchive) -> AmComparison:
    counts = fetch_counts(cursor, "sync/ams/compare.sql")
    orders = TableChanges(
        before=counts["orders_before"],
        created=counts["orders_created"],
        updated=counts["orders_updated"],
        returned=counts["orders_returned"],
        withdrawn=counts["orders_withdrawn"],
        deleted=0,
        unchanged=counts["orders_unchanged"],
    )
    return AmComparison(
        dataset=DATASET,
        files=read.checksums,
        orders=orders,
        alineas=_alinea_changes(counts),
        share_disappearing=orders.share_disappearing,
        needs_approval=orders.share_disappearing > MAX_SHARE_DISAPPEARING,
        disappearing=_examples(cursor) if orders.withdrawn else [],
    )


def _alinea_changes(counts: Mapping[str, int]) -> TableChanges:
    before, created, updated, deleted = (
        counts[f"alineas_{kind}"] for kind in ("before", "created", "updated", "deleted")
    )
    return TableChanges(
        before=before,
        created=created,
        updated=updated,
        returned=0,
        withdrawn=0,
        deleted=deleted,
        unchanged=before - deleted - updated,
    )


def fetch_counts(cursor: Cursor, statement: str) -> dict[str, int]:
    """Return the one row of a counting statement, by column name."""
    cursor.execute(read_statement(statement))
    return dict(zip([column.name for column in cursor.description or ()], cursor.fetchall()[0], strict=True))


def _examples(cursor: Cursor) -> list[dict[str, str]]:
    cursor.execute(read_statement("sync/ams/list_disappearing.sql"), {"limit": EXAMPLES})
    return [{"cid": cid, "title": title} for cid, title in cursor.fetchall()]


def _write(cursor: Cursor) -> int:
    """Write what the comparison found; return how many picks changed their mark."""
    for statement in ("merge_ams", "delete_gone_alineas", "update_alineas", "insert_alineas", "withdraw"):
        cursor.execute(read_statement(f"sync/ams/{statement}.sql"))
    cursor.execute(read_statement("sync/ams/mark_prescriptions.sql"))
    return cursor.rowcount


def _report(
    started_at: datetime,
    read: AmArchive,
    comparison: AmComparison,
    references: TableChanges | None,
    marked: int,
) -> Report:
    tables = {"orders": comparison.orders, "alineas": comparison.alineas}
    if references is not None:
        tables["nomenclature"] = references
    is_changed = marked > 0 or any(table.is_changed for table in tables.values())
    findings = [str(finding) for finding in read.findings]
    return Report(
        STEP,
        DATASET,
        "done" if is_changed else "unchanged",
        started_at,
        datetime.now(UTC),
        message="; ".join(f"{name}: {table.sentence()}" for name, table in tables.items()) + ".",
        rows_in=len(read.orders),
        rows_out=len(read.orders),
        created=comparison.orders.created,
        updated=comparison.orders.updated + comparison.orders.returned,
        withdrawn=comparison.orders.withdrawn,
        unchanged=comparison.orders.unchanged,
        files=[read.described()],
        details=comparison.to_values()
        | ({"nomenclature": asdict(references)} if references is not None else {})
        | {"picks_marked": marked, "findings": findings[:FINDINGS_KEPT], "findings_count": len(findings)},
    )
