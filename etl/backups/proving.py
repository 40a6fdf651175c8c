"""The proof of a backup: restored into a database of its own, and compared with what was noted of it."""

from contextlib import suppress

import psycopg2
from sqlalchemy.engine import URL

from etl.backups.inventory import differences, take_inventory
from etl.backups.making import copy_hashed
from etl.backups.programs import require_clients, restoring
from etl.backups.server import name_beside, server_of
from etl.backups.shelf import Backup, mark_verified, read_backup
from etl.database import CONNECT_TIMEOUT_SECONDS, libpq_url
from etl.errors import RefusedError
from etl.storage import AnyPath, explained

SCRATCH = "scratch"
PROOF_LOCK = 5_150_009


def prove_backup(url: URL, folder: AnyPath, key: str) -> Backup:
    """Restore a backup into a scratch database, compare, drop it; return the backup, marked as proved.

    Args:
        url: the database that was dumped, as a login that may make databases: the scratch lies beside it.
        folder: where the backup lies.
        key: of its dump.

    Raises:
        RefusedError: it cannot be restored, is cut short, has another checksum or another content.
    """
    backup = read_backup(folder, key)
    prefix = name_beside(str(url.database), SCRATCH)
    with server_of(url) as server:
        require_clients(server.major)
        if not server.take(PROOF_LOCK, str(url.database)):
            raise RefusedError("Another backup of this database is being proved: wait for its end.")
        for leftover in server.beginning_with(prefix):
            server.drop(leftover)
        scratch = url.set(database=prefix + backup.made_at.strftime("%Y%m%d%H%M%S"))
        try:
            server.create(str(scratch.database))
            load_dump(scratch, folder, backup, with_rights=False)
            compare_with_note(scratch, backup)
        finally:
            # After an error of the server the next proof drops it.
            with suppress(psycopg2.OperationalError, psycopg2.InterfaceError):
                server.drop(str(scratch.database))
    return mark_verified(folder, backup)


def load_dump(url: URL, folder: AnyPath, backup: Backup, *, with_rights: bool) -> None:
    """Restore a dump into an empty database, and compare its checksum on the way.

    Raises:
        RefusedError: pg_restore cannot read it, or the checksum is another one.
    """
    path = folder / backup.key
    read, failure = ("", 0), None
    try:
        with explained(path), path.open("rb") as source, restoring(url, with_rights=with_rights) as target:
            read = copy_hashed(source, target)
    except FileNotFoundError:
        raise RefusedError(f"The dump {path} is gone; only its note is there.") from None
    except RefusedError as error:
        failure = error
    if read != (backup.sha256, backup.size):
        raise RefusedError(
            f"The dump {path} is damaged: {read[1]} bytes with SHA-256 {read[0]}, it must have {backup.size} "
            f"bytes with {backup.sha256}."
        ) from failure
    if failure is not None:
        raise failure


def compare_with_note(url: URL, backup: Backup) -> None:
    """Compare a restored database with what was noted when it was dumped.

    Raises:
        RefusedError: they differ; the sentence says in what.
    """
    connection = psycopg2.connect(libpq_url(url), connect_timeout=CONNECT_TIMEOUT_SECONDS)
    try:
        found = take_inventory(connection, like=backup.inventory)
    finally:
        connection.close()
    told = differences(backup.inventory, found)
    if told:
        raise RefusedError(f"The backup {backup.key} restores to something else: {'; '.join(told[:5])}.")
