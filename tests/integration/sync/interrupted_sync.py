"""A sync that kills itself (SIGKILL) when it reaches a point; run as a process by test_interruption.py.

    python -m tests.integration.sync.interrupted_sync FOLDER POINT DELAY

POINT is the name of a statement of sql/sync or sql/runs, or `commit`. A DELAY above 0 (seconds) lets the
statement begin and kills in its midst.
"""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import psycopg2.extensions

import etl.sync.icpe
from etl.database import Role, connect, read_statement
from etl.settings import load_settings


def main() -> None:
    """Sync, and die at the point."""
    folder, point, delay = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    with connect(load_settings(), Role.ETL) as connection:
        if point == "commit":
            etl.sync.icpe.record_run = lambda *_: die()  # type: ignore[assignment]
        else:
            connection.cursor_factory = dying_cursor(read_statement(f"{point}.sql"), delay)
        etl.sync.icpe.apply_icpe(connection, folder)


def dying_cursor(statement: str, delay: float) -> type[psycopg2.extensions.cursor]:
    """Return a class of cursors that end the process at a statement."""

    class DyingCursor(psycopg2.extensions.cursor):
        def execute(self, query: Any, values: Any = None) -> None:
            die_at(str(query))
            super().execute(query, values)

        def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
            die_at(str(sql))
            super().copy_expert(sql, file, size)

    def die_at(query: str) -> None:
        if query == statement and delay:
            threading.Timer(delay, die).start()
        elif query == statement:
            die()

    return DyingCursor


def die() -> None:
    """End this process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
