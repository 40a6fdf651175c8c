"""Reloads under load, as an update makes them: 50 requests a second through nginx while the code is renewed.

A request fails when it gets no answer, or one that says that we are at fault (500 and above). One failure
ends the benchmark.
"""

import secrets
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from bench.database import fresh_databases
from bench.machine import Running, machine
from bench.measure import Cost, Row, peak_mb
from bench.served import load_site
from etl.settings import Settings

A_SECOND = 50
SECONDS = 30
RELOADS = 3
WAITING = 32
PAGES = ("/", "/installations?q=carriere", "/mentions-legales", "/sante/processus")


@dataclass
class Answers:
    """What came of the requests: seconds of each, and those that failed by what went wrong."""

    seconds: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)

    def quantile(self, part: float) -> float:
        """Return the seconds that the part (0 to 1) of the answers does not exceed."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def ask_at_a_pace(
    running: Running, seconds: float, meanwhile: Callable[[], None] = lambda: None, a_second: int = A_SECOND
) -> Answers:
    """Ask at a pace from many threads while something else happens; return what was answered.

    Every fifth request is a POST, which nginx never repeats; the site refuses it for want of a token (400).
    """
    answers = Answers()
    other = threading.Thread(target=meanwhile)
    with running.visitor() as visitor, ThreadPoolExecutor(WAITING) as pool:
        begun = time.perf_counter()
        other.start()
        for number in range(int(seconds * a_second)):
            due = begun + number / a_second
            time.sleep(max(0.0, due - time.perf_counter()))
            pool.submit(ask, visitor, number, due, answers)
    other.join()
    return answers


def ask(visitor: httpx.Client, number: int, due: float, answers: Answers) -> None:
    """Ask once, and note what came of it."""
    is_post = number % 5 == 4
    path = "/back-office/deconnexion" if is_post else PAGES[number % len(PAGES)]
    try:
        answer = visitor.post(path) if is_post else visitor.get(path)
    except httpx.HTTPError as error:
        answers.failures[f"{path}: {type(error).__name__} {error}"] += 1
        return
    if answer.status_code >= 500 or answer.status_code == 429:
        answers.failures[f"{path}: {answer.status_code}"] += 1
    answers.seconds.append(time.perf_counter() - due)


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the variables of a site on the database and buckets of some settings."""
    assert settings.database_url is not None
    return {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "SECRET_KEY": secrets.token_urlsafe(48),
        **{f"{name.upper()}_BUCKET": settings.bucket_url(name) for name in ("misc", "ap", "am")},
    }


def rows() -> Iterator[Row]:
    """Give the row of reloads under load."""
    with fresh_databases() as new_database, TemporaryDirectory(prefix="envinorma-") as folder:
        settings = load_site(new_database())
        with machine(Path(folder), environment_of(settings), visitor_rate=1000) as running:
            still = ask_at_a_pace(running, SECONDS / 3)
            heard = ask_at_a_pace(running, SECONDS, lambda: reload_now_and_then(running))
    failures = still.failures + heard.failures
    if failures:
        raise SystemExit(f"Requests failed: {failures}")
    yield Row(
        name=f"{A_SECOND} requests a second for {SECONDS} s through {RELOADS} reloads, p95",
        cost=Cost(heard.quantile(0.95), peak_mb()),
        limit="p95 of the same without a reload",
        limit_seconds=still.quantile(0.95),
        note=f"{len(heard.seconds):,} requests, 0 failed; slowest {max(heard.seconds):.2f} s",
    )


def reload_now_and_then(running: Running) -> None:
    """Reload the code some times, evenly: one half of the site, then the other."""
    for _ in range(RELOADS):
        for number in (0, 1):
            time.sleep(SECONDS / (2 * RELOADS + 1))
            running.master(number).send_signal(signal.SIGHUP)
