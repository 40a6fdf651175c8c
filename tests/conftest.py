"""Fixtures shared by every test: a Postgres of our own, migrated once, and databases cloned from it.

Each worker of pytest-xdist has its own cluster, so tests of different workers never meet.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from sqlalchemy.engine import URL

from etl.cluster import OWNER, cluster_dir, cluster_url, running_cluster
from etl.database import Role, connect, libpq_url, normalise_url
from etl.migrations import migrate
from etl.settings import Settings, load_settings

pytest_plugins = [
    "tests.airflow_home",
    "tests.s3.fixtures",
    "tests.stand_ins.airflow",
    "tests.stand_ins.georisques",
    "tests.stand_ins.sentry",
    "tests.stand_ins.slack",
    "tests.stand_ins.upstream",
]

TEMPLATE = "envinorma"


LONGEST_BYTES_IN_A_NAME = 40


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long bytes by their parameter: a PDF made in the test is not the same in two processes."""
    return argname if isinstance(val, bytes) and len(val) > LONGEST_BYTES_IN_A_NAME else None


@pytest.fixture(scope="session", autouse=True)
def _only_our_settings() -> Iterator[None]:
    """No variable of the person who runs the tests reaches them; what a test needs, it sets."""
    patch = pytest.MonkeyPatch()
    for name in Settings.model_fields:
        patch.delenv(name.upper(), raising=False)
    load_settings.cache_clear()
    yield
    patch.undo()
    load_settings.cache_clear()


@pytest.fixture(scope="session")
def run_dir() -> Iterator[Path]:
    """A folder of the session that the server's account may enter (pytest's own are closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="envinorma-tests-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def cluster(run_dir: Path) -> Iterator[Settings]:
    """Settings of a running cluster of this session, whose database `envinorma` is migrated: the template.

    Nothing may connect to that database or change it: take `settings` or `new_database`.
    """
    settings = Settings(_env_file=None, run_dir=run_dir, postgres_port=0)
    with running_cluster(settings):
        _prepare_for_tests(settings)
        migrate(settings)
        yield settings


def _prepare_for_tests(settings: Settings) -> None:
    """Let the server never wait for the disk, and the owner drop a database that is being vacuumed.

    The tests kill processes of ours, never the machine. A worker of autovacuum belongs to no role: DROP
    DATABASE (FORCE) may end it only as a member of pg_signal_backend.
    """
    password = (cluster_dir(settings) / "superuser.password").read_text(encoding="ascii")
    url = normalise_url(cluster_url(settings), settings).set(username="postgres", password=password)
    _administer(url, "ALTER SYSTEM SET fsync = off")
    _administer(url, "SELECT pg_reload_conf()")
    _administer(url, "GRANT pg_signal_backend TO {}", OWNER)


@pytest.fixture(scope="session")
def new_database(cluster: Settings) -> Callable[..., Settings]:
    """A function that makes a database and returns settings for it (with buckets in a folder of its own).

    `new_database()` clones the migrated one (a tenth of a second); `new_database(empty=True)` has no tables.
    """
    server = normalise_url(cluster_url(cluster), cluster)

    def make(*, empty: bool = False) -> Settings:
        name = f"test_{uuid.uuid4().hex[:12]}"
        _administer(server, "CREATE DATABASE {} TEMPLATE {}", name, "template0" if empty else TEMPLATE)
        url = libpq_url(server.set(database=name))
        return Settings(_env_file=None, run_dir=cluster.run_dir / name, database_url=url, postgres_port=0)

    return make


def _drop(settings: Settings) -> None:
    assert settings.database_url is not None
    url = normalise_url(settings.database_url.get_secret_value(), settings)
    assert url.database is not None
    _administer(url, "DROP DATABASE {} WITH (FORCE)", url.database)


def _administer(server: URL, statement: str, *names: str) -> None:
    connection = psycopg2.connect(libpq_url(server.set(database="postgres")), connect_timeout=10)
    try:
        connection.autocommit = True
        connection.cursor().execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    finally:
        connection.close()


@pytest.fixture
def settings(new_database: Callable[..., Settings]) -> Iterator[Settings]:
    """Settings of a fresh migrated database, of this test alone."""
    made = new_database()
    yield made
    _drop(made)


@pytest.fixture(scope="module")
def module_settings(new_database: Callable[..., Settings]) -> Iterator[Settings]:
    """Settings of a migrated database that the tests of one module share (read-only tests after one load)."""
    made = new_database()
    yield made
    _drop(made)


@pytest.fixture
def owner(settings: Settings) -> Iterator[Connection]:
    """A connection to the test's database as the owner of the tables; the test commits."""
    with connect(settings, Role.OWNER) as connection:
        yield connection


@pytest.fixture
def connection(settings: Settings) -> Iterator[Connection]:
    """A connection to the test's database in the role of the steps; the test commits."""
    with connect(settings, Role.ETL) as connection:
        yield connection


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real data (ENVINORMA_DATA); skips where it is not set."""
    return _real_folder("ENVINORMA_DATA")


@pytest.fixture(scope="session")
def golden() -> Path:
    """The folder of the golden answers (ENVINORMA_GOLDEN); skips where it is not set."""
    return _real_folder("ENVINORMA_GOLDEN")


def _real_folder(variable: str) -> Path:
    given = os.environ.get(variable)
    if not given:
        pytest.skip(f"{variable} is not set: tests on real data are skipped")
    return Path(given)
