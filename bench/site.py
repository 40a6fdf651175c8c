"""The page of an installation and a tick in one process, and the memory of a worker that serves the page.

The installations of the real Île-de-France where it is, else of the demo; every page once, after a warm-up,
the client asking for compressed pages as browsers do. Limit: the page of an error, which goes through the
same stack (session, templates, headers, compression) and reads nothing.
"""

import time
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
from flask.testing import FlaskClient

from bench.database import fresh_databases
from bench.measure import Cost, Row, peak_mb
from bench.real_data import real_data_folder
from bench.served import load_site, served
from bench.visitors import BOX, CHOSEN, FORM, HEADERS, SCRIPTED, TOKEN
from etl.database import Role, connect
from etl.settings import Settings
from webapp import create_app

ORIGINAL = {"p50": 0.043, "p95": 0.066}
MOST_PAGES = 1_000
# Pages, then the ticks of a few installations, by turns.
TURN = 100
SITES_OF_A_TURN = 4
PICKS = 10
ALLOWED_MB = 150


def rows() -> Iterator[Row]:
    """Give the page's p50 and p95, and the memory of a worker of gunicorn after serving all of them."""
    data = real_data_folder()
    name = "real Île-de-France" if data else "demo"
    with fresh_databases() as new_database:
        settings = load_site(new_database())
        paths = _paths(settings)
        client = create_app(settings).test_client()
        empty = _seconds(client, ["/no-such-page"] * 300, status=404)
        pages, ticks = _pages_and_ticks(client, paths)
        for label, part in (("p50", 0.50), ("p95", 0.95)):
            yield Row(
                name=f"page of an installation, {name}, {label}",
                cost=Cost(_quantile(pages, part), peak_mb()),
                limit="an empty page through the same stack",
                limit_seconds=_quantile(empty, part),
                original_seconds=ORIGINAL[label] if data else None,
            )
        yield Row(
            name=f"a tick of an alinea, {name}, p50",
            cost=Cost(_quantile(ticks, 0.50), peak_mb()),
            limit="the page of an installation, p50",
            limit_seconds=_quantile(pages, 0.50),
            bound=1,
            note=f"{len(ticks):,} ticks and unticks, collections of up to {PICKS} picks; "
            f"p95 {_quantile(ticks, 0.95) * 1000:.1f} ms",
        )
        yield _row_of_a_worker(settings, paths)


def _paths(settings: Settings) -> list[str]:
    with connect(settings, Role.WEB) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT s3ic_id FROM installations ORDER BY md5(s3ic_id) LIMIT %s", (MOST_PAGES,))
        return [f"/installations/{s3ic_id}" for (s3ic_id,) in cursor.fetchall()]


def _seconds(client: FlaskClient, paths: list[str], status: int) -> list[float]:
    """Return the seconds of each page, after some that are not counted."""
    for path in paths[:20]:
        client.get(path, headers=HEADERS)
    seconds = []
    for path in paths:
        started = time.perf_counter()
        answer = client.get(path, headers=HEADERS)
        seconds.append(time.perf_counter() - started)
        assert answer.status_code == status, path
    return seconds


def _pages_and_ticks(client: FlaskClient, paths: list[str]) -> tuple[list[float], list[float]]:
    """Return the seconds of each page and those of ticks, by turns: the machine is the same for both."""
    pages, ticks = [], []
    for start in range(0, len(paths), TURN):
        turn = paths[start : start + TURN]
        pages += _seconds(client, turn, status=200)
        ticks += _ticks(client, turn)
    return pages, ticks


def _ticks(client: FlaskClient, paths: list[str]) -> list[float]:
    """Return the seconds of ticks in the first orders that some installations have, then of unticks."""
    seconds = []
    for path in [path for path in paths if CHOSEN.search(client.get(path).text)][:SITES_OF_A_TURN]:
        cids = CHOSEN.findall(client.get(path).text)
        query = urlencode({"am": cids}, doseq=True)
        page = client.get(f"{path}/arretes?{query}").text
        token = TOKEN.findall(page)[0]
        cid, form = FORM.findall(page)[0]
        for field in ("p", "was"):
            for box in BOX.findall(form)[:PICKS]:
                typed = {"csrf_token": token, "cid": cid, field: box}
                started = time.perf_counter()
                answer = client.post(f"{path}/prescriptions?{query}", data=typed, headers=SCRIPTED)
                seconds.append(time.perf_counter() - started)
                assert answer.status_code == 200, path
    return seconds


def _quantile(seconds: list[float], part: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(part * len(seconds)))]


def _row_of_a_worker(settings: Settings, paths: list[str]) -> Row:
    """Return what all pages cost through gunicorn, with the memory of its worker afterwards."""
    with served(settings) as site, httpx.Client(base_url=site.address, timeout=30) as client:
        started = time.perf_counter()
        for path in paths:
            client.get(path, headers=HEADERS)
        seconds = time.perf_counter() - started
        (megabytes,) = site.workers_mb()
    return Row(
        name=f"{len(paths):,} pages of installations through one worker of gunicorn",
        cost=Cost(seconds, megabytes),
        limit="43 ms a page, the original's median",
        limit_seconds=ORIGINAL["p50"] * len(paths),
        note=f"peak: memory of the worker, at most {ALLOWED_MB} MB",
    )
