"""The site under load: mixed requests at a pace, many of them for the memory, and people who tick at once.

Gunicorn with two workers, all on one core; the people who ask, and Postgres, have the others. A request of
the paced part counts from the moment it was due. Any error, a lost or doubled pick, a deadlock, or a worker
that grows ends the benchmark with a sentence.

LOAD_SECONDS (60) says how long the paced part and the ticking last; shorter, the requests for the memory
are fewer in proportion.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.database import fresh_databases
from bench.measure import Cost, Row, peak_mb
from bench.real_data import real_data_folder
from bench.served import Served, load_site, served
from bench.visitors import HEADERS, Person, paths, person
from etl.database import Role, connect
from etl.settings import Settings

FULL_SECONDS = 60
A_SECOND = 20
FULL_REQUESTS = 10_000
WORKERS = 2
CORE = 0
SLOWER_BOUND = 2
ALLOWED_MB = 200
ALLOWED_GROWTH = 1.1
PEOPLE = 50
PICKS_AT_FIRST = 5
WAITING = 32
SITES = 200
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
PICKS = """
SELECT coalesce(array_agg(prescriptions.alinea_id) FILTER (WHERE prescriptions.id IS NOT NULL), '{}')
FROM users LEFT JOIN prescriptions ON users.id = prescriptions.user_id AND prescriptions.removed_at IS NULL
WHERE users.id > %(before)s
GROUP BY users.id
"""


@dataclass
class Heard:
    """Seconds of answers by kind, and what went wrong."""

    seconds: list[tuple[str, float]] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def quantile(self, part: float) -> float:
        """Return the seconds that the part (0 to 1) of the answers does not exceed."""
        ordered = sorted(seconds for _, seconds in self.seconds)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]

    @property
    def slowest_kinds(self) -> str:
        """Return the kinds with the mean of their seconds, the slowest first."""
        kinds: dict[str, list[float]] = {}
        for kind, seconds in self.seconds:
            kinds.setdefault(kind, []).append(seconds)
        means = {kind: sum(each) / len(each) for kind, each in kinds.items()}
        return ", ".join(
            f"{kind} {means[kind] * 1000:.0f} ms" for kind in sorted(means, key=means.__getitem__)[::-1]
        )


def rows() -> Iterator[Row]:
    """Give the paced requests, the many, and the ticks."""
    seconds = float(os.environ.get("LOAD_SECONDS", FULL_SECONDS))
    with fresh_databases() as new_database:
        settings = load_site(new_database())
        sites = _sites(settings)
        with served(settings, workers=WORKERS, core=CORE) as site:
            people = [person(site.address, name, seed) for seed, name in enumerate(sites[:8])]
            for someone in people * PICKS_AT_FIRST:
                someone.tick()
            yield _paced(people, sites, seconds)
            yield _many(site, people, sites, int(FULL_REQUESTS * seconds / FULL_SECONDS))
            yield _ticking(settings, site, sites[0], seconds)


def _sites(settings: Settings) -> list[str]:
    """Return installations: first one that has most lines of those with an order, then any."""
    with connect(settings, Role.WEB) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT s3ic_id FROM installations INNER JOIN classements ON "
            "installations.id = classements.installation_id WHERE rubrique IN ('1510', '2910', '2921') "
            "GROUP BY s3ic_id ORDER BY count(*) DESC, s3ic_id LIMIT %s",
            (SITES,),
        )
        return [s3ic_id for (s3ic_id,) in cursor.fetchall()]


# ---- mixed requests ----


def _paced(people: list[Person], sites: list[str], seconds: float) -> Row:
    count = int(A_SECOND * seconds)
    asked = paths(sites, people, 1, count)
    for kind, path in asked[: count // 4]:
        _ask(people, kind, path, Heard(), time.perf_counter())
    alone, paced = Heard(), Heard()
    for kind, path in asked:
        _ask(people, kind, path, alone, time.perf_counter())
    begun = time.perf_counter()
    with ThreadPoolExecutor(WAITING) as pool:
        for number, (kind, path) in enumerate(asked):
            due = begun + number / A_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            pool.submit(_ask, people, kind, path, paced, due)
    _check_errors(alone, paced)
    return Row(
        name=f"{A_SECOND} mixed requests a second on one core for {seconds:.0f} s, {_data()}, p95",
        cost=Cost(paced.quantile(0.95), peak_mb()),
        limit="p95 of the same requests one after the other",
        limit_seconds=alone.quantile(0.95),
        bound=SLOWER_BOUND,
        note=f"{len(paced.seconds):,} requests, 0 errors; p50 {paced.quantile(0.5) * 1000:.1f} ms beside "
        f"{alone.quantile(0.5) * 1000:.1f} alone; alone {alone.slowest_kinds}; peak: of the asking process",
    )


def _many(site: Served, people: list[Person], sites: list[str], count: int) -> Row:
    asked = paths(sites, people, 2, count)
    warm = min(count // 2, max(1_000, count // 10))  # by then the orders that are asked for are parsed
    heard = Heard()
    with ThreadPoolExecutor(4) as pool:
        _all(pool, people, asked[:warm], heard)
        before = site.workers_mb()
        begun = time.perf_counter()
        _all(pool, people, asked[warm:], heard)
        seconds = time.perf_counter() - begun
    after = site.workers_mb()
    _check_errors(heard)
    note = (
        f"largest worker {max(before):.0f} MB after {warm:,} requests, {max(after):.0f} MB after {count:,} "
        f"(at most {ALLOWED_MB}, {ALLOWED_GROWTH} times)"
    )
    if max(after) > ALLOWED_MB or max(after) > ALLOWED_GROWTH * max(before):
        raise AssertionError(f"The workers grow: {note}.")
    return Row(
        name=f"{count - warm:,} mixed requests on one core, four at a time",
        cost=Cost(seconds, max(after)),
        limit=f"{A_SECOND} requests a second",
        limit_seconds=(count - warm) / A_SECOND,
        bound=1,
        note=f"peak: memory of the largest worker; {note}",
    )


def _all(pool: ThreadPoolExecutor, people: list[Person], asked: list[tuple[str, str]], heard: Heard) -> None:
    def ask(each: tuple[str, str]) -> None:
        kind, path = each
        _ask(people, kind, path, heard, time.perf_counter())

    list(pool.map(ask, asked))


def _ask(people: list[Person], kind: str, path: str, heard: Heard, due: float) -> None:
    """Ask, and note the seconds since it was due; a person ticks one box at a time, as the script does."""
    someone = people[int(due * 1_000_000) % len(people)]
    try:
        if kind == "tick":
            with someone.one_by_one:
                answer = someone.tick()
        else:
            answer = someone.client.get(path, headers=HEADERS)
    except Exception as error:  # noqa: BLE001  (whatever goes wrong is counted, and ends the benchmark)
        heard.errors[f"{kind}: {error!r:.200}"] += 1
        return
    heard.seconds.append((kind, time.perf_counter() - due))
    if answer.status_code != 200:
        heard.errors[f"{kind} {path}: {answer.status_code}"] += 1


def _check_errors(*each: Heard) -> None:
    errors = sum((heard.errors for heard in each), Counter[str]())
    if errors:
        raise AssertionError(f"{errors.total()} requests failed: {errors.most_common(5)}")


# ---- people who tick ----


def _ticking(settings: Settings, site: Served, s3ic_id: str, seconds: float) -> Row:
    before, deadlocks = _first(settings, "SELECT max(id) FROM users"), _first(settings, DEADLOCKS)
    crowd = [person(site.address, s3ic_id, 1_000 + number) for number in range(PEOPLE + 1)]
    alone, heard = Heard(), Heard()
    _tick_until(crowd[-1], alone, time.perf_counter() + min(5, seconds / 4))
    end = time.perf_counter() + seconds
    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(lambda someone: _tick_until(someone, heard, end), crowd[:-1]))
    _check_errors(alone, heard)
    _check_picks(settings, before, crowd)
    locked = _first(settings, DEADLOCKS) - deadlocks
    if locked:
        raise AssertionError(f"{locked} deadlocks while people ticked")
    return Row(
        name=f"a tick of {PEOPLE} people at once on one installation for {seconds:.0f} s, p50",
        cost=Cost(heard.quantile(0.5), max(site.workers_mb())),
        limit=f"{PEOPLE} times a tick of one person alone",
        limit_seconds=PEOPLE * alone.quantile(0.5),
        bound=2,
        note=f"{len(heard.seconds):,} ticks, p95 {heard.quantile(0.95) * 1000:.0f} ms; one alone "
        f"{alone.quantile(0.5) * 1000:.1f} ms; 0 errors, 0 picks lost or doubled, 0 deadlocks",
    )


def _tick_until(someone: Person, heard: Heard, end: float) -> None:
    while time.perf_counter() < end:
        _noting(someone.tick, heard)


def _noting(tick: Callable[[], object], heard: Heard) -> None:
    begun = time.perf_counter()
    try:
        answer = tick()
    except Exception as error:  # noqa: BLE001  (whatever goes wrong is counted, and ends the benchmark)
        heard.errors[f"{error!r:.200}"] += 1
        return
    heard.seconds.append(("tick", time.perf_counter() - begun))
    status = getattr(answer, "status_code", 0)
    if status != 200:
        heard.errors[str(status)] += 1


def _check_picks(settings: Settings, before: int, crowd: list[Person]) -> None:
    """Compare what each person was told last with the rows: the same picks, each once.

    Raises:
        AssertionError: a pick was lost, or is there twice.
    """
    told = sorted(sorted(someone.told) for someone in crowd)
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(PICKS, {"before": before})
        kept = sorted(sorted(alineas) for (alineas,) in cursor.fetchall())
    if told != kept:
        wrong = sum(1 for mine in told if mine not in kept)
        raise AssertionError(f"{wrong} of {len(crowd)} people were told something else than what is kept")


def _first(settings: Settings, statement: str) -> int:
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
        return int(row[0] or 0) if row else 0


def _data() -> str:
    return "real Île-de-France" if real_data_folder() else "demo"
