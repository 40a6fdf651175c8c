"""Maintenance without a restart: a lock on the server that the site looks at, gone with whoever holds it.

It is taken in a database beside ours and bears the name of ours, so that it outlives the exchange of a
database. A process that is killed leaves no site closed.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import URL

from etl.backups.server import Server, server_of
from etl.errors import RefusedError

MAINTENANCE_LOCK = 5_150_010
# How long an answer holds for a process of the site, and so how long a writer may still be at work after it.
LOOKED_AT_EVERY_SECONDS = 1.0
SETTLED_AFTER_SECONDS = 3 * LOOKED_AT_EVERY_SECONDS


@contextmanager
def maintenance(url: URL) -> Iterator[Server]:
    """Close the site of a database while the body runs; gives the server beside whose databases it stands.

    The caller waits SETTLED_AFTER_SECONDS for what was under way.

    Raises:
        RefusedError: somebody else holds it.
    """
    with server_of(url) as server:
        close_site(server, str(url.database))
        yield server


def close_site(server: Server, database: str) -> None:
    """Take the lock until the connection ends.

    Raises:
        RefusedError: somebody else holds it.
    """
    if not server.take(MAINTENANCE_LOCK, database):
        raise RefusedError(f"The site of {database} is in maintenance already: another command is at work.")
