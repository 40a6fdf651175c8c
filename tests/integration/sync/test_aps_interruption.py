"""A sync of prefectoral orders that is killed: readers see the old state, the next run finishes the work."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.aps.statuses import pdf_key, status_key
from etl.database import Role, connect
from etl.settings import ROOT, Settings
from etl.sync import apply_aps, delete_withdrawn_files
from tests.aps import Ap, made_aps, write_aps, write_list

pytestmark = pytest.mark.postgres

COUNT = 200
# Each version changes every order and every page, gives a page to half of the orders and takes one from the
# others; one order comes, one goes.
STATES = {"A": ("A", COUNT, 7 * COUNT // 2), "B": ("B", COUNT, 7 * COUNT // 2)}
STATE = """
SELECT min(split_part(description, ' ', 2)), count(DISTINCT id), count(*)
FROM aps JOIN ap_pages ON ap_id = id
WHERE withdrawn_at IS NULL
HAVING
    min(split_part(description, ' ', 2)) = max(split_part(description, ' ', 2))
    AND bool_and(text LIKE '%version ' || split_part(description, ' ', 2) || '.')
"""
STATEMENTS = (
    "sync/wait_for_turn", "sync/aps/known", "sync/aps/stage", "sync/aps/copy_pages", "sync/aps/copy_orders",
    "sync/aps/analyze_staged", "sync/aps/compare", "sync/aps/merge_orders", "sync/aps/delete_gone_pages",
    "sync/aps/update_pages", "sync/aps/insert_pages", "sync/aps/withdraw", "sync/aps/mark_prescriptions",
    "sync/aps/forget", "runs/record_run", "commit",
)  # fmt: skip
POINTS = [(statement, 0.0) for statement in STATEMENTS]
POINTS += [("sync/aps/copy_pages", 0.05), ("sync/aps/update_pages", 0.01)]


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("versions")
    return {version: write_aps(folder / version, orders_of(version)) for version in STATES}


def orders_of(version: str) -> list[Ap]:
    """Version B begins and ends an order later: the orders that are short in one are long in the other."""
    orders = made_aps(COUNT + 1, 4, version)
    chosen = orders[:-1] if version == "A" else orders[1:]
    return [replace(ap, pages=ap.pages[: 3 + place % 2]) for place, ap in enumerate(chosen)]


@pytest.fixture(scope="module")
def loaded(module_settings: Settings, versions: dict[str, Path]) -> Settings:
    with connect(module_settings, Role.ETL) as connection:
        sync(connection, versions["A"])
    return module_settings


def sync(connection: Connection, folder: Path) -> str:
    return apply_aps(connection, folder / "misc", folder / "ap").outcome


def state(connection: Connection) -> tuple[Any, ...]:
    """What a reader sees in one look: the version of all rows and their counts; empty when versions mix."""
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        row = cursor.fetchone()
    connection.rollback()
    return tuple(row) if row else ()


def kill_at(settings: Settings, folder: Path, point: str, delay: float = 0.0) -> None:
    assert settings.database_url is not None
    killed = subprocess.run(
        [sys.executable, "-m", "tests.integration.sync.interrupted_sync", "aps", folder, point, str(delay)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": settings.database_url.get_secret_value()},
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
        seen = state(reader)
        # Killed a moment later, a quick machine may have committed: readers then see the new state, whole.
        is_through = delay > 0 and seen == STATES[new]
        assert is_through or seen == old
        with connect(loaded, Role.ETL) as connection:
            assert sync(connection, versions[new]) == ("unchanged" if is_through else "done")
            assert state(reader) == STATES[new]
            assert sync(connection, versions[new]) == "unchanged"


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
        for version in "ABAB":
            sync(connection, versions[version])
    done.set()
    thread.join(timeout=30)
    assert set(seen) == set(STATES.values())
    assert len(seen) > 5


ORDERS = made_aps(30)
GONE = ORDERS[0]
FILES = (status_key(GONE.georisques_id), pdf_key(GONE.georisques_id))  # in the order in which they go
REMOVALS = ("sync/aps/next_files_to_delete", *(f"remove {key}" for key in FILES), "sync/aps/files_deleted")


@pytest.mark.parametrize("point", REMOVALS)
def test_killed_while_files_are_deleted(
    settings: Settings, owner: Connection, connection: Connection, tmp_path: Path, point: str
) -> None:
    """The text is gone from the database at once, and the files with the next run."""
    folder = write_aps(tmp_path, ORDERS)
    sync(connection, folder)
    write_list(folder / "misc", ORDERS[1:])
    sync(connection, folder)
    owner.cursor().execute("UPDATE aps SET withdrawn_at = withdrawn_at - interval '31 days'")
    owner.commit()
    kill_at(settings, folder, point)
    assert state(connection)[1:] == (29, 58)
    assert left(folder) != [FILES[0]]  # a status never stands without the file it vouches for

    assert sync(connection, folder) == "unchanged"
    assert delete_withdrawn_files(connection, folder / "ap") == 1
    assert left(folder) == []
    assert delete_withdrawn_files(connection, folder / "ap") == 0


def left(folder: Path) -> list[str]:
    return [key for key in FILES if (folder / "ap" / key).exists()]
