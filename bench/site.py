"""The page of an installation in one process, and the memory of a worker that serves it.

The installations of the real Île-de-France where it is, else of the demo; every page once, after a warm-up,
the client asking for compressed pages as browsers do. Limit: the page of an error, which goes through the
same stack (session, templates, headers, compression) and reads nothing.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil
from flask.testing import FlaskClient
from pydantic import SecretStr

from bench.database import fresh_databases
from bench.measure import Cost, Row, peak_mb
from bench.real_data import real_data_folder
from etl.database import Role, connect
from etl.s3ic import transform_icpe
from etl.settings import ROOT, Settings
from etl.storage import bucket
from etl.sync import apply_aps, apply_icpe
from webapp import create_app

SECRET = SecretStr("a secret of the benchmarks, which serve nobody")
ORIGINAL = {"p50": 0.043, "p95": 0.066}
MOST_PAGES = 1_000
ALLOWED_MB = 150
START_SECONDS = 30
HEADERS = {"Accept": "text/html", "Accept-Encoding": "gzip"}


def rows() -> Iterator[Row]:
    """Give the page's p50 and p95, and the memory of a worker of gunicorn after serving all of them."""
    data = real_data_folder()
    source = (data or ROOT / "demo") / "s3ic"
    name = "real Île-de-France" if data else "demo"
    with TemporaryDirectory() as folder, fresh_databases() as new_database:
        settings = _load(new_database(), source, Path(folder))
        if data:
            _load_prefectoral(settings, data / "idf")
        paths = _paths(settings)
        client = create_app(settings).test_client()
        empty = _seconds(client, ["/no-such-page"] * 300, status=404)
        pages = _seconds(client, paths, status=200)
        for label, part in (("p50", 0.50), ("p95", 0.95)):
            yield Row(
                name=f"page of an installation, {name}, {label}",
                cost=Cost(_quantile(pages, part), peak_mb()),
                limit="an empty page through the same stack",
                limit_seconds=_quantile(empty, part),
                original_seconds=ORIGINAL[label] if data else None,
            )
        yield _row_of_a_worker(settings, paths)


def _load(settings: Settings, source: Path, files: Path) -> Settings:
    transform_icpe(
        establishments=source / "s3ic-liste-etablissements.csv",
        classements=source / "sic-liste-rubriques.csv",
        output=files,
    )
    with connect(settings, Role.ETL) as connection:
        apply_icpe(connection, files, "all")
    for name in ("misc", "ap", "am"):
        Path(settings.bucket_url(name)).mkdir(parents=True, exist_ok=True)
    return settings.model_copy(update={"secret_key": SECRET})


def _load_prefectoral(settings: Settings, lists: Path) -> None:
    """Add the orders of the real list, as if all of them had been read: their lines are the longest."""
    with connect(settings, Role.ETL) as connection:
        apply_aps(connection, lists, bucket(settings, "ap"), "idf")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE aps SET ocr_status = 'SUCCESS', page_count = 12, confidence = 93.5")
        connection.commit()


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


def _quantile(seconds: list[float], part: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(part * len(seconds)))]


def _row_of_a_worker(settings: Settings, paths: list[str]) -> Row:
    """Return what all pages cost through gunicorn, with the memory of its worker afterwards."""
    port = _free_port()
    given = {
        "RUN_DIR": str(settings.run_dir),
        "SECRET_KEY": SECRET.get_secret_value(),
        "DATABASE_URL": settings.database_url.get_secret_value() if settings.database_url else "",
        "WEB_WORKERS": "1",
    }
    command = [
        "-m",
        "gunicorn",
        "-c",
        "webapp/gunicorn_settings.py",
        "-b",
        f"127.0.0.1:{port}",
        "webapp.wsgi:app",
    ]
    server = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **given, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            _wait(client)
            started = time.perf_counter()
            for path in paths:
                client.get(path, headers=HEADERS)
            seconds = time.perf_counter() - started
        worker = psutil.Process(server.pid).children()[0]
        megabytes = worker.memory_info().rss / (1024 * 1024)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
    return Row(
        name=f"{len(paths):,} pages of installations through one worker of gunicorn",
        cost=Cost(seconds, megabytes),
        limit="43 ms a page, the original's median",
        limit_seconds=ORIGINAL["p50"] * len(paths),
        note=f"peak: memory of the worker, at most {ALLOWED_MB} MB",
    )


def _wait(client: httpx.Client) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if client.get("/sante").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError(f"the site did not start in {START_SECONDS} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
