"""A restore puts a backup into the running service; whatever stops it leaves the old state in service."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from psycopg2.errors import ObjectInUse
from upath import UPath

from etl.backups import restoring
from etl.backups.command import dump_to_bucket, run_restore
from etl.backups.restoring import Restored
from etl.backups.server import Server
from etl.backups.shelf import read_backup
from etl.cli import commands
from etl.database import Role, connect, database_url, libpq_url
from etl.errors import RefusedError, TransientError
from etl.maintenance import maintenance
from etl.migrations import migrate_down, newest_revision
from etl.orphans import count_orphans
from etl.purge import purge_users
from etl.settings import ROOT, Settings, load_settings
from launcher.airflow_environment import settings_variables
from tests.demo_site import site_settings
from tests.integration.backups.conftest import people
from tests.integration.purge.conftest import add_people
from tests.site_visits import visitor_of
from webapp.maintenance import DOOR_KEY, Door

pytestmark = pytest.mark.postgres
PAGE = "/installations?q=published"


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "SETTLED_AFTER_SECONDS", 0)


@pytest.fixture
def saved(filled: Settings, folder: Path) -> Settings:
    """A database with 40 people of which there is a backup, and then 7 more."""
    dump_to_bucket(filled)
    with connect(filled, Role.OWNER) as owner:
        add_people(owner, 7, 5)
    return filled


def latest(settings: Settings, into: str | None = None) -> Restored:
    return run_restore(settings, file=None, key=None, into=into, progress=lambda _: None)


def drop_beside(settings: Settings, *names: str | None) -> None:
    with maintenance(database_url(settings, Role.OWNER)) as server:
        for name in names:
            if name:
                server.drop(name)


def test_the_backup_is_in_service_with_its_rights_and_the_old_state_beside(saved: Settings) -> None:
    rights = "SELECT datacl::text[] FROM pg_database WHERE datname = current_database()"
    own = database_url(saved, Role.OWNER).database
    for change in (
        "REVOKE ALL ON DATABASE {} FROM PUBLIC",
        "GRANT CONNECT, TEMPORARY ON DATABASE {} TO envinorma_etl",
        "GRANT CONNECT ON DATABASE {} TO envinorma_web",
        "ALTER DATABASE {} SET work_mem TO '7MB'",
    ):
        asked(saved, change.format(own))
    before = asked(saved, rights)

    done = latest(saved)

    assert people(saved) == 40
    assert sorted(asked(saved, rights)) == sorted(before)
    assert asked(saved, "SHOW work_mem") == "7MB"
    assert done.revisions == (newest_revision(), newest_revision())
    assert people(of(saved, done.kept_as)) == 47
    with connect(saved, Role.OWNER) as owner:
        assert count_orphans(owner) == {}
    with connect(saved, Role.WEB) as web, web.cursor() as cursor:
        cursor.execute("INSERT INTO users (identity_hash) VALUES (sha256('new'))")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT FROM backoffice.editors")
    with connect(saved, Role.ETL) as steps:
        assert purge_users(steps, 1).deleted == 40
    with connect(saved, Role.BACKUP) as backup, backup.cursor() as cursor:
        cursor.execute("SELECT FROM backoffice.editors")
        assert cursor.rowcount == 1

    again = latest(saved)
    assert people(saved) == 40
    assert people(of(saved, again.kept_as)) == 0
    assert done.kept_as not in asked(saved, "SELECT array_agg(datname) FROM pg_database")
    drop_beside(saved, again.kept_as)


def test_a_site_under_visits_goes_from_the_old_state_to_the_new_one(
    saved: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.maintenance.LOOKED_AT_EVERY_SECONDS", 0.05)
    monkeypatch.setattr(restoring, "SETTLED_AFTER_SECONDS", 0.3)
    seen: list[tuple[int, str]] = []
    ended = threading.Event()
    for client in visitor_of(site_settings(saved)):
        visitor = threading.Thread(target=visit, args=(client, ended, seen))
        visitor.start()
        try:
            done = latest(saved)
        finally:
            ended.set()
            visitor.join()
        client.application.extensions[DOOR_KEY] = Door()
        assert client.get(PAGE).status_code == 200
    drop_beside(saved, done.kept_as)

    assert {code for code, _ in seen} <= {200, 503}
    closed = [place for place, found in enumerate(seen) if found == (503, "maintenance")]
    assert closed
    # Between the first and the last page of the maintenance, nobody reads a page of either state.
    assert {code for code, _ in seen[closed[0] : closed[-1]]} == {503}


def visit(client: FlaskClient, ended: threading.Event, seen: list[tuple[int, str]]) -> None:
    """Open a page again and again, and note what it was."""
    while not ended.wait(0.02):
        answer = client.get(PAGE)
        seen.append((answer.status_code, "maintenance" if "maintenance" in answer.text else "page"))


# --- what must not be restored


def flip(dump: Path) -> None:
    content = bytearray(dump.read_bytes())
    content[-1] ^= 1
    dump.write_bytes(content)


def note(change: dict[str, object]) -> Callable[[Path], None]:
    def write(dump: Path) -> None:
        path = dump.with_name(f"{dump.name}.json")
        path.write_text(json.dumps(json.loads(path.read_text()) | change))

    return write


def newer(dump: Path) -> None:
    path = dump.with_name(f"{dump.name}.json")
    values = json.loads(path.read_text())
    values["inventory"]["revision"] = "9999"
    path.write_text(json.dumps(values))


def other_rows(dump: Path) -> None:
    path = dump.with_name(f"{dump.name}.json")
    values = json.loads(path.read_text())
    values["inventory"]["tables"]["public.users"]["rows"] = 41
    path.write_text(json.dumps(values))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (flip, "is damaged"),
        (Path.unlink, "is gone"),
        (newer, "version 9999 of the tables, which this program does not know"),
        (note({"server_major": 99}), "install postgresql-client-99"),
        (other_rows, "public.users: 41 rows → 40"),
    ],
    ids=["damaged", "gone", "newer program", "newer server", "restores to something else"],
)
def test_a_backup_that_will_not_do_changes_nothing(
    saved: Settings,
    folder: Path,
    databases: Callable[[], list[str]],
    damage: Callable[[Path], None],
    told: str,
) -> None:
    damage(next(folder.rglob("*.dump")))
    with pytest.raises(Exception, match=told):
        latest(saved)

    assert (people(saved), databases()) == (47, [])
    with maintenance(database_url(saved, Role.OWNER)):
        """Nobody holds it."""


def test_the_checksum_is_compared_before_anything_is_touched(
    saved: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flip(next(folder.rglob("*.dump")))
    monkeypatch.setattr(restoring, "maintenance", lambda _: pytest.fail("the site was closed"))
    with pytest.raises(RefusedError, match="is damaged"):
        latest(saved)


def test_an_older_backup_is_brought_to_the_newest_tables(saved: Settings) -> None:
    migrate_down(saved, "0008")
    dump_to_bucket(saved)
    done = latest(saved)

    assert done.revisions == ("0008", newest_revision())
    assert asked(saved, "SELECT version_num FROM alembic_version") == newest_revision()
    assert people(saved) == 47
    drop_beside(saved, done.kept_as)


def test_into_a_database_that_is_not_there(saved: Settings) -> None:
    """The machine is a new one: no database, and whoever restores makes it."""
    url = database_url(saved, Role.OWNER)
    other = url.set(database=f"{url.database}_new")
    done = latest(saved, into=libpq_url(other))

    assert (done.kept_as, people(of(saved, other.database)), people(saved)) == (None, 40, 47)
    with connect(of(saved, other.database), Role.WEB) as web, web.cursor() as cursor:
        cursor.execute("SELECT FROM installations")
    drop_beside(saved, other.database)


# --- what stops a restore


POINTS = ["after create", "after _fill", "migrate", "after end_connections"]


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_restore_leaves_the_old_state_and_the_next_one_succeeds(
    saved: Settings, databases: Callable[[], list[str]], point: str
) -> None:
    assert killed_at(saved, point) == -signal.SIGKILL
    assert people(saved) == 47
    assert asked(saved, "SELECT count(*) FROM pg_database WHERE datname = current_database()") == 1

    if point == "after _fill":
        assert len(databases()) == 1
        done = latest(saved)
        assert (people(saved), len(databases())) == (40, 1)
        drop_beside(saved, done.kept_as)


def test_killed_after_the_exchange_the_new_state_is_there(
    saved: Settings, databases: Callable[[], list[str]]
) -> None:
    assert killed_at(saved, "after put_in_place") == -signal.SIGKILL
    assert people(saved) == 40
    (kept,) = databases()
    assert "_replaced_" in kept


def killed_at(settings: Settings, point: str) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.backups.killed_restore", point],
        cwd=ROOT,
        env={**os.environ, **settings_variables(settings), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return (
        done.returncode if done.returncode < 0 else pytest.fail(f"it was not killed: {done.stderr[-2000:]}")
    )


def test_connections_that_come_back_at_once_do_not_win(
    saved: Settings, databases: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server says so after five seconds; where they always do, the old state stays in service."""

    def in_use(*_: object) -> None:
        raise ObjectInUse

    monkeypatch.setattr(Server, "_rename_both", in_use)
    with pytest.raises(TransientError, match="stop what makes them"):
        latest(saved)
    assert (people(saved), databases()) == (47, [])


