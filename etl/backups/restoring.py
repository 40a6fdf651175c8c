"""A backup put back into service: restored beside the live database, then exchanged with it in one moment."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg2
from pydantic import SecretStr
from sqlalchemy.engine import URL

from etl.backups.programs import require_clients
from etl.backups.proving import compare_with_note, load_dump
from etl.backups.server import Server, name_beside, server_of
from etl.backups.shelf import Backup, check_sum, read_backup
from etl.database import CONNECT_TIMEOUT_SECONDS, libpq_url, read_statement
from etl.errors import RefusedError
from etl.maintenance import SETTLED_AFTER_SECONDS, maintenance
from etl.migrations import known_revisions, migrate
from etl.settings import Settings
from etl.storage import AnyPath
from etl.sync.transaction import Progress

RESTORING, REPLACED = "restoring", "replaced"


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in service now, and under which name the old state is kept (None: there was none)."""

    backup: Backup
    revisions: tuple[str | None, str | None]
    kept_as: str | None


def restore(settings: Settings, url: URL, folder: AnyPath, key: str, progress: Progress) -> Restored:
    """Put a backup into service in the place of a database, whatever is connected to it.

    The site is closed for the time of it. Until the last moment the old state is there, untouched: a restore
    that fails or is killed leaves it in service.

    Args:
        settings: of the project; the address of the database in them is not used.
        url: the database to put in place, as its owner; it may be missing.
        folder: where the backup lies.
        key: of its dump.
        progress: is told what begins.

    Raises:
        RefusedError: the backup is damaged, or newer than this program; nothing was changed.
        SettingsError: programs are missing, or the login may not make databases.
        TransientError: the exchange did not succeed; the old state is in service.
    """
    backup = read_backup(folder, key)
    _refuse_newer(backup)
    with server_of(url) as server:
        _refuse_older_server(server, backup)
    progress("comparing the checksum of the dump")
    check_sum(folder, backup)
    live = str(url.database)
    with maintenance(url) as server:
        progress("the site shows the maintenance page")
        time.sleep(SETTLED_AFTER_SECONDS)
        _drop_leftovers(server, live)
        with _new_database(server, live) as name:
            new = url.set(database=name)
            progress("restoring")
            _fill(new, folder, backup)
            _let_in(server, live, name)
            revisions = migrate(settings.model_copy(update={"database_url": SecretStr(libpq_url(new))}))
            progress("exchanging the databases")
            kept_as = _exchange(server, name, live)
    return Restored(backup, revisions, kept_as)


def _refuse_newer(backup: Backup) -> None:
    if backup.inventory.revision not in known_revisions():
        raise RefusedError(
            f"The backup {backup.key} is of version {backup.inventory.revision} of the tables, which this "
            "program does not know: install the version that made it, or a newer one. Nothing was changed."
        )


def _refuse_older_server(server: Server, backup: Backup) -> None:
    require_clients(max(server.major, backup.server_major))
    if server.major < backup.server_major:
        raise RefusedError(
            f"The backup {backup.key} is of a server Postgres {backup.server_major}, this one is "
            f"{server.major}: restore it into one at least as new. Nothing was changed."
        )


@contextmanager
def _new_database(server: Server, live: str) -> Iterator[str]:
    """Give the name of an empty database, which goes again after an error."""
    name = name_beside(live, RESTORING, _stamp())
    try:
        server.create(name)
        yield name
    except psycopg2.OperationalError:  # the server is gone: the next restore drops what is left
        raise
    except BaseException:
        server.drop(name)
        raise


def _fill(url: URL, folder: AnyPath, backup: Backup) -> None:
    """Restore the dump with its rights, compare, and let the server learn what the tables hold."""
    _execute(url, read_statement("backup/make_roles.sql"))
    load_dump(url, folder, backup, with_rights=True)
    compare_with_note(url, backup)
    _execute(url, "ANALYZE")


def _let_in(server: Server, live: str, new: str) -> None:
    if server.exists(live):
        server.give_same_rights(live, new)
    else:
        server.give_usual_rights(new)


def _exchange(server: Server, new: str, live: str) -> str | None:
    """Put the new database in place; keep the old one, and none of those kept by earlier restores."""
    earlier = server.beginning_with(name_beside(live, REPLACED))
    aside = name_beside(live, REPLACED, _stamp()) if server.exists(live) else None
    server.put_in_place(new, live, aside or "")
    for name in earlier:
        server.drop(name)
    return aside


def _drop_leftovers(server: Server, live: str) -> None:
    """Drop what restores that were killed have left."""
    for name in server.beginning_with(name_beside(live, RESTORING)):
        server.drop(name)


def _execute(url: URL, statement: str) -> None:
    connection = psycopg2.connect(libpq_url(url), connect_timeout=CONNECT_TIMEOUT_SECONDS)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
