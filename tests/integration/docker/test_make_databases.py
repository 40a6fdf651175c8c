"""What the Postgres image runs on an empty volume: logins, databases and rights, on a real server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.backups.command import run_backup, run_restore
from etl.binaries import find_binaries
from etl.cluster import cluster_dir, running_cluster, running_port
from etl.database import Role, connect
from etl.migrations import migrate
from etl.settings import ROOT, Settings

pytestmark = pytest.mark.postgres
SCRIPT = ROOT / "docker/make_databases.sh"


def variables(port: int, password: str) -> dict[str, str]:
    """The addresses of a fresh `.env`, on this server."""
    command = [sys.executable, str(ROOT / "docker/new_env.py"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    fresh = dict(line.split("=", 1) for line in text.splitlines())
    here = {name: value.replace("@postgres:5432/", f"@127.0.0.1:{port}/") for name, value in fresh.items()}
    return {
        **here,
        "POSTGRES_USER": "postgres",
        "PGPASSWORD": password,
        "PGHOST": "127.0.0.1",
        "PGPORT": str(port),
    }


def run_script(environment: dict[str, str]) -> None:
    path = f"{find_binaries()}:{os.environ['PATH']}"
    command = ["bash", str(SCRIPT)]
    done = subprocess.run(
        command, env={"PATH": path, **environment}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def open_url(url: str) -> Connection:
    return psycopg2.connect(url.replace("postgresql+psycopg2://", "postgresql://"), connect_timeout=10)


@pytest.fixture(scope="module")
def server(run_dir: Path) -> Iterator[dict[str, str]]:
    """The variables of a server of its own (roles belong to a whole server) after the script ran on it."""
    settings = Settings(_env_file=None, run_dir=run_dir / "compose", postgres_port=0)
    settings.run_dir.mkdir()
    with running_cluster(settings):
        folder = cluster_dir(settings)
        password = (folder / "superuser.password").read_text(encoding="ascii")
        environment = variables(running_port(folder) or 0, password)
        as_found_in_the_image(environment)
        run_script(environment)
        yield environment


def as_found_in_the_image(environment: dict[str, str]) -> None:
    """Take away what our own cluster makes and the image does not have."""
    superuser = (
        f"postgresql://postgres:{environment['PGPASSWORD']}@127.0.0.1:{environment['PGPORT']}/postgres"
    )
    connection = open_url(superuser)
    connection.autocommit = True
    cursor = connection.cursor()
    for name in ("envinorma", "airflow"):
        cursor.execute(f"DROP DATABASE {name}")
    cursor.execute("DROP ROLE envinorma_owner")
    connection.close()


@pytest.fixture(scope="module")
def settings(server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings as the containers have them, migrated by the owner of the address."""
    names = (
        "DATABASE_URL", "ETL_DATABASE_URL", "WEB_DATABASE_URL", "BACKOFFICE_DATABASE_URL",
        "BACKUP_DATABASE_URL",
    )  # fmt: skip
    addresses = {name.lower(): server[name] for name in names}
    settings = Settings(_env_file=None, run_dir=tmp_path_factory.mktemp("run"), **addresses)
    migrate(settings)
    return settings


@pytest.mark.parametrize("role", list(Role))
def test_each_address_is_a_login_of_its_own(settings, role) -> None:
    with connect(settings, role) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_user, current_user, rolsuper FROM pg_roles WHERE rolname = session_user"
        )
        assert cursor.fetchone() == (role.value, role.value, False)


def test_the_site_cannot_take_the_role_of_another(settings) -> None:
    with connect(settings, Role.WEB) as connection, connection.cursor() as cursor:
        for role in (Role.OWNER, Role.ETL, Role.BACKOFFICE):
            cursor.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", (role.value,))
            assert cursor.fetchone() == (False,)


def test_the_site_writes_no_published_row(settings) -> None:
    statement = (
        "INSERT INTO installations (s3ic_id, name, regime, active) VALUES ('0001.00001', 'x', 'A', 'x')"
    )
    with (
        pytest.raises(psycopg2.errors.InsufficientPrivilege),
        connect(settings, Role.WEB) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_airflow_owns_its_database_and_enters_no_other(server) -> None:
    url = server["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    with open_url(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE public.probe (id integer)")
        connection.rollback()
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        open_url(url.removesuffix("/airflow") + "/envinorma")
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        open_url(server["WEB_DATABASE_URL"].removesuffix("/envinorma") + "/airflow")


def test_the_monitor_reads_statistics_and_no_row(server: dict[str, str], settings: Settings) -> None:
    with open_url(server["MONITOR_DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, 'pg_monitor', 'MEMBER'), pg_database_size('airflow') > 0"
        )
        assert cursor.fetchone() == (True, True)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT FROM public.users")


def test_a_backup_is_made_by_its_own_login_and_restored_by_the_owner(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the rights that the addresses have, no more: nobody is a superuser."""
    monkeypatch.setattr("etl.backups.restoring.SETTLED_AFTER_SECONDS", 0)
    assert run_backup(settings, None, lambda _: None).outcome == "done"
    with connect(settings, Role.WEB) as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO users (identity_hash) VALUES (sha256('later'))")
        connection.commit()
        done = run_restore(settings, file=None, key=None, into=None, progress=lambda _: None)
    assert done.kept_as is not None
    for role in Role:
        with connect(settings, role) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM dataset_runs")
    with connect(settings, Role.WEB) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM users")
        assert cursor.fetchone() == (0,)


def test_a_second_run_takes_new_passwords_and_keeps_the_data(server, settings) -> None:
    changed = variables(int(server["PGPORT"]), server["PGPASSWORD"])
    run_script(changed)
    with open_url(changed["ETL_DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM installations")
        assert cursor.fetchone() == (0,)
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        open_url(server["ETL_DATABASE_URL"])
    run_script(server)
