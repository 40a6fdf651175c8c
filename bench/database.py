"""A Postgres of the benchmarks' own, configured as the project's cluster is, with fresh databases in it."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from psycopg2 import sql
from pydantic import SecretStr

from etl.cluster import cluster_url, running_cluster
from etl.database import libpq_url, normalise_url
from etl.migrations import migrate
from etl.settings import Settings

NewDatabase = Callable[[], Settings]


@contextmanager
def fresh_databases() -> Iterator[NewDatabase]:
    """Give a function that makes the database of the benchmark anew, migrated and empty: its settings."""
    folder = Path(tempfile.mkdtemp(prefix="envinorma-bench-"))
    folder.chmod(0o711)  # the account of the server must enter
    settings = _settings_in(folder)
    with running_cluster(settings):
        migrate(settings)
        server = normalise_url(cluster_url(settings), settings)

        def make() -> Settings:
            maintenance = libpq_url(server.set(database="postgres"))
            _administer(maintenance, "DROP DATABASE IF EXISTS {} WITH (FORCE)", "bench")
            _administer(maintenance, "CREATE DATABASE {} TEMPLATE envinorma", "bench")
            url = SecretStr(libpq_url(server.set(database="bench")))
            return settings.model_copy(update={"database_url": url})

        yield make
    shutil.rmtree(folder)


def _settings_in(folder: Path) -> Settings:
    """Return settings of a cluster in a folder; no address from the environment."""
    return Settings(
        _env_file=None,
        run_dir=folder,
        postgres_port=0,
        database_url=None,
        etl_database_url=None,
        web_database_url=None,
    )


def _administer(address: str, statement: str, name: str) -> None:
    connection = psycopg2.connect(address, connect_timeout=10)
    try:
        connection.autocommit = True
        connection.cursor().execute(sql.SQL(statement).format(sql.Identifier(name)))
    finally:
        connection.close()
