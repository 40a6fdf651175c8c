"""The back-office filled from a published archive, losslessly: each file is kept byte for byte.

Importing the same archive again changes nothing. An order that somebody edited since is refused, unless the
archive is to replace it, which makes a new version and loses nothing of its history.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg2 import Binary
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from psycopg2.extensions import cursor as Cursor  # noqa: N812
from psycopg2.extras import Json

from etl.am_documents import (
    IN_FORCE,
    Metadata,
    fingerprint_of,
    pack,
    returned_to_force,
    row_of,
    unpack,
)
from etl.database import read_statement
from etl.errors import RefusedError
from etl.reports import Report, record_run
from etl.storage import AnyPath
from etl.sync.am_archive import ERRORS_TOLD, AmArchive, ArchiveReader, PublishedOrder
from etl.sync.transaction import Progress, sync_transaction
from regulation.consistency import Finding

STEP = "import_ams"
DATASET = "ams"
RUN = (STEP, DATASET)
LOCK = 5_150_006  # any number: two imports wait for each other on it
ACTION = "import"


@dataclass(frozen=True, slots=True)
class Current:
    """The current version of an order: its number, what made it, and what it holds."""

    number: int
    action: str
    metadata: Metadata
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """A version to write: its number, the file, and what is known beside it."""

    published: PublishedOrder
    number: int
    metadata: Metadata


def import_ams(
    connection: Connection, archive: AnyPath, *, replace: bool = False, progress: Progress | None = None
) -> Report:
    """Bring the orders of an archive into the back-office, all or none, and return the report.

    Orders that the archive does not have stay as they are; those it has are in force afterwards.

    Args:
        connection: in the role of the steps; it is committed, or rolled back on any error.
        archive: the ZIP of `<cid>.json` files.
        replace: make a new version of orders that were edited since they were imported.
        progress: is told what begins.

    Raises:
        RefusedError: the archive or one of its orders cannot be accepted, or an order was edited; nothing
            was changed, the sentence names the orders.
        TransientError: another import has been running for too long.
    """
    started_at = datetime.now(UTC)
    say = progress or (lambda _: None)
    say("Reading and checking the orders")
    reader = ArchiveReader(archive)
    orders = list(reader.orders())
    read = reader.finish()
    with sync_transaction(connection, turn=LOCK) as cursor:
        say("Comparing")
        current = _current_versions(cursor)
        changes = _changes(cursor, orders, current)
        if not replace:
            _refuse_edited(changes, current)
        say("Writing what changed")
        _write(cursor, changes, read)
        report = _report(started_at, read, changes, current)
        record_run(connection, report)
        connection.commit()
    return report


def _current_versions(cursor: Cursor) -> dict[str, Current]:
    cursor.execute(read_statement("backoffice/lock_current.sql"))
    return {
        cid: Current(number, action, Metadata.from_values(metadata), bytes(fingerprint))
        for cid, number, action, metadata, fingerprint in cursor.fetchall()
    }


def _changes(
    cursor: Cursor, orders: Sequence[PublishedOrder], current: Mapping[str, Current]
) -> list[Change]:
    changes = []
    for published in orders:
        held = current.get(published.order.cid)
        if held is None:
            changes.append(Change(published, 1, Metadata()))
        elif not _is_same(cursor, published, held):
            changes.append(Change(published, held.number + 1, returned_to_force(held.metadata)))
    return changes


def _is_same(cursor: Cursor, published: PublishedOrder, held: Current) -> bool:
    """Tell whether an order is in force with that very content, however its file is laid out."""
    if held.metadata.state != IN_FORCE:
        return False
    if fingerprint_of(published.data, held.metadata) == held.fingerprint:
        return True
    wanted = {"cid": published.order.cid, "number": held.number}
    cursor.execute(read_statement("backoffice/read_document.sql"), wanted)
    ((document,),) = cursor.fetchall()
    return bool(json.loads(unpack(document)) == json.loads(published.data))


def _refuse_edited(changes: Sequence[Change], current: Mapping[str, Current]) -> None:
    edited = [
        cid
        for cid in (change.published.order.cid for change in changes)
        if cid in current and current[cid].action != ACTION
    ]
    if not edited:
        return
    more = f" and {len(edited) - ERRORS_TOLD} more" if len(edited) > ERRORS_TOLD else ""
    raise RefusedError(
        f"{len(edited)} of the orders were edited in the back-office since they were imported: "
        f"{', '.join(edited[:ERRORS_TOLD])}{more}. Nothing was changed. If the archive is to replace them, "
        "import it again with --replace: their history stays."
    )


def _write(cursor: Cursor, changes: Sequence[Change], read: AmArchive) -> None:
    if not changes:
        return
    cids = [change.published.order.cid for change in changes]
    numbers = [change.number for change in changes]
    rows = [_row(change, read.findings) for change in changes]
    cursor.execute(read_statement("backoffice/put_orders.sql"), {"rows": Json(rows)})
    versions = {
        "cids": cids,
        "numbers": numbers,
        "documents": [Binary(pack(change.published.data)) for change in changes],
        "metadata": [json.dumps(change.metadata.to_values()) for change in changes],
        "fingerprints": [
            Binary(fingerprint_of(change.published.data, change.metadata)) for change in changes
        ],
    }
    cursor.execute(read_statement("backoffice/add_versions.sql"), versions)
    events = {"cids": cids, "numbers": numbers, "sha256": read.sha256}
    cursor.execute(read_statement("backoffice/add_import_events.sql"), events)


def _row(change: Change, findings: Sequence[Finding]) -> dict[str, Any]:
    published = change.published
    own = [finding for finding in findings if finding.cid == published.order.cid]
    row = row_of(json.loads(published.data), published.order, change.metadata, own)
    return {**row, "version": change.number}


def _report(
    started_at: datetime, read: AmArchive, changes: Sequence[Change], current: Mapping[str, Current]
) -> Report:
    replaced = [change.published.order.cid for change in changes if change.number > 1]
    created = len(changes) - len(replaced)
    unchanged = len(read.orders) - len(changes)
    counts = f"{created} orders new in the back-office, {len(replaced)} with a new version"
    return Report(
        STEP,
        DATASET,
        "done" if changes else "unchanged",
        started_at,
        datetime.now(UTC),
        message=f"{counts}, {unchanged} unchanged.",
        rows_in=len(read.orders),
        rows_out=len(changes),
        created=created,
        updated=len(replaced),
        unchanged=unchanged,
        files=[read.described()],
        details={"not_in_archive": len(current.keys() - {order.order.cid for order in read.orders})},
    )
