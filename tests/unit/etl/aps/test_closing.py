"""What the report of a run counts, and when the run has failed."""

from datetime import timedelta

import pytest

from etl.aps.closing import Counts, bring_up, check, report_of
from etl.aps.index import Entry
from etl.aps.runs import Run
from etl.aps.statuses import SourceFailure
from etl.errors import TooManyFailuresError
from tests.ap_statuses import NOW, a_success, an_error

RUN = Run(
    name="run",
    began_at=NOW,
    dated_on=NOW.date(),
    listed=40,
    new=3,
    removed=2,
    work=(),
    kinds={"new": 3},
    left=7,
)


def counts(read: int, failed: int = 0, unfinished: int = 0) -> Counts:
    made = Counts()
    for _ in range(read):
        made.note(a_success(), NOW)
    for _ in range(failed):
        made.note(an_error(), NOW)
    for number in range(unfinished):
        made.note(None if number % 2 else an_error(tried_at=NOW - timedelta(days=1)), NOW)
    return made


@pytest.mark.parametrize(
    ("read", "failed", "unfinished", "told"),
    [
        (10, 0, 0, None),
        (0, 1, 0, None),
        (3, 1, 0, None),
        (18, 2, 0, None),
        (17, 2, 0, "2 of 19 orders failed (gone 2), more than 10%"),
        (0, 2, 0, "2 of 2 orders failed"),
        (100, 0, 1, "1 of 101 orders were not tried: their batch failed"),
        (0, 0, 5, "5 of 5 orders were not tried"),
    ],
)
def test_a_run_fails_for_too_many_failures_or_a_lost_batch(
    read: int, failed: int, unfinished: int, told: str | None
) -> None:
    report = report_of(RUN, counts(read, failed, unfinished), {}, {})
    assert report.outcome == ("failed" if told else "done")
    if told is None:
        check(report.details)
        return
    assert told in report.message
    with pytest.raises(TooManyFailuresError) as raised:
        check(report.details)
    assert str(raised.value) == report.message


def test_a_report_counts_states_pages_and_minutes() -> None:
    made = counts(2, 1)
    made.note(a_success(read_at=NOW - timedelta(days=9), seconds=0.0), NOW)  # a redo in vain
    index = {
        "a": Entry("a", "SUCCESS"),
        "b": Entry("b", "ERROR", failure="gone", attempts=1),
        "c": Entry("c"),
    }
    report = report_of(RUN, made, index, {})
    assert report.details["states"] == {"SUCCESS": 1, "ERROR": 1, "NOT_ATTEMPTED": 1}
    assert report.details["failures"] == {"gone": 1, "kept": 1}
    assert (report.details["read"], report.details["failed"]) == (2, 2)
    assert (report.details["pages"], report.details["decisions"]) == (2, {"read": 2})
    assert report.details["minutes"] == pytest.approx(4.5 / 60, abs=0.006)  # of the failed one too
    assert (report.created, report.withdrawn, report.rows_in, report.rows_out) == (3, 2, 40, 3)
    assert report.dated_on == NOW.date()


def test_a_run_with_nothing_to_do_changed_nothing() -> None:
    idle = RUN.model_copy(update={"new": 0, "removed": 0})
    assert report_of(idle, Counts(), {}, {}).outcome == "unchanged"


def test_the_index_follows_what_is_listed() -> None:
    before = {known: Entry(known, "SUCCESS", attempts=1) for known in ("a", "gone")}
    now = {"b": Entry("b", "ERROR", failure=SourceFailure.GONE.value, attempts=1)}
    after = bring_up(before, now, ["b", "a", "new"])
    assert after == {"b": now["b"], "a": before["a"], "new": Entry("new")}
