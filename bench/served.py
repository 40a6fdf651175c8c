"""The site as it is served: its database with everything on it, and gunicorn in processes of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil
from pydantic import SecretStr
from upath import UPath

from bench.generate_icpe import CLASSEMENTS_FILE, ESTABLISHMENTS_FILE
from bench.measure import MEGABYTE
from bench.real_data import orders_archive, real_data_folder
from etl.database import Role, connect
from etl.s3ic import transform_icpe
from etl.settings import ROOT, Settings
from etl.storage import bucket
from etl.sync import apply_ams, apply_aps, apply_icpe

SECRET = SecretStr("a secret of the benchmarks, which serve nobody")
START_SECONDS = 30


@dataclass(frozen=True)
class Served:
    """A running site: its address, and the process that leads its workers."""

    address: str
    leader: psutil.Process

    def workers_mb(self) -> list[float]:
        """Return the memory of each worker, in megabytes."""
        return [worker.memory_info().rss / MEGABYTE for worker in self.leader.children()]


def load_site(settings: Settings) -> Settings:
    """Load installations, ministerial orders and, where there is real data, the list of prefectoral ones.

    These stand as if all of them had been read: their lines are the longest.
    """
    for name in ("misc", "ap", "am"):
        Path(settings.bucket_url(name)).mkdir(parents=True, exist_ok=True)
    data = real_data_folder()
    raw = (data or ROOT / "demo") / "s3ic"
    with TemporaryDirectory() as folder:
        files = Path(folder)
        transform_icpe(
            establishments=raw / ESTABLISHMENTS_FILE, classements=raw / CLASSEMENTS_FILE, output=files
        )
        with connect(settings, Role.ETL) as connection:
            apply_icpe(connection, files, "all")
            apply_ams(connection, UPath(orders_archive(files)))
            if data:
                apply_aps(connection, data / "idf", bucket(settings, "ap"), "idf")
                connection.cursor().execute(
                    "UPDATE aps SET ocr_status = 'SUCCESS', page_count = 12, confidence = 93.5"
                )
                connection.commit()
    return settings.model_copy(update={"secret_key": SECRET})


@contextmanager
def served(settings: Settings, *, workers: int = 1, core: int | None = None) -> Iterator[Served]:
    """Run gunicorn with the project's own settings, all its processes on one core where one is named.

    Raises:
        TimeoutError: it did not start in half a minute.
    """
    address = f"127.0.0.1:{_free_port()}"
    given = {
        "RUN_DIR": str(settings.run_dir),
        "SECRET_KEY": SECRET.get_secret_value(),
        "DATABASE_URL": settings.database_url.get_secret_value() if settings.database_url else "",
        "WEB_WORKERS": str(workers),
    }
    pinned = [] if core is None else ["taskset", "--cpu-list", str(core)]
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "webapp/gunicorn_settings.py", "-b", address]
    server = subprocess.Popen(
        [*pinned, *gunicorn, "webapp.wsgi:app"],
        cwd=ROOT,
        env={**os.environ, **given, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"http://{address}/sante")
        yield Served(f"http://{address}", psutil.Process(server.pid))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def _wait(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(address, timeout=START_SECONDS).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError(f"the site did not start in {START_SECONDS} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
