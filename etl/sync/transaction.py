"""The transaction of a sync: its settings, its end, and the record of one that wrote nothing."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from psycopg2.errors import LockNotAvailable
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from etl.database import read_statement
from etl.errors import StepError, TransientError
from etl.reports import Outcome, Report, record_run

Progress = Callable[[str], None]  # is told what begins


@contextmanager
def sync_transaction(connection: Connection, *, turn: int | None = None) -> Iterator[Cursor]:
    """Open a transaction with the settings of a sync; what is not committed inside is rolled back.

    Args:
        connection: in the role of the steps.
        turn: an advisory lock to wait for, held to the end of the transaction.

    Raises:
        StepError: the database has no tables.
        TransientError: another run has held the lock, or rows, for too long.
    """
    try:
        with connection.cursor() as cursor:
            _refuse_without_tables(cursor)
            cursor.execute(read_statement("sync/prepare.sql"))
            if turn is not None:
                cursor.execute(read_statement("sync/wait_for_turn.sql"), {"lock": turn})
            yield cursor
    except LockNotAvailable:
        raise TransientError(
            "Another run has held the tables for ten minutes. Try again when it has ended."
        ) from None
    finally:
        if not connection.closed:
            connection.rollback()


def record_trouble(
    connection: Connection,
    run: tuple[str, str],
    outcome: Outcome,
    why: str,
    details: Mapping[str, Any] | None = None,
) -> Report:
    """Record a run (step, dataset) that wrote nothing, `refused` or `failed`; commit, return its report."""
    now = datetime.now(UTC)
    step, dataset = run
    report = Report(step, dataset, outcome, now, now, message=why, details=details or {})
    connection.rollback()
    record_run(connection, report)
    connection.commit()
    return report


def _refuse_without_tables(cursor: Cursor) -> None:
    cursor.execute("SELECT to_regclass('dataset_runs') IS NOT NULL")
    if cursor.fetchone() != (True,):
        raise StepError("The database has no tables yet. Run `python -m etl migrate` first.")
