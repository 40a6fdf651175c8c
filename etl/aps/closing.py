"""The end of a run: the index and `aps_*.csv` follow the statuses, and the report counts what was done.

All this happens however many orders failed: what was read is good. Whether the run has failed is said last.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from etl.aps import made_status, runs, shelf
from etl.aps.index import Entry, Index, load_index, look_up, save_index
from etl.aps.listing import listed_orders
from etl.aps.runs import Run
from etl.aps.statuses import ApStatus
from etl.errors import TooManyFailuresError
from etl.georisques import write_aps
from etl.reports import Report
from etl.storage import AnyPath

FAILED_SHARE = 0.1
# One bad file is a status; a day with a single new order must not fail for it.
FEWEST_FAILED = 2
STEP, DATASET = "update_aps", "aps"


@dataclass(slots=True)
class Counts:
    """What became of the orders of a run.

    Attributes:
        read: have a text from this run.
        failed: were tried in vain.
        unfinished: were not tried: their batch failed.
        failures: the failed ones by reason.
        decisions: the pages of the read ones by what was done with them.
        seconds: of a processor, spent on reading.
    """

    read: int = 0
    failed: int = 0
    unfinished: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def note(self, status: ApStatus | None, began_at: datetime) -> None:
        """Count an order of the run by its status."""
        if status is None or status.tried_at < began_at:
            self.unfinished += 1
            return
        self.seconds += status.seconds
        if made_status.has_failed(status):
            self.failed += 1
            self.failures[status.failure.value if status.failure else "kept"] += 1
        else:
            self.read += 1
            self.decisions.update(page.decision for page in status.pages)


def close(misc: AnyPath, bucket: AnyPath, name: str) -> Report:
    """Bring the index and `aps_*.csv` up to the statuses, and return the report of the run.

    Args:
        misc: where the datasets lie.
        bucket: `ap`.
        name: of the run.

    Raises:
        LookupError: there is no such run: nothing was found for it.
        RefusedError, SettingsError, TransientError, OSError: the buckets cannot be read or written.
    """
    run = runs.taken_on(bucket, name)
    if run is None:
        raise LookupError(f"The run {name} has taken nothing on.")
    counts = Counts()
    others = runs.unsettled(bucket, run.began_at) - set(run.work)
    entries = look_up(bucket, others, skip_missing=True)
    for known, status in shelf.statuses_of(bucket, run.work):
        counts.note(status, run.began_at)
        entries[known] = Entry.of(known, status)
    index = bring_up(load_index(bucket), entries, listed_orders(misc))
    save_index(bucket, index)
    written = write_aps(misc, {known: (entry.status, entry.size) for known, entry in index.items()})
    return report_of(run, counts, index, written)


def bring_up(before: Index, entries: Index, listed: Iterable[str]) -> Index:
    """Return the index of what is listed now, with the lines of a run in the place of those before."""
    return {known: entries.get(known) or before.get(known) or Entry(known) for known in listed}


def report_of(run: Run, counts: Counts, index: Index, written: Mapping[str, Any]) -> Report:
    """Return the report of a run; its outcome is `failed` where the check would fail."""
    states = Counter(entry.status for entry in index.values())
    details = {
        "read": counts.read,
        "failed": counts.failed,
        "unfinished": counts.unfinished,
        "new": run.new,
        "removed": run.removed,
        "left": run.left,
        "kinds": run.kinds,
        "failures": dict(counts.failures),
        "states": {state: states[state] for state in ("SUCCESS", "ERROR", "NOT_ATTEMPTED")},
        "pages": counts.decisions.total(),
        "decisions": dict(counts.decisions),
        "minutes": round(counts.seconds / 60, 2),
    }
    trouble = trouble_of(details)
    outcome: Literal["done", "unchanged", "failed"] = "done"
    if trouble:
        outcome = "failed"
    elif not (run.work or run.new or run.removed):
        outcome = "unchanged"
    return Report(
        step=STEP,
        dataset=DATASET,
        outcome=outcome,
        started_at=run.began_at,
        finished_at=datetime.now(UTC),
        message=trouble or sentence_of(details),
        dated_on=run.dated_on,
        rows_in=run.listed,
        rows_out=len(index),
        created=run.new,
        updated=counts.read,
        withdrawn=run.removed,
        unchanged=len(index) - counts.read,
        files=[{"key": key, **entry_of(file)} for key, file in sorted(written.items())],
        details=details,
    )


def sentence_of(details: Mapping[str, Any]) -> str:
    """Return what a run did, in one sentence."""
    told = f"{details['read']} orders read ({details['pages']} pages), {details['failed']} failed"
    left = f", {details['left']} left for later runs" if details["left"] else ""
    return f"{told}{left}; {details['new']} new in the source, {details['removed']} gone."


def trouble_of(details: Mapping[str, Any]) -> str | None:
    """Return why a run has failed, from the details of its report; None where it has not.

    More than a tenth of its orders failed (and more than one: a single bad file is a status), or a batch
    ended before its orders were tried.
    """
    lost = details["failed"] + details["unfinished"]
    total = lost + details["read"]
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(details["failures"].items()))
    if details["unfinished"]:
        return (
            f"{details['unfinished']} of {total} orders were not tried: their batch failed. "
            "What was read is in service; the next run takes the others up."
        )
    if details["failed"] >= FEWEST_FAILED and lost > FAILED_SHARE * total:
        return (
            f"{details['failed']} of {total} orders failed ({reasons}), more than {FAILED_SHARE:.0%}. "
            "What was read is in service; see the reasons in the statuses of the orders."
        )
    return None


def check(details: Mapping[str, Any]) -> None:
    """Fail a run that has been closed and in which too much failed.

    Raises:
        TooManyFailuresError: the sentence counts them.
    """
    trouble = trouble_of(details)
    if trouble:
        raise TooManyFailuresError(trouble)


def entry_of(file: Any) -> dict[str, Any]:
    """Return what a report says of a file that was written."""
    return {"sha256": file.sha256, "bytes": file.bytes, "rows": file.rows}
