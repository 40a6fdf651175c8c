"""The parts that the site needs, each asked with a limit on its time."""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from typing import Literal

import psycopg2

from etl.database import libpq_url
from etl.errors import StepError
from etl.settings import Settings
from etl.storage import bucket, explained
from webapp.configuration import site_database_url

PATIENCE_SECONDS = 3
BUCKETS: tuple[Literal["misc", "ap", "am"], ...] = ("misc", "ap", "am")

log = logging.getLogger(__name__)
# A part that hangs keeps its thread until its own time limit: a few at most, and never the visitor's.
_askers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="sante")


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a part answers, and in how long."""

    is_ready: bool
    milliseconds: int


def check_parts(settings: Settings) -> Mapping[str, Health]:
    """Return the health of every part by name: the database, and each bucket."""
    questions: dict[str, Callable[[], None]] = {"database": lambda: _ask_database(settings)}
    for name in BUCKETS:
        questions[f"bucket_{name}"] = _bucket_question(settings, name)
    started = time.monotonic()
    asked = {name: _askers.submit(_timed, question) for name, question in questions.items()}
    return {name: _answer(name, future, started + PATIENCE_SECONDS) for name, future in asked.items()}


def _timed(question: Callable[[], None]) -> int:
    started = time.monotonic()
    question()
    return round((time.monotonic() - started) * 1000)


def _answer(name: str, future: Future[int], deadline: float) -> Health:
    try:
        return Health(is_ready=True, milliseconds=future.result(max(0.0, deadline - time.monotonic())))
    except (FutureTimeoutError, OSError, StepError, psycopg2.Error) as error:
        future.cancel()
        log.warning("%s is not ready: %s", name, str(error) or f"no answer in {PATIENCE_SECONDS} s")
        return Health(is_ready=False, milliseconds=PATIENCE_SECONDS * 1000)


def _ask_database(settings: Settings) -> None:
    """Read a row as the site does; an empty table is fine, a missing one is not."""
    url = libpq_url(site_database_url(settings))
    connection = psycopg2.connect(url, connect_timeout=PATIENCE_SECONDS - 1)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT TRUE FROM installations LIMIT 1")
    finally:
        connection.close()


def _bucket_question(settings: Settings, name: Literal["misc", "ap", "am"]) -> Callable[[], None]:
    def ask() -> None:
        folder = bucket(settings, name)
        with explained(folder):
            next(iter(folder.iterdir()), None)

    return ask
