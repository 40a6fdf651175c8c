"""A sync that kills itself (SIGKILL) when it reaches a point; run as a process by test_interruption.py.

    python -m tests.integration.sync.interrupted_sync STEP FOLDER POINT DELAY

STEP is `icpe` or `aps` (FOLDER laid out as the buckets, from which files are deleted too). POINT is the name
of a statement of sql/sync or sql/runs, `commit`, or `remove <end of a key>`: when that file of the bucket is
to be deleted. A DELAY above 0 (seconds) lets the statement begin and kills in its midst.
"""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import psycopg2.extensions
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

import etl.sync.ap_files
import etl.sync.aps
import etl.sync.icpe
from etl.database import Role, connect, read_statement
from etl.settings import load_settings
from etl.storage import remove_file


def main() -> None:
    """Sync, and die at the point."""
    step, folder, point, delay = sys.argv[1], Path(sys.argv[2]), sys.argv[3], float(sys.argv[4])
    with connect(load_settings(), Role.ETL) as connection:
        if point == "commit":
            for module in (etl.sync.icpe, etl.sync.aps):
                vars(module)["record_run"] = lambda *_: die()
        elif point.startswith("remove "):
            vars(etl.sync.ap_files)["remove_file"] = dying_remove(point.removeprefix("remove "))
        else:
            connection.cursor_factory = dying_cursor(read_statement(f"{point}.sql"), delay)
        STEPS[step](connection, folder)


def sync_icpe(connection: Connection, folder: Path) -> None:
    """Sync installations and classements."""
    etl.sync.icpe.apply_icpe(connection, folder)


def sync_aps(connection: Connection, folder: Path) -> None:
    """Sync prefectoral orders, then delete the files of those that were deleted for good."""
    etl.sync.aps.apply_aps(connection, folder / "misc", folder / "ap")
    etl.sync.ap_files.delete_withdrawn_files(connection, folder / "ap")


STEPS = {"icpe": sync_icpe, "aps": sync_aps}


def dying_remove(end: str) -> Any:
    """Return a way to delete files that ends the process at a file, before it is deleted."""

    def remove_or_die(bucket: Path, key: str) -> None:
        if key.endswith(end):
            die()
        remove_file(bucket, key)

    return remove_or_die


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
