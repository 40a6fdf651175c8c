"""The clock of the database's machine jumps: nobody's things are deleted for it, and the pages stand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from etl.cluster import start_cluster, stop_cluster
from etl.settings import Settings
from tests.faults.steps import ended, step
from tests.site_visits import page_of, run, visitor_of

pytestmark = pytest.mark.postgres

PEOPLE = "SELECT count(*) FROM users"
NEW_PERSON = "INSERT INTO users (identity_hash) VALUES (sha256('somebody'::bytea))"
TODAY = "SELECT to_char(now(), 'YYYY-MM-DD')"


@pytest.fixture
def visitor(house: Settings) -> Iterator[FlaskClient]:
    yield from visitor_of(house)


@pytest.fixture
def clock(house: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A function that starts the database anew with its clock so far off, such as `+200d`."""

    def jump(offset: str) -> None:
        stop_cluster(house)
        with monkeypatch.context() as patch:
            patch.setenv("LD_PRELOAD", str(library()))
            patch.setenv("FAKETIME", offset)
            patch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            start_cluster(house)

    yield jump
    stop_cluster(house)
    start_cluster(house)


def library() -> Path:
    """Where Debian's package libfaketime puts its library."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


def test_a_jump_ahead_deletes_nobody(
    house: Settings, visitor: FlaskClient, clock: Callable[[str], None]
) -> None:
    run(house, NEW_PERSON)
    assert ended(step(house, "purge-users"))[0] == 0
    people, today = run(house, PEOPLE), run(house, TODAY)

    clock("+200d")
    assert run(house, TODAY) > today
    page_of(visitor, "/installations")
    code, said = ended(step(house, "purge-users"))
    assert code == 1
    assert "clock is wrong" in said
    assert run(house, PEOPLE) == people

    clock("+0d")
    assert ended(step(house, "purge-users"))[0] == 0
    assert run(house, PEOPLE) == people > 0


def test_a_jump_back_stops_nothing(
    house: Settings, visitor: FlaskClient, clock: Callable[[str], None]
) -> None:
    clock("-3d")
    page_of(visitor, "/installations")
    page_of(visitor, "/donnees")
    code, said = ended(step(house, "sync-icpe", "--input", Path(house.bucket_url("misc"))))
    assert code == 0, said
    assert visitor.get("/sante").status_code == 200
