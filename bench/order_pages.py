"""Pages of orders asked for in a process that holds the site and nothing else: its memory is a site's."""

import time
from dataclasses import dataclass, field

import psutil
from flask import Response
from flask.testing import FlaskClient

from bench.measure import MEGABYTE
from etl.settings import Settings
from webapp import create_app
from webapp.orders.library import EXTENSION, OrderLibrary

SAME_BYTES = 200


@dataclass(frozen=True)
class Timed:
    """Seconds of the clock and of the CPU of pages, and their bytes on the wire."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    wire: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Pages:
    """The pages, and the same bytes from memory; megabytes of the process, and of the orders it parsed."""

    ours: Timed
    limit: Timed
    resident_mb: float
    parsed_mb: float


def measure_pages(settings: Settings, paths: list[str]) -> Pages:
    """Ask for the pages, then for the same bytes from memory, in this process."""
    app = create_app(settings)
    bodies: list[bytes] = []
    app.add_url_rule("/bench/<int:number>", "bench", lambda number: Response(bodies[number]))
    client = app.test_client()
    _ask(client, paths)  # warm: orders parsed, templates read
    ours = _ask(client, paths)
    resident = psutil.Process().memory_info().rss / MEGABYTE
    shelves: OrderLibrary = app.extensions[EXTENSION]
    bodies += [client.get(path).data for path in paths]
    limit = _ask(client, [f"/bench/{number}" for number in range(len(paths))])
    # The token of a form is another one in each answer, and shrinks a little more or less.
    assert all(abs(theirs - mine) < SAME_BYTES for theirs, mine in zip(limit.wire, ours.wire, strict=True))
    return Pages(ours, limit, resident, shelves.size / MEGABYTE)


def _ask(client: FlaskClient, paths: list[str]) -> Timed:
    timed = Timed()
    for path in paths:
        started, cpu = time.perf_counter(), time.process_time()
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        timed.wire.append(len(answer.data))
        timed.seconds.append(time.perf_counter() - started)
        timed.cpu.append(time.process_time() - cpu)
        assert answer.status_code == 200
    return timed
