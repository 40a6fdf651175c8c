"""Step 3: the orders in force in the back-office become an archive, all of them valid or none published."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.am_documents import published_file, unpack
from etl.database import read_statement
from etl.errors import RefusedError
from etl.reports import Report
from etl.storage import AnyPath, put_bytes, read_bytes
from etl.sync.am_archive import ERRORS_TOLD
from etl.sync.transaction import Progress, sync_transaction
from regulation.archive import ArchiveError, Entry, archive_entries, order_of_entry
from regulation.consistency import Finding, check_orders
from regulation.order import Order
from regulation.order_file import OrderFileError

STEP = "export_ams"
DATASET = "ams"
RUN = (STEP, DATASET)
FOLDER = "ams"
LATEST = f"{FOLDER}/latest.zip"
FINDINGS_KEPT = 50
# The same content gives the same bytes: entries bear no date of ours.
NO_DATE = (1980, 1, 1, 0, 0, 0)
PLAIN_FILE = 0o100644 << 16
UNIX = 3


@dataclass(frozen=True, slots=True)
class Export:
    """A checked archive: its bytes, how many orders it holds, and the findings that do not block."""

    data: bytes
    orders: int
    findings: tuple[Finding, ...]

    @property
    def sha256(self) -> str:
        """Return the checksum of the archive."""
        return hashlib.sha256(self.data).hexdigest()


def make_archive(connection: Connection, progress: Progress | None = None) -> Export:
    """Return the archive of the orders in force; the database is only read.

    Raises:
        RefusedError: an order cannot be published, or none is in force; the sentence names the orders.
    """
    say = progress or (lambda _: None)
    say("Reading the orders in force")
    with sync_transaction(connection) as cursor:
        cursor.execute(read_statement("backoffice/read_in_force.sql"))
        files = [published_file(cid, unpack(document)) for cid, document in cursor.fetchall()]
    if not files:
        raise RefusedError("No order is in force in the back-office: nothing was published.")
    say("Checking them")
    findings = check_orders(_valid_orders(files))
    _refuse([str(finding) for finding in findings if finding.level.blocks])
    say("Packing")
    return Export(_archive_of(files), len(files), tuple(findings))


def export_to_bucket(connection: Connection, am_bucket: AnyPath, progress: Progress | None = None) -> Report:
    """Publish the orders in force: `ams/<time>.zip`, then `ams/latest.zip`; return the report, unrecorded.

    Where latest.zip is these very bytes already, nothing is written and the outcome is `unchanged`.

    Raises:
        RefusedError: as `make_archive`; what was published before is untouched.
        SettingsError, TransientError, OSError: the bucket cannot be used.
    """
    started_at = datetime.now(UTC)
    export = make_archive(connection, progress)
    if read_bytes(am_bucket, LATEST) == export.data:
        return _report(started_at, export, LATEST, is_new=False)
    # To the microsecond: two exports in one second are two files.
    dated = f"{FOLDER}/{started_at:%Y-%m-%dT%H-%M-%S.%fZ}.zip"
    put_bytes(am_bucket, dated, export.data)
    put_bytes(am_bucket, LATEST, export.data)
    return _report(started_at, export, dated, is_new=True)


def export_to_file(connection: Connection, output: Path, progress: Progress | None = None) -> Report:
    """Write the archive of the orders in force to one file, whole; as `export_to_bucket` otherwise."""
    started_at = datetime.now(UTC)
    export = make_archive(connection, progress)
    is_new = not output.is_file() or output.read_bytes() != export.data
    if is_new:
        put_bytes(output.absolute().parent, output.name, export.data)
    return _report(started_at, export, output.name, is_new=is_new)


def _valid_orders(files: Sequence[Entry]) -> list[Order]:
    orders, errors = [], []
    for entry in files:
        try:
            orders.append(order_of_entry(entry))
        except OrderFileError as error:
            errors.append(str(error))
    _refuse(errors)
    return orders


def _refuse(errors: Sequence[str]) -> None:
    if not errors:
        return
    more = f" (and {len(errors) - ERRORS_TOLD} more)" if len(errors) > ERRORS_TOLD else ""
    raise RefusedError(f"Nothing was published. {' ; '.join(errors[:ERRORS_TOLD])}{more}")


def _archive_of(files: Sequence[Entry]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for entry in sorted(files, key=lambda entry: entry.name):
            info = zipfile.ZipInfo(entry.name, NO_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = UNIX, PLAIN_FILE
            archive.writestr(info, entry.data, compresslevel=6)
    _refuse_unreadable(stream)
    return stream.getvalue()


def _refuse_unreadable(stream: io.BytesIO) -> None:
    """Let the reader of the sync look at names, sizes and ratios: what it refuses is not published."""
    stream.seek(0)
    try:
        next(archive_entries(stream, "latest.zip"))
    except ArchiveError as error:
        raise RefusedError(f"Nothing was published. {error}") from None


def _report(started_at: datetime, export: Export, key: str, *, is_new: bool) -> Report:
    findings = [str(finding) for finding in export.findings]
    said = f"{export.orders} orders in force"
    return Report(
        STEP,
        DATASET,
        "done" if is_new else "unchanged",
        started_at,
        datetime.now(UTC),
        message=f"{said}, published as {key}." if is_new else f"{said}: {key} holds them already.",
        rows_in=export.orders,
        rows_out=export.orders,
        unchanged=0 if is_new else export.orders,
        files=[{"key": key, "sha256": export.sha256, "bytes": len(export.data), "rows": export.orders}],
        details={"findings": findings[:FINDINGS_KEPT], "findings_count": len(findings)},
    )
