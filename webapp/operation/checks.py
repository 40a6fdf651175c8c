"""The parts that the site needs, each asked with a limit on its time."""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Literal

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.database import libpq_url
from etl.errors import StepError
from etl.freshness import find_late, read_newest_runs
from etl.revisions import older_revisions
from etl.settings import Settings
from etl.storage import bucket, explained
from webapp.configuration import site_database_url
from webapp.formats import now

PATIENCE_SECONDS = 3
BUCKETS: tuple[Literal["misc", "ap", "am"], ...] = ("misc", "ap", "am")

log = logging.getLogger(__name__)
# A part that hangs keeps its thread until its own time limit: a few at most, and never the visitor's.
_askers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="sante")


class State(StrEnum):
    """How a part is: `stale` works, with what is older than it should be."""

    READY = "ready"
    STALE = "stale"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Health:
    """How a part is, in how long it answered, and whether the site needs it to answer visitors."""

    state: State
    milliseconds: int
    decides: bool = True


@dataclass(frozen=True, slots=True)
class _Part:
    ask: Callable[[], State]
    decides: bool = True


def check_parts(settings: Settings) -> Mapping[str, Health]:
    """Return the health of every part by name.

    The database, its migrations and the buckets decide whether the site is ready; old data do not: they are
    served, and said to be old.
    """
    parts = {
        "database": _Part(partial(_with_database, settings, _ask_rows)),
        "migrations": _Part(partial(_with_database, settings, _ask_migrations)),
        "freshness": _Part(
            partial(_with_database, settings, partial(_ask_freshness, settings)), decides=False
        ),
        **{f"bucket_{name}": _Part(partial(_ask_bucket, settings, name)) for name in BUCKETS},
    }
    started = time.monotonic()
    asked = {name: _askers.submit(_timed, part.ask) for name, part in parts.items()}
    deadline = started + PATIENCE_SECONDS
    return {name: _answer(name, future, deadline, parts[name].decides) for name, future in asked.items()}


def _timed(question: Callable[[], State]) -> tuple[State, int]:
    started = time.monotonic()
    state = question()
    return state, round((time.monotonic() - started) * 1000)


def _answer(name: str, future: Future[tuple[State, int]], deadline: float, decides: bool) -> Health:  # noqa: FBT001
    try:
        state, milliseconds = future.result(max(0.0, deadline - time.monotonic()))
    except (FutureTimeoutError, OSError, StepError, psycopg2.Error) as error:
        future.cancel()
        log.warning("%s is not ready: %s", name, str(error) or f"no answer in {PATIENCE_SECONDS} s")
        return Health(State.UNAVAILABLE, PATIENCE_SECONDS * 1000, decides)
    return Health(state, milliseconds, decides)


def _with_database(settings: Settings, ask: Callable[[Connection], State]) -> State:
    url = libpq_url(site_database_url(settings))
    with closing(psycopg2.connect(url, connect_timeout=PATIENCE_SECONDS - 1)) as connection, connection:
        return ask(connection)


def _ask_rows(connection: Connection) -> State:
    """Read a row as the site does; an empty table is fine, a missing one is not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT TRUE FROM installations LIMIT 1")
    return State.READY


def _ask_migrations(connection: Connection) -> State:
    """Compare the revision of the tables with the code: older ones will not do, newer ones will.

    While a new version is brought, the tables are ahead of the code that still runs.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT version_num FROM alembic_version")
        (revision,) = cursor.fetchone() or (None,)
    if revision is not None and revision not in older_revisions():
        return State.READY
    log.warning("The tables are at revision %s, older than this code: `python -m etl migrate`", revision)
    return State.UNAVAILABLE


def _ask_freshness(settings: Settings, connection: Connection) -> State:
    late = find_late(settings, read_newest_runs(connection), now())
    return State.STALE if late else State.READY


def _ask_bucket(settings: Settings, name: Literal["misc", "ap", "am"]) -> State:
    folder = bucket(settings, name)
    with explained(folder):
        next(iter(folder.iterdir()), None)
    return State.READY
