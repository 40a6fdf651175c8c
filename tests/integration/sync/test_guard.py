"""Before much disappears a person says yes, for these very files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.database import Role, connect
from etl.errors import StepError
from etl.settings import Settings
from etl.sync import ApprovalNeeded, Comparison, apply_icpe, compare_icpe, refuse_icpe
from tests.icpe_files import classement, installation, s3ic_id, write_files

pytestmark = pytest.mark.postgres

SITES = range(1, 101)


def scalar(connection: Connection, query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    connection.rollback()
    assert row is not None
    return row[0]


IN_SERVICE = "SELECT count(*) FROM installations WHERE withdrawn_at IS NULL"


def write_sites(folder: Path, numbers: range, lines_each: int = 1, dataset: str = "all") -> Path:
    lines = [classement(n) for n in numbers for _ in range(lines_each)]
    return write_files(folder, map(installation, numbers), lines, dataset)


@pytest.fixture
def loaded(connection: Connection, tmp_path: Path) -> Connection:
    apply_icpe(connection, write_sites(tmp_path / "files", SITES, lines_each=2))
    return connection


@pytest.mark.parametrize(
    ("numbers", "lines_each", "needs_approval"),
    [
        (range(1, 101), 2, False),
        (range(6, 101), 2, False),  # 5 of 100: not more than 5 %
        (range(7, 101), 2, True),
        (range(51, 151), 2, True),  # as many come as go
        (range(1, 101), 1, True),  # half of the lines
        (range(1, 201), 2, False),
    ],
)
def test_when_a_person_is_asked(
    loaded: Connection, tmp_path: Path, numbers: range, lines_each: int, needs_approval: bool
) -> None:
    comparison = compare_icpe(loaded, write_sites(tmp_path / "next", numbers, lines_each))
    assert comparison.needs_approval == needs_approval


def test_the_first_load_asks_nobody(connection: Connection, tmp_path: Path) -> None:
    comparison = compare_icpe(connection, write_sites(tmp_path / "files", SITES))
    assert not comparison.needs_approval
    assert comparison.installations.created == 100


def test_what_is_asked_names_what_would_disappear(loaded: Connection, tmp_path: Path) -> None:
    comparison = compare_icpe(loaded, write_sites(tmp_path / "less", range(41, 101), lines_each=2))
    assert comparison.share_disappearing == pytest.approx(0.4)
    assert (comparison.installations.before, comparison.installations.withdrawn) == (100, 40)
    assert (comparison.classements.before, comparison.classements.withdrawn) == (200, 80)
    assert comparison.disappearing[0] == {"s3ic_id": s3ic_id(1), "name": "SITE 1"}
    assert len(comparison.disappearing) == 20
    assert "40 of 100 installations (40.0%)" in comparison.sentence()
    assert Comparison.from_values(json.loads(json.dumps(comparison.to_values()))) == comparison


def test_comparing_holds_nothing_and_writes_nothing(
    loaded: Connection, owner: Connection, tmp_path: Path
) -> None:
    compare_icpe(loaded, write_sites(tmp_path / "less", range(41, 101)))
    held = f"SELECT count(*) FROM pg_locks WHERE pid = {loaded.info.backend_pid}"  # noqa: S608
    assert scalar(owner, held) == 0
    state = f"SELECT state FROM pg_stat_activity WHERE pid = {loaded.info.backend_pid}"  # noqa: S608
    assert scalar(owner, state) == "idle"
    assert scalar(owner, "SELECT count(*) FROM dataset_runs") == 1
    assert scalar(owner, IN_SERVICE) == 100


def test_an_approval_holds_for_the_files_it_was_given_for(loaded: Connection, tmp_path: Path) -> None:
    folder = write_sites(tmp_path / "less", range(41, 101), lines_each=2)
    with pytest.raises(ApprovalNeeded) as first:
        apply_icpe(loaded, folder)
    shown = first.value.comparison.to_values()["files"]

    write_sites(folder, range(51, 101), lines_each=2)
    with pytest.raises(ApprovalNeeded) as second:
        apply_icpe(loaded, folder, approved=shown)
    assert second.value.comparison.to_values()["installations"]["withdrawn"] == 50
    assert scalar(loaded, IN_SERVICE) == 100

    report = apply_icpe(loaded, folder, approved=second.value.comparison.to_values()["files"])
    assert (report.outcome, report.withdrawn) == ("done", 50)
    assert scalar(loaded, IN_SERVICE) == 50


def test_no_approval_for_nothing(loaded: Connection, tmp_path: Path) -> None:
    with pytest.raises(ApprovalNeeded):
        apply_icpe(loaded, write_sites(tmp_path / "less", range(41, 101)), approved={})


def test_a_refusal_is_recorded_and_the_old_state_stays(loaded: Connection, tmp_path: Path) -> None:
    comparison = compare_icpe(loaded, write_sites(tmp_path / "less", range(41, 101)))
    report = refuse_icpe(loaded, comparison, "Nobody answered within 72 hours.")
    assert (report.outcome, report.message) == ("refused", "Nobody answered within 72 hours.")
    recorded = "SELECT details ->> 'share_disappearing' FROM dataset_runs WHERE outcome = 'refused'"
    assert scalar(loaded, recorded) == "0.4"
    assert scalar(loaded, IN_SERVICE) == 100


def test_another_dataset_withdraws_the_others_after_approval(loaded: Connection, tmp_path: Path) -> None:
    folder = write_sites(tmp_path / "files", range(1, 31), dataset="idf")
    with pytest.raises(ApprovalNeeded) as asked:
        apply_icpe(loaded, folder, "idf")
    files = asked.value.comparison.to_values()["files"]
    assert set(files) == {"installations_idf.csv", "classements_idf.csv"}
    assert apply_icpe(loaded, folder, "idf", approved=files).withdrawn == 70


def test_a_database_without_tables_says_so(new_database: Callable[..., Settings], tmp_path: Path) -> None:
    folder = write_sites(tmp_path / "files", SITES)
    with (
        connect(new_database(empty=True), Role.OWNER) as connection,
        pytest.raises(StepError, match="no tables yet"),
    ):
        apply_icpe(connection, folder)
