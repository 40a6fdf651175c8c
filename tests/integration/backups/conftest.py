"""A database with something in every part, and folders for its backups."""

from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

from etl.cluster import cluster_url
from etl.database import Role, connect, database_url, libpq_url, normalise_url
from etl.settings import Settings
from tests.integration.purge.conftest import add_people

EDITOR = "INSERT INTO backoffice.editors (name, password_hash, role) VALUES ('ada', 'x', 'editor')"


@pytest.fixture
def filled(settings: Settings) -> Settings:
    """Settings of a database with people and an editor."""
    with connect(settings, Role.OWNER) as owner:
        add_people(owner, 40, 3)
        owner.cursor().execute(EDITOR)
    return settings


@pytest.fixture
def folder(settings: Settings) -> Path:
    """The bucket of backups, a folder."""
    path = Path(settings.bucket_url("backup"))
    path.mkdir(parents=True)
    return path


@pytest.fixture
def databases(cluster: Settings, settings: Settings) -> Callable[[], list[str]]:
    """A function that names the databases which stand beside that of the test."""
    server = normalise_url(cluster_url(cluster), cluster)
    own = str(database_url(settings, Role.OWNER).database)

    def beside() -> list[str]:
        connection = psycopg2.connect(libpq_url(server.set(database="postgres")), connect_timeout=10)
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND datname <> %s",
                    (own, own),
                )
                return [name.removeprefix(own) for (name,) in cursor.fetchall()]
        finally:
            connection.close()

    return beside


def people(settings: Settings) -> int:
    """How many people are in the database."""
    with connect(settings, Role.OWNER) as owner, owner.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM users")
        (count,) = cursor.fetchone() or (0,)
        return int(count)
