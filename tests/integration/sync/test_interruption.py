"""Readers see the old state or the new one; so they do when the sync is killed, and the next run succeeds."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.database import Role, connect
from etl.settings import ROOT, Settings
from etl.sync import apply_icpe
from etl.sync.icpe import SYNC_LOCK
from tests.icpe_files import classement, installation, write_files

pytestmark = pytest.mark.postgres

# Each version changes every installation and every line; some come, some go.
SITES = {"A": range(1, 2001), "B": range(51, 2051)}
MORE_LINES = {"A": 0, "B": 1}  # one more for the sites whose number leaves this remainder by 50
STATES = {version: (version, version, 2000, 10_040) for version in SITES}

STATE = """
SELECT min(left(name, 1)), max(volume), count(DISTINCT i.id), count(*)
FROM installations AS i JOIN classements AS c ON c.installation_id = i.id
WHERE withdrawn_at IS NULL
HAVING min(left(name, 1)) = max(left(name, 1)) AND min(volume) = max(volume)
"""

STATEMENTS = (
    "sync/wait_for_turn", "sync/stage_installations", "sync/copy_installations", "sync/copy_classements",
    "sync/compare_installations", "sync/compare_classements", "sync/withdraw_installations",
    "sync/update_installations", "sync/delete_classements", "sync/update_classements",
    "sync/insert_classements", "sync/lock_forgotten", "runs/record_run", "commit",
)  # fmt: skip
POINTS = [(statement, 0.0) for statement in STATEMENTS]
POINTS += [
    ("sync/copy_classements", 0.01),
    ("sync/compare_classements", 0.02),
    ("sync/update_classements", 0.05),
]


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders of both versions; the volume of each line is the number of the letter."""
    folder = tmp_path_factory.mktemp("versions")
    return {version: write_version(folder / version, version) for version in SITES}


def write_version(folder: Path, version: str) -> Path:
    sites = [installation(n, name=f"{version} {n}") for n in SITES[version]]
    volume = str(ord(version))
    more = MORE_LINES[version]
    lines = [classement(n, volume=volume) for n in SITES[version] for _ in range(5 + (n % 50 == more))]
    return write_files(folder, sites, lines)


def state(connection: Connection) -> tuple[Any, ...]:
    """What a reader sees in one look: the version of all rows and their counts; empty when versions mix."""
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        row = cursor.fetchone()
    connection.rollback()
    return (row[0], chr(int(row[1])), *row[2:]) if row else ()


@pytest.fixture(scope="module")
def loaded(module_settings: Settings, versions: dict[str, Path]) -> Settings:
    with connect(module_settings, Role.ETL) as connection:
        apply_icpe(connection, versions["A"])
    return module_settings


def environment(settings: Settings) -> dict[str, str]:
    assert settings.database_url is not None
    return {**os.environ, "DATABASE_URL": settings.database_url.get_secret_value()}


def kill_at(settings: Settings, folder: Path, point: str, delay: float) -> None:
    killed = subprocess.run(
        [sys.executable, "-m", "tests.integration.sync.interrupted_sync", "icpe", folder, point, str(delay)],
        cwd=ROOT,
        env=environment(settings),
        timeout=60,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL


@pytest.mark.parametrize(("point", "delay"), POINTS)
def test_killed_at_any_point(loaded: Settings, versions: dict[str, Path], point: str, delay: float) -> None:
    with connect(loaded, Role.WEB) as reader:
        old = state(reader)
        new = "A" if old == STATES["B"] else "B"
        kill_at(loaded, versions[new], point, delay)
        assert state(reader) == old

        with connect(loaded, Role.ETL) as connection:
            assert apply_icpe(connection, versions[new]).outcome == "done"
            assert state(reader) == STATES[new]
            assert apply_icpe(connection, versions[new]).outcome == "unchanged"


@pytest.mark.parametrize(
    ("point", "delay"),
    [
        ("sync/insert_installations", 0.0),
        ("sync/match_created", 0.0),
        ("sync/insert_classements", 0.0),
        ("sync/insert_classements", 0.05),
    ],
)
def test_a_first_load_that_is_killed(
    settings: Settings, versions: dict[str, Path], point: str, delay: float
) -> None:
    kill_at(settings, versions["A"], point, delay)
    with connect(settings, Role.WEB) as reader, connect(settings, Role.ETL) as connection:
        assert state(reader) == ()
        assert apply_icpe(connection, versions["A"]).outcome == "done"
        assert state(reader) == STATES["A"]


def test_readers_see_the_old_state_or_the_new_one(loaded: Settings, versions: dict[str, Path]) -> None:
    seen: list[tuple[Any, ...]] = []
    done = threading.Event()

    def read() -> None:
        with connect(loaded, Role.WEB) as reader:
            while not done.is_set():
                seen.append(state(reader))

    thread = threading.Thread(target=read)
    thread.start()
    with connect(loaded, Role.ETL) as connection:
        for version in "ABABA":
            apply_icpe(connection, versions[version])
    done.set()
    thread.join(timeout=30)
    assert set(seen) == set(STATES.values())
    assert len(seen) > 20


def test_two_at_once_wait_for_each_other(
    new_database: Callable[..., Settings], versions: dict[str, Path]
) -> None:
    settings = new_database()
    outcomes: list[str] = []

    def sync() -> None:
        with connect(settings, Role.ETL) as connection:
            outcomes.append(apply_icpe(connection, versions["A"]).outcome)

    threads = [threading.Thread(target=sync) for _ in range(3)]
    with connect(settings, Role.ETL) as holder:
        holder.cursor().execute("SELECT pg_advisory_xact_lock(%s)", (SYNC_LOCK,))
        for thread in threads:
            thread.start()
        wait_until_waiting(settings, len(threads))
        assert outcomes == []
    for thread in threads:
        thread.join(timeout=60)
    assert outcomes == ["done", "unchanged", "unchanged"]


def wait_until_waiting(settings: Settings, count: int) -> None:
    deadline = time.monotonic() + 20
    with connect(settings, Role.OWNER) as watcher, watcher.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone() == (count,):
                return
            time.sleep(0.05)
    pytest.fail(f"{count} syncs were not waiting for the lock within 20 seconds")


def test_a_person_picks_while_a_sync_runs(loaded: Settings, versions: dict[str, Path]) -> None:
    """The site goes on writing rows of people, also on installations that the sync is about to withdraw."""
    with connect(loaded, Role.WEB) as web, web.cursor() as cursor:
        cursor.execute("INSERT INTO users (identity_hash) VALUES (sha256('alice')) RETURNING id")
        (person,) = cursor.fetchone() or (None,)
        cursor.execute(
            "INSERT INTO prescriptions (user_id, installation_id, cid, order_title, content) "
            "SELECT %s, id, 'JORFTEXT000000000001', 'Order', '{}' FROM installations",
            (person,),
        )
        with connect(loaded, Role.ETL) as connection:
            for version in "BA":
                assert apply_icpe(connection, versions[version]).outcome != "failed"
        web.commit()
        cursor.execute("SELECT count(*) FROM prescriptions")
        assert cursor.fetchone() == (2050,)
