"""The published orders compared with Légifrance: what changed there since they were last read.

The first reading of an order is what later ones are compared with. Everything is read before anything is
written: a source that is down leaves no trace.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.database import read_statement
from etl.errors import RefusedError, StepError, TransientError
from etl.legifrance import Legifrance, drafts_of
from etl.reports import Report, record_run
from etl.sync.transaction import Progress, sync_transaction
from etl.upstream.errors import ShapeError, TooLargeError, UnknownTextError
from etl.upstream.words import fingerprint

STEP = "watch_orders"
DATASET = "ams_sources"
RUN = (STEP, DATASET)
LOCK = 5_150_007  # any number: two runs wait for each other on it
MOST_ORDERS = 10_000
# So many orders in a row without an answer, and the source is down.
PATIENT_FAILURES = 3
FAILED_SHARE = 0.1
FAILURES_TOLD = 20
REASONS: Mapping[type[StepError], str] = {
    UnknownTextError: "unknown to Légifrance",
    ShapeError: "answer of another shape",
    TooLargeError: "answer too large",
    TransientError: "no answer",
}


@dataclass(frozen=True, slots=True)
class Pace:
    """How orders are asked for: seconds between two, and how the time passes."""

    pause: float
    sleep: Callable[[float], None] = time.sleep


@dataclass(slots=True)
class _Readings:
    """What was read of each order, and why others could not be."""

    fingerprints: dict[str, bytes] = field(default_factory=dict)
    failures: dict[str, StepError] = field(default_factory=dict)
    in_a_row: int = 0

    def add_failure(self, cid: str, error: RefusedError | TransientError) -> None:
        """Keep a failure; so many in a row that nothing answers end the reading."""
        self.failures[cid] = error
        self.in_a_row = self.in_a_row + 1 if isinstance(error, TransientError) else 0
        if self.in_a_row == PATIENT_FAILURES:
            raise TransientError(
                f"Légifrance does not answer: {PATIENT_FAILURES} orders in a row, the last {cid}. {error} "
                "Nothing was written."
            )


def watch_orders(
    connection: Connection, source: Legifrance, pace: Pace, today: date, progress: Progress | None = None
) -> Report:
    """Compare the published orders with Légifrance, keep what is new, and return the report, recorded.

    `details["changed"]` names the orders whose text changed; `rejected` counts those that could not be read.

    Raises:
        SettingsError: our keys are not taken; nothing was written.
        TransientError: Légifrance does not answer; nothing was written.
        RefusedError: too many orders could not be read; nothing was written.
    """
    started_at = datetime.now(UTC)
    with sync_transaction(connection) as cursor:
        cursor.execute(read_statement("backoffice/watched_orders.sql"), {"limit": MOST_ORDERS})
        known = {cid: seen and bytes(seen) for cid, seen in cursor.fetchall()}
    readings = _read(source, list(known), today, pace, progress or (lambda _: None))
    _refuse_too_many(readings, len(known))
    changed = _record(connection, readings.fingerprints)
    report = _report(started_at, known, readings, changed)
    record_run(connection, report)
    connection.commit()
    return report


def _read(source: Legifrance, cids: Sequence[str], today: date, pace: Pace, say: Progress) -> _Readings:
    readings = _Readings()
    if cids:
        source.check_keys()
    for place, cid in enumerate(cids):
        if place:
            pace.sleep(pace.pause)
        say(f"{cid} ({place + 1} of {len(cids)})")
        try:
            readings.fingerprints[cid] = fingerprint(drafts_of(source.text(cid, today)))
            readings.in_a_row = 0
        except (RefusedError, TransientError) as error:
            readings.add_failure(cid, error)
    return readings


def _refuse_too_many(readings: _Readings, asked: int) -> None:
    """A few orders that cannot be read are told; many mean that it is not the orders."""
    failed = readings.failures
    if len(failed) < asked and len(failed) <= max(PATIENT_FAILURES, FAILED_SHARE * asked):
        return
    if not failed:
        return
    sentence = (
        f"{len(failed)} of {asked} orders could not be read at Légifrance, so nothing was written. "
        f"The first: {next(iter(failed.values()))}"
    )
    is_passing = any(isinstance(error, TransientError) for error in failed.values())
    raise TransientError(sentence) if is_passing else RefusedError(sentence)


def _record(connection: Connection, fingerprints: Mapping[str, bytes]) -> dict[str, str]:
    """Write what was read; return the title of each order that changed."""
    with sync_transaction(connection, turn=LOCK) as cursor:
        values = {"cids": list(fingerprints), "fingerprints": list(fingerprints.values())}
        cursor.execute(read_statement("backoffice/record_upstream.sql"), values)
        changed = dict(cursor.fetchall())
        connection.commit()
    return changed


def _report(
    started_at: datetime, known: Mapping[str, bytes | None], readings: _Readings, changed: Mapping[str, str]
) -> Report:
    first = sum(1 for cid in readings.fingerprints if known[cid] is None)
    reasons = Counter(_reason(error) for error in readings.failures.values())
    told = {cid: str(error) for cid, error in list(readings.failures.items())[:FAILURES_TOLD]}
    return Report(
        STEP,
        DATASET,
        "done" if changed or first else "unchanged",
        started_at,
        datetime.now(UTC),
        message=_message(len(readings.fingerprints), first, changed, readings.failures),
        rows_in=len(known),
        rows_out=len(readings.fingerprints),
        created=first,
        updated=len(changed),
        unchanged=len(readings.fingerprints) - first - len(changed),
        rejected=dict(reasons),
        details={"changed": dict(changed), "failed": told},
    )


def _reason(error: StepError) -> str:
    return next((words for kind, words in REASONS.items() if isinstance(error, kind)), "refused")


def _message(read: int, first: int, changed: Mapping[str, str], failures: Mapping[str, StepError]) -> str:
    parts = [f"{read} orders compared with Légifrance"]
    parts += [f"{first} for the first time"] if first else []
    parts += [f"{len(changed)} changed: {', '.join(changed)}"] if changed else ["none changed"]
    if failures:
        parts.append(f"{len(failures)} could not be read: {', '.join(list(failures)[:FAILURES_TOLD])}")
    return f"{'; '.join(parts)}."
