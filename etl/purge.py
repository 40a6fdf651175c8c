"""Step ⑤: people not seen for a long time are deleted with all they made."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from psycopg2.errors import DeadlockDetected, ForeignKeyViolation, LockNotAvailable, QueryCanceled
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from psycopg2.extras import RealDictCursor

from etl.database import read_statement
from etl.errors import RefusedError, StepError
from etl.orphans import count_orphans
from etl.reports import Report, last_good_run, record_run

RUN = ("purge_users", "users")
# What an installation that somebody made up bears in place of an identifier (docs/own-installations.md).
FICTIVE_ID = "0000.00000"
PURGE_LOCK = 5_150_008
# Someone who returns just then waits for the end of their batch: it takes a fraction of what one notices.
BATCH_SECONDS = 0.05
# Among people of a few picks, one may have twenty thousand: a batch that takes longer is tried in halves.
LONGEST_BATCH = "150ms"
FIRST_BATCH = 50
LARGEST_BATCH = 1000
# Each night has its purge: after a longer silence, the clock may be wrong, or nobody could come for days.
LONGEST_SILENCE = timedelta(days=7)

# Somebody else holds a row of the batch, or refers to it: their part of it is left for the next night.
NOT_NOW = (LockNotAvailable, DeadlockDetected, ForeignKeyViolation, QueryCanceled)


@dataclass(frozen=True, slots=True)
class Counts:
    """What was deleted, or would be: people, and the rows they had made."""

    people: int = 0
    copies: int = 0
    fictive: int = 0
    classements: int = 0
    prescriptions: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Return the sum, count by count."""
        return Counts(*(getattr(self, name) + getattr(other, name) for name in Counts.__slots__))

    def to_values(self) -> dict[str, int]:
        """Return the counts by name."""
        return {name: getattr(self, name) for name in Counts.__slots__}


@dataclass(slots=True)
class _Progress:
    """How far a purge is: what is deleted, and who could not be."""

    cutoff: datetime
    deleted: Counts = field(default_factory=Counts)
    held: int = 0
    batch: int = FIRST_BATCH


def count_idle(connection: Connection, inactive_days: int) -> Counts:
    """Return what a purge would delete now; writes nothing."""
    values = {"inactive_days": inactive_days, "fictive_id": FICTIVE_ID}
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(read_statement("purge/count.sql"), values)
        row = cursor.fetchone()
    connection.rollback()
    return Counts(**row) if row else Counts()


def purge_users(connection: Connection, inactive_days: int, *, accept_silence: bool = False) -> Report:
    """Delete people without a visit for so many days, with their installations and prescriptions.

    Each batch is a transaction: a run that is killed has deleted some people whole, the next one the others.
    The report is recorded.

    Args:
        connection: in the role of the steps, with no transaction open.
        inactive_days: days without a visit.
        accept_silence: go on even if no purge has run for a week.

    Raises:
        RefusedError: another purge is running, or none has run for a week; nothing was deleted.
        StepError: a row refers to what is not there any more.
    """
    started_at = datetime.now(UTC)
    _take_turn(connection)
    if not accept_silence:
        _refuse_after_silence(connection)
    cutoff, ids = _find(connection, inactive_days)
    progress = _Progress(cutoff)
    _delete_in_batches(connection, ids, progress)
    report = _report(progress, len(ids), inactive_days, started_at)
    orphans = count_orphans(connection)
    if orphans:
        report = replace(report, outcome="failed", message=_told(orphans))
    record_run(connection, report)
    connection.commit()
    if orphans:
        raise StepError(report.message)
    return report


def _take_turn(connection: Connection) -> None:
    """Let no other purge run until the connection ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", (PURGE_LOCK,))
        is_ours = cursor.fetchone() == (True,)
    connection.commit()
    if not is_ours:
        raise RefusedError("Another purge is running. Wait for its end.")


def _refuse_after_silence(connection: Connection) -> None:
    """Raise where the last purge is long ago: a clock that is wrong would delete everybody."""
    last = last_good_run(connection, *RUN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        row = cursor.fetchone()
    connection.rollback()
    if last is not None and row and row[0] - last.finished_at > LONGEST_SILENCE:
        raise RefusedError(
            f"The last purge ended on {last.finished_at:%Y-%m-%d}, and the database says it is "
            f"{row[0]:%Y-%m-%d}: either its clock is wrong, or the service stood still and people could not "
            "come. Nobody was deleted. If the date is right, run it again with accept_silence "
            "(--accept-silence)."
        )


def _find(connection: Connection, inactive_days: int) -> tuple[datetime, list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(read_statement("purge/find.sql"), {"inactive_days": inactive_days})
        row = cursor.fetchone()
    connection.rollback()
    if row is None:
        raise RuntimeError("an aggregate gave no row")
    return row[0], list(row[1])


def _delete_in_batches(connection: Connection, ids: Sequence[int], progress: _Progress) -> None:
    """Delete from the first to the last, in batches that grow or shrink to the time they should take."""
    done = 0
    while done < len(ids):
        batch = ids[done : done + progress.batch]
        done += len(batch)
        began = time.monotonic()
        _delete(connection, batch, progress)
        pace = BATCH_SECONDS / max(time.monotonic() - began, 0.001)
        progress.batch = max(1, min(LARGEST_BATCH, round(progress.batch * min(2.0, pace))))


def _delete(connection: Connection, ids: Sequence[int], progress: _Progress) -> None:
    """Delete a batch; where one of its people cannot go now, the halves of it, down to that one."""
    values = {"ids": list(ids), "cutoff": progress.cutoff, "fictive_id": FICTIVE_ID}
    try:
        with connection.cursor(cursor_factory=RealDictCursor) as cursor:
            cursor.execute(read_statement("purge/prepare.sql"))
            if len(ids) > 1:
                cursor.execute("SET LOCAL statement_timeout = %s", (LONGEST_BATCH,))
            cursor.execute(read_statement("purge/delete.sql"), values)
            row = cursor.fetchone()
        connection.commit()
        progress.deleted += Counts(**row) if row else Counts()
    except NOT_NOW:
        connection.rollback()
        if len(ids) == 1:
            progress.held += 1
            return
        middle = len(ids) // 2
        _delete(connection, ids[:middle], progress)
        _delete(connection, ids[middle:], progress)


def _report(progress: _Progress, found: int, inactive_days: int, started_at: datetime) -> Report:
    deleted = progress.deleted
    kept = {"came_back": found - deleted.people - progress.held, "held": progress.held}
    step, dataset = RUN
    return Report(
        step=step,
        dataset=dataset,
        outcome="done" if deleted.people else "unchanged",
        started_at=started_at,
        finished_at=datetime.now(UTC),
        message=_sentence(deleted, kept),
        rows_in=found,
        deleted=deleted.people,
        unchanged=found - deleted.people,
        details={"inactive_days": inactive_days, "deleted": deleted.to_values(), "kept": kept},
    )


def _sentence(deleted: Counts, kept: dict[str, int]) -> str:
    return (
        f"{deleted.people} people deleted with {deleted.copies} copies, {deleted.fictive} fictive "
        f"installations, {deleted.classements} classements and {deleted.prescriptions} prescriptions; "
        f"{kept['came_back']} came back meanwhile, {kept['held']} were held and wait for the next run."
    )


def _told(orphans: dict[str, int]) -> str:
    found = ", ".join(f"{name}: {count}" for name, count in orphans.items())
    return f"Rows refer to what is not there any more ({found}); the database is damaged, see operations."
