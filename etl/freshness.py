"""What should have run by now and has not, and which data are older than they may be.

One rule for `/sante`, `/metrics` and the DAG `watch_freshness`: all of it follows from `dataset_runs`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, Self

from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from psycopg2.extras import RealDictCursor

from etl.database import read_statement
from etl.settings import Settings

NEWEST_RUNS = "runs/newest_runs.sql"
# Once a day, and the time that a slow run, a retry or a change of the hour takes.
A_DAY_AND_A_LITTLE = timedelta(hours=26)
# `update_aps` may read for hours, and `sync_aps` follows it.
A_DAY_WITH_READING = timedelta(hours=32)
A_WEEK_AND_A_LITTLE = timedelta(days=8)

Dataset = Literal["icpe", "ams", "aps"]


@dataclass(frozen=True, slots=True)
class NewestRun:
    """What `dataset_runs` says of a (step, dataset): the newest run, and the newest one that ended well.

    `beginning` is the end of the first run of any step.
    """

    step: str
    dataset: str
    outcome: str
    finished_at: datetime
    succeeded_at: datetime | None
    dated_on: date | None
    beginning: datetime

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Build it from a row of `runs/newest_runs.sql`."""
        return cls(**row)


@dataclass(frozen=True, slots=True)
class Expected:
    """A step that runs by itself, and how long after its last good run it is late."""

    step: str
    dataset: str
    within: timedelta


@dataclass(frozen=True, slots=True)
class Late:
    """Something that should be newer: its name, since when it has stood still, how long it may."""

    subject: str
    since: datetime
    limit: timedelta


def expected_runs(settings: Settings) -> list[Expected]:
    """Return the steps that must have ended well lately; what has no source, or no key to it, cannot run."""
    expected = [
        Expected("sync_aps", "aps", A_DAY_WITH_READING),
        Expected("purge_users", "users", A_DAY_AND_A_LITTLE),
        Expected("backup_database", "database", A_DAY_AND_A_LITTLE),
    ]
    if settings.georisques_dump_url:
        expected.append(Expected("update_aps", "aps", A_DAY_WITH_READING))
    if settings.legifrance_client_id:
        expected.append(Expected("watch_orders", "ams_sources", A_WEEK_AND_A_LITTLE))
    return expected


def read_newest_runs(connection: Connection) -> list[NewestRun]:
    """Return the newest runs by step and dataset."""
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(read_statement(NEWEST_RUNS))
        return [NewestRun.from_row(row) for row in cursor.fetchall()]


def data_dates(runs: Iterable[NewestRun]) -> dict[Dataset, datetime]:
    """Return the moment that each dataset in service speaks for; one that was never loaded is left out.

    Installations have the date of their extraction where it is known; prefectoral orders, when they were last
    both looked for and loaded; ministerial orders, when they were loaded.
    """
    good = {(run.step, run.dataset): run for run in runs if run.succeeded_at is not None}
    found: dict[Dataset, datetime | None] = {
        "icpe": _as_of(good.get(("sync_icpe", "icpe"))),
        "ams": _succeeded(good.get(("sync_ams", "ams"))),
        "aps": min(
            (
                moment
                for step in ("update_aps", "sync_aps")
                if (moment := _succeeded(good.get((step, "aps")))) is not None
            ),
            default=None,
        ),
    }
    return {dataset: moment for dataset, moment in found.items() if moment is not None}


def age_limits(settings: Settings) -> dict[Dataset, timedelta]:
    """Return how old the data of a dataset may be; ministerial orders change when an editor publishes."""
    return {
        "icpe": timedelta(days=settings.icpe_stale_days),
        "aps": timedelta(days=settings.ap_stale_days),
    }


def find_late(settings: Settings, runs: list[NewestRun], now: datetime) -> list[Late]:
    """Return the steps that did not run when they should have, then the data that are too old.

    A step that never ended well counts from the first run of any step: a house that was just set up is not
    late, one whose backup never ran is.
    """
    return _late_steps(settings, runs, now) + _stale_data(settings, runs, now)


def describe_late(late: list[Late]) -> str:
    """Return one sentence for each thing that is late: since when, and how long it may be."""
    return " ".join(
        f"{one.subject} stands still since {one.since:%Y-%m-%d %H:%M} UTC (limit: {_readable(one.limit)})."
        for one in late
    )


def _readable(limit: timedelta) -> str:
    hours = round(limit.total_seconds() / 3600)
    return f"{hours} hours" if hours < 72 else f"{hours // 24} days"


def _late_steps(settings: Settings, runs: list[NewestRun], now: datetime) -> list[Late]:
    last = {(run.step, run.dataset): run.succeeded_at for run in runs}
    beginning = runs[0].beginning if runs else now
    stands = [
        (one, last.get((one.step, one.dataset)) or beginning, one.within) for one in expected_runs(settings)
    ]
    return [Late(one.step, since, within) for one, since, within in stands if now - since > within]


def _stale_data(settings: Settings, runs: list[NewestRun], now: datetime) -> list[Late]:
    dates = data_dates(runs)
    return [
        Late(dataset, dates[dataset], limit)
        for dataset, limit in age_limits(settings).items()
        if dataset in dates and now - dates[dataset] > limit
    ]


def _succeeded(run: NewestRun | None) -> datetime | None:
    return run.succeeded_at if run else None


def _as_of(run: NewestRun | None) -> datetime | None:
    """Return the day of the source as a moment, else when it was loaded."""
    if run is None or run.dated_on is None:
        return _succeeded(run)
    return datetime.combine(run.dated_on, time(), UTC)
