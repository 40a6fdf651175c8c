"""Airflow on several workers, as the compose profile `cluster` runs it: CeleryExecutor behind Redis.

All of it on this machine, for tests and benchmarks: each worker that reads orders has a working folder of its
own, as a machine of its own would.
"""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.engine import URL

from etl.settings import ROOT, Settings
from launcher.airflow import LocalAirflow
from launcher.console import LaunchError
from launcher.ports import LOOPBACK, choose_port
from launcher.supervision import Child, Program

# One program that acts by its name. The package redis-server brings the second name and a service that starts
# at once; redis-tools brings the first alone.
SERVER, TOOL = "redis-server", "redis-check-rdb"


class AirflowCluster(LocalAirflow):
    """An Airflow of our own with Celery workers, from `with` to its end.

    Attributes:
        readers: the workers of the queue `ocr`, by name.
        places: the working folder (RUN_DIR) of each of them.
    """

    def __init__(
        self,
        settings: Settings,
        home: Path,
        *,
        metadata_url: URL,
        readers: int = 2,
        is_pinned: bool = False,
        extra_environment: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare one; nothing starts before `with`.

        Args:
            settings: what the tasks find in their environment; as many batches are read at once as there are
                readers.
            home: a folder of its own.
            metadata_url: a Postgres database for Airflow alone, of a running server.
            readers: how many workers read orders.
            is_pinned: whether each of them has one core for itself, the first the first.
            extra_environment: more variables for its processes.
        """
        buckets = {f"{name}_bucket": settings.bucket_url(name) for name in ("misc", "ap", "am")}
        settings = settings.model_copy(update={"ocr_batches": readers, **buckets})
        self._redis_port = choose_port(0, "AIRFLOW__CELERY__BROKER_URL", "Redis")
        variables = {
            "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
            "AIRFLOW__CELERY__BROKER_URL": f"redis://{LOOPBACK}:{self._redis_port}/0",
            **(extra_environment or {}),
        }
        super().__init__(settings, home, metadata_url=metadata_url, extra_environment=variables)
        self.places = {f"reader-{number}": self.home / f"reader-{number}" for number in range(1, readers + 1)}
        self.readers: dict[str, Child] = {}
        self._is_pinned = is_pinned

    def start(self) -> None:
        """Start the queue, the processes of Airflow, and the workers, without waiting for them."""
        redis = Program("redis", self._redis_command(), self._environment, self.home, serves_others=True)
        self._supervisor.start(redis)
        super().start()
        self._start_worker("worker", "default", {})
        for name in self.places:
            self.start_reader(name)

    def start_reader(self, name: str) -> None:
        """Start a worker that reads orders, with its own working folder, for the first time or again."""
        place = self.places[name]
        place.mkdir(exist_ok=True)
        core = str(list(self.places).index(name))
        prefix = ("taskset", "--cpu-list", core) if self._is_pinned else ()
        self.readers[name] = self._start_worker(name, "ocr", {"RUN_DIR": str(place)}, prefix)

    def forget(self, child: Child) -> None:
        """Let a worker end: the others go on without it."""
        self._supervisor.forget(child)

    def _start_worker(
        self, name: str, queue: str, variables: Mapping[str, str], prefix: tuple[str, ...] = ()
    ) -> Child:
        command = (
            *prefix,
            *(sys.executable, "-m", "airflow", "celery", "worker", "--queues", queue, "--concurrency", "1"),
            *("--celery-hostname", f"{name}@%h", "--pid", str(self.home / f"{name}.pid")),
            "--skip-serve-logs",
        )
        return self._supervisor.start(Program(name, command, {**self._environment, **variables}, ROOT))

    def _redis_command(self) -> tuple[str, ...]:
        """Return the command of a Redis that keeps nothing and that this machine alone reaches."""
        program = shutil.which(SERVER) or str(self._named_server())
        return program, "--port", str(self._redis_port), "--bind", LOOPBACK, "--save", ""

    def _named_server(self) -> Path:
        tool = shutil.which(TOOL)
        if tool is None:
            raise LaunchError("There is no Redis here. Install the package redis-tools.")
        server = self.home / SERVER
        server.unlink(missing_ok=True)
        server.symlink_to(tool)
        return server
