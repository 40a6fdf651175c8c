"""What is late, and which data are old, from what the runs say."""

from datetime import UTC, date, datetime, timedelta

import pytest

from etl.freshness import NewestRun, data_dates, find_late
from etl.settings import Settings

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=300)


def run(
    step: str, dataset: str, hours: float | None, *, dated_on: date | None = None, outcome: str = "done"
) -> NewestRun:
    """A step whose last good run ended so many hours ago (None: never)."""
    succeeded_at = None if hours is None else NOW - timedelta(hours=hours)
    return NewestRun(step, dataset, outcome, succeeded_at or NOW, succeeded_at, dated_on, LONG_AGO)


FRESH = [
    run("sync_icpe", "icpe", 24, dated_on=date(2026, 11, 1)),
    run("sync_ams", "ams", 5000),
    run("update_aps", "aps", 5),
    run("sync_aps", "aps", 3),
    run("purge_users", "users", 11),
    run("backup_database", "database", 12),
]


def late(*changed: NewestRun, without: str = "", **options: object) -> list[str]:
    """The names of what is late when these runs take the place of the fresh ones of their step."""
    steps = {(one.step, one.dataset) for one in changed}
    kept = [one for one in FRESH if (one.step, one.dataset) not in steps and one.step != without]
    settings = Settings(_env_file=None, georisques_dump_url="https://georisques.gouv.fr/x", **options)
    return [one.subject for one in find_late(settings, [*kept, *changed], NOW)]


def test_all_is_fresh() -> None:
    assert late() == []


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        (run("backup_database", "database", 27), ["backup_database"]),
        (run("backup_database", "database", 27, outcome="failed"), ["backup_database"]),
        (run("backup_database", "database", None, outcome="failed"), ["backup_database"]),
        (run("purge_users", "users", 27), ["purge_users"]),
        (run("sync_aps", "aps", 33), ["sync_aps"]),
        (run("update_aps", "aps", 33), ["update_aps"]),
        (run("update_aps", "aps", 24 * 8), ["update_aps", "aps"]),
        (run("sync_ams", "ams", 24 * 900), []),
        (run("sync_icpe", "icpe", 24 * 179), []),
        (run("sync_icpe", "icpe", 24 * 181), ["icpe"]),
        (run("sync_icpe", "icpe", 1, dated_on=date(2026, 5, 1)), ["icpe"]),
    ],
)
def test_what_stands_still_is_named(changed: NewestRun, named: list[str]) -> None:
    assert late(changed) == named


def test_the_watch_of_orders_is_expected_where_it_has_a_key() -> None:
    keys = {"legifrance_client_id": "id", "legifrance_client_secret": "secret"}
    assert late(run("watch_orders", "ams_sources", 24 * 9)) == []
    assert late(run("watch_orders", "ams_sources", 24 * 9), **keys) == ["watch_orders"]
    assert late(run("watch_orders", "ams_sources", 24 * 7), **keys) == []


def test_a_step_that_never_ran_is_late_once_the_house_is_old() -> None:
    assert late(without="backup_database") == ["backup_database"]


def test_a_house_that_is_just_being_set_up_is_not_late() -> None:
    settings = Settings(_env_file=None)
    first = NewestRun("sync_icpe", "icpe", "done", NOW, NOW, None, NOW)

    assert find_late(settings, [first], NOW) == []
    assert find_late(settings, [], NOW) == []


def test_without_a_source_the_reading_is_not_expected() -> None:
    runs = [one for one in FRESH if one.step != "update_aps"]

    assert find_late(Settings(_env_file=None), runs, NOW) == []


def test_data_speak_for_the_day_of_their_source() -> None:
    assert data_dates(FRESH) == {
        "icpe": datetime(2026, 11, 1, tzinfo=UTC),
        "ams": NOW - timedelta(hours=5000),
        "aps": NOW - timedelta(hours=5),
    }
