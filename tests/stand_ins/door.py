"""A door in front of the database: it refuses the first callers, then lets everyone through."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.engine import URL

from etl.database import Role, database_url, libpq_url
from etl.settings import Settings


@contextmanager
def flaky_door(settings: Settings, *, refusals: int) -> Iterator[str]:
    """Give an address of the database, for the role of the steps, whose first connections are cut."""
    real = database_url(settings, Role.ETL)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_serve, args=(listener, real, refusals), daemon=True).start()
    try:
        yield libpq_url(real.set(port=listener.getsockname()[1]))
    finally:
        listener.close()


def _serve(listener: socket.socket, real: URL, refusals: int) -> None:
    with suppress(OSError):  # the listener is closed at the end
        while True:
            caller, _ = listener.accept()
            if refusals > 0:
                refusals -= 1
                caller.close()
            else:
                threading.Thread(target=_relay, args=(caller, real), daemon=True).start()


def _relay(caller: socket.socket, real: URL) -> None:
    with caller, socket.create_connection((str(real.host), real.port or 0), timeout=10) as database:
        other = {caller: database, database: caller}
        while True:
            ready, _, _ = select.select(list(other), [], [])
            for end in ready:
                data = end.recv(65536)
                if not data:
                    return
                other[end].sendall(data)
