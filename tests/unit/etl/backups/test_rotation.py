"""Which backups are kept, by table."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.backups.rotation import DAILY, WEEKLY, kept


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def nights(first: str, count: int) -> list[datetime]:
    """One a night, the last one first."""
    return [at(first) - timedelta(days=days) for days in range(count)]


# 2026-11-23 is a Monday: the first day of its ISO week.
CASES = [
    ("none", [], []),
    ("one", ["2026-11-23"], ["2026-11-23"]),
    ("two of a day: the later one", ["2026-11-23T00:00", "2026-11-23T12:00"], ["2026-11-23T12:00"]),
    (
        "a month of nights: seven days, and the Sundays of the weeks before",
        nights("2026-11-23", 31),
        [*nights("2026-11-23", 7), "2026-11-15", "2026-11-08"],
    ),
    (
        "a month of nights seen on a Sunday: its week counts as one",
        nights("2026-11-22", 31),
        [*nights("2026-11-22", 7), "2026-11-15", "2026-11-08", "2026-11-01"],
    ),
    (
        "after a year of silence the old ones stay",
        ["2025-11-01", "2025-11-02", "2026-11-23"],
        ["2025-11-01", "2025-11-02", "2026-11-23"],
    ),
    (
        "weeks over the turn of a year are those of ISO",
        ["2025-12-29", "2026-01-01", "2026-01-04"],
        ["2025-12-29", "2026-01-01", "2026-01-04"],
    ),
]


@pytest.mark.parametrize(("made", "staying"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_stays(made: list[str | datetime], staying: list[str | datetime]) -> None:
    moments = [at(each) if isinstance(each, str) else each for each in made]
    expected = {at(each) if isinstance(each, str) else each for each in staying}

    assert kept(moments) == expected


@given(st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))))  # noqa: DTZ001
def test_the_newest_always_stays_and_never_too_many(moments: list[datetime]) -> None:
    staying = kept(moments)

    assert staying <= set(moments)
    assert len(staying) <= DAILY + WEEKLY
    assert not moments or max(moments) in staying
    assert kept(staying) == staying