def test_a_writer_in_a_transaction_is_ended_and_its_writes_are_of_the_old_state(saved: Settings) -> None:
    writer = psycopg2.connect(libpq_url(database_url(saved, Role.WEB)), connect_timeout=10)
    writer.cursor().execute("INSERT INTO users (identity_hash) VALUES (sha256('late'))")
    done = latest(saved)
    with pytest.raises(psycopg2.Error):
        writer.commit()
    assert people(saved) == 40
    writer.close()
    drop_beside(saved, done.kept_as)


# --- the command


@pytest.fixture
def command(saved: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """A function that runs `python -m etl` on the database of the test."""
    for name, value in settings_variables(saved).items():
        monkeypatch.setenv(name, value)
    load_settings.cache_clear()

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(commands, arguments)

    yield run
    load_settings.cache_clear()


def test_one_command_restores_the_newest(
    command: Callable[..., Result], saved: Settings, databases: Callable[[], list[str]]
) -> None:
    done = command("restore", "--latest")

    assert done.exit_code == 0, done.output
    assert "In service: postgres/" in done.output
    assert people(saved) == 40
    (kept,) = databases()
    assert f'{kept}"` frees its space' in done.output
    drop_beside(saved, f"{database_url(saved, Role.OWNER).database}{kept}")


@pytest.mark.parametrize("given", [[], ["--latest", "--key", "x"], ["--file", "a", "--key", "b"]])
def test_one_backup_must_be_named(command: Callable[..., Result], given: list[str]) -> None:
    refused = command("restore", *given)

    assert (refused.exit_code, "Say which backup" in refused.output) == (2, True)


def test_a_file_and_a_key_are_found(
    command: Callable[..., Result], saved: Settings, folder: Path, tmp_path: Path
) -> None:
    made = command("backup", "--output", str(tmp_path / "mine.dump"))
    assert made.exit_code == 0, made.output
    assert "restored and found equal" in made.output
    key = next(folder.rglob("*.dump")).relative_to(folder).as_posix()
    for given, count in ((["--file", str(tmp_path / "mine.dump")], 47), (["--key", key], 40)):
        done = command("restore", *given)
        assert done.exit_code == 0, done.output
        assert people(saved) == count
    missing = command("restore", "--file", str(tmp_path / "none.dump"))
    assert isinstance(missing.exception, RefusedError)
    assert read_backup(UPath(tmp_path), "mine.dump").verified_at is not None


def of(settings: Settings, database: str | None) -> Settings:
    """Settings of another database of the same server."""
    url = libpq_url(database_url(settings, Role.OWNER).set(database=database))
    return Settings(_env_file=None, run_dir=settings.run_dir, database_url=url, postgres_port=0)


def asked(settings: Settings, statement: str) -> Any:
    with connect(settings, Role.OWNER) as owner, owner.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone() if cursor.description else (None,)
        return row[0] if row else None
