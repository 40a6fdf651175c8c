"""Airflow on this machine: API server, scheduler and DAG processor, on a Postgres metadata database.

`airflow standalone` leaves children behind when it is ended, so each process is started and watched here.
"""

import importlib.metadata
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import psycopg2
from psycopg2 import errors
from pydantic import SecretStr
from sqlalchemy.engine import URL

from etl.database import libpq_url
from etl.settings import ROOT, Settings
from launcher.airflow_api import AirflowApi, Login
from launcher.airflow_environment import SITE_USER, USER, Place, airflow_environment
from launcher.ports import LOOPBACK, choose_port
from launcher.secrets import keep_airflow_secrets, keep_secret, write_private
from launcher.supervision import Child, Program, Supervisor

MIGRATE_SECONDS = 240
HEALTHY_SECONDS = 180
OCR_POOL = "ocr"
# The scheduler's own log server is not needed where one machine holds all the logs.
PROCESSES = {
    "airflow-api-server": ("api-server", "--host", LOOPBACK, "--port", "{port}"),
    "airflow-scheduler": ("scheduler", "--skip-serve-logs"),
    "airflow-dag-processor": ("dag-processor",),
}


class LocalAirflow:
    """An Airflow of our own, from `with` to its end.

    Attributes:
        url: address of its UI and API, on the loopback.
        password: of the user `admin`.
        site_login: of the account of role `user` that the site publishes with.
        api: a client of its REST API.
        log_dir: where the tasks' logs are.
    """

    def __init__(
        self,
        settings: Settings,
        home: Path,
        *,
        metadata_url: URL,
        port: int = 0,
        extra_environment: Mapping[str, str] | None = None,
        supervisor: Supervisor | None = None,
    ) -> None:
        """Prepare one; nothing starts before `with`.

        Args:
            settings: what the tasks find in their environment.
            home: a folder of its own, kept from one start to the next.
            metadata_url: a Postgres database for Airflow alone, of a running server.
            port: of the API server; 0 picks a free one.
            extra_environment: more variables for its processes.
            supervisor: runs its processes; without one it brings its own.
        """
        self.home = home.absolute()
        self.log_dir = self.home / "task-logs"
        self.url = f"http://{LOOPBACK}:{choose_port(port, 'AIRFLOW_PORT', 'Airflow')}"
        self._metadata_url = metadata_url
        self._ocr_batches = settings.ocr_batches
        self._supervisor = supervisor or Supervisor(self.home / "processes", self.home / "logs")
        self._owns_supervisor = supervisor is None
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = keep_airflow_secrets(self.home / "secrets.json")
        self.password = kept.password
        self.site_login = Login(SITE_USER, keep_secret(self.home / "site-password"))
        place = Place(self.url, self.home, self.log_dir, metadata_url)
        self._environment = {**airflow_environment(settings, place, kept), **(extra_environment or {})}
        self.api = AirflowApi(self.url, Login(USER, self.password), self._supervisor.check)

    def __enter__(self) -> Self:
        """Start it and wait until it is healthy; `LaunchError` says what hindered it."""
        if self._owns_supervisor:
            self._supervisor.__enter__()
        try:
            self.finish_migration(self.begin_migration())
            self.start()
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop its processes."""
        self.api.close()
        if self._owns_supervisor:
            self._supervisor.stop()

    def wait_until_ready(self) -> None:
        """Wait until it is healthy, and make the pool that bounds how many batches are read at the same time.

        Raises:
            LaunchError: it is not healthy in time.
        """
        self.api.wait_until_healthy(HEALTHY_SECONDS)
        self.api.set_pool(OCR_POOL, self._ocr_batches)

    def settings_of_site(self, settings: Settings) -> Settings:
        """Return settings with which a site publishes through this Airflow."""
        login = {
            "airflow_api_user": self.site_login.user,
            "airflow_api_password": SecretStr(self.site_login.password),
        }
        return settings.model_copy(update={"airflow_api_url": self.url, **login})

    def begin_migration(self) -> Child | None:
        """Begin to bring the metadata database to this version of Airflow; None where it is there already."""
        if self._stamp.exists() and self._stamp.read_text(encoding="ascii") == self._migrated_to():
            return None
        return self._start("airflow-migration", ("db", "migrate"))

    def finish_migration(self, migration: Child | None) -> None:
        """Wait for a migration that was begun.

        Raises:
            LaunchError: it fails.
        """
        if migration is not None:
            self._supervisor.finish(migration, MIGRATE_SECONDS)
            self._stamp.write_text(self._migrated_to(), encoding="ascii")

    def start(self) -> None:
        """Start the processes, without waiting for them."""
        passwords = {USER: self.password, self.site_login.user: self.site_login.password}
        write_private(self.home / "passwords.json", json.dumps(passwords))
        for name, arguments in PROCESSES.items():
            port = self.url.rpartition(":")[2]
            self._start(name, tuple(word.format(port=port) for word in arguments))

    def _start(self, name: str, arguments: tuple[str, ...]) -> Child:
        command = (sys.executable, "-m", "airflow", *arguments)
        serves_others = name == "airflow-api-server"
        return self._supervisor.start(Program(name, command, self._environment, ROOT, serves_others))

    @property
    def _stamp(self) -> Path:
        return self.home / "migrated"

    def _migrated_to(self) -> str:
        """Return this version of Airflow with the revision that its database is at."""
        version = importlib.metadata.version("apache-airflow-core")
        return f"{version} {read_revision(self._metadata_url)}"


def read_revision(metadata_url: URL) -> str:
    """Return the revision of a metadata database; empty where it has none yet."""
    address = libpq_url(metadata_url.set(drivername="postgresql"))
    connection = psycopg2.connect(address, connect_timeout=10)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT version_num FROM alembic_version")
            row = cursor.fetchone()
            return str(row[0]) if row else ""
    except errors.UndefinedTable:
        return ""
    finally:
        connection.close()
