"""A backup: one snapshot of the database, streamed to its place while its checksum is made."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import IO, BinaryIO

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from sqlalchemy.engine import URL

from etl.backups.inventory import take_inventory
from etl.backups.programs import dumping, require_clients
from etl.backups.shelf import READ_BYTES, Backup, put_note
from etl.database import CONNECT_TIMEOUT_SECONDS, libpq_url
from etl.errors import StepError
from etl.storage import AnyPath, remove_file, streamed


def make_backup(url: URL, folder: AnyPath, key: str) -> Backup:
    """Dump a database to a key of a folder, with a note of what it holds beside it; return what is noted.

    Neither memory nor a disk of this machine holds the dump. The inventory is of the very snapshot that is
    dumped.

    Args:
        url: of a role that reads everything.
        folder: a bucket or a folder.
        key: of the dump; its note is `<key>.json`.

    Raises:
        StepError: pg_dump failed, or the database has no tables; nothing that looks like a backup is left.
        TransientError: the database or the object store does not answer.
    """
    made_at = datetime.now(UTC)
    connection = psycopg2.connect(libpq_url(url), connect_timeout=CONNECT_TIMEOUT_SECONDS)
    try:
        connection.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
        major = connection.server_version // 10_000
        require_clients(major)
        snapshot = _export_snapshot(connection)
        with ThreadPoolExecutor(1) as beside:
            taking = beside.submit(take_inventory, connection)
            sha256, size = _dump(url, snapshot, folder, key)
            inventory = taking.result()
    finally:
        connection.close()
    backup = Backup(key, made_at, sha256, size, major, inventory)
    put_note(folder, backup)
    return backup


def _export_snapshot(connection: Connection) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.alembic_version') IS NOT NULL, pg_export_snapshot()")
        row = cursor.fetchone()
    if row is None or not row[0]:
        raise StepError("The database has no tables yet. Run `python -m etl migrate` first.")
    return str(row[1])


def _dump(url: URL, snapshot: str, folder: AnyPath, key: str) -> tuple[str, int]:
    """Stream the dump to its key; return its SHA-256 and size. One that was cut short does not stay."""
    remove_file(folder, f"{key}.json")
    with streamed(folder, key) as target, dumping(url, snapshot) as source:
        return copy_hashed(source, target)


def copy_hashed(source: IO[bytes], target: BinaryIO | IO[bytes]) -> tuple[str, int]:
    """Read a stream to its end and return SHA-256 and number of its bytes; copy it while it is taken."""
    digest, size, is_taken = hashlib.sha256(), 0, True
    while piece := source.read(READ_BYTES):
        digest.update(piece)
        size += len(piece)
        try:
            is_taken = is_taken and target.write(piece) is not None
        except BrokenPipeError:  # a program that has ended, well or badly, says so itself
            is_taken = False
    return digest.hexdigest(), size
