"""`sync_ams`, run for real by `dag.test()`: what needs no answer of a person."""

import shutil
from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812

from etl.settings import ROOT, Settings
from tests.ams import WAREHOUSES, Document, demo_archive
from tests.dags.conftest import RunDag
from tests.stand_ins.slack import SlackStandIn

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.xdist_group("airflow")]

NOT_NEEDED = {"needs_new_run": "success", "ask_anew": "skipped"}


@pytest.fixture
def archive(work: Settings) -> Path:
    """Where the archive lies in the bucket `am`."""
    return Path(work.bucket_url("am")) / "ams/latest.zip"


def scalar(connection: Connection, query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = cursor.fetchall()[0][0]
    connection.rollback()
    return found


def test_orders_and_nomenclature_follow_the_files(
    work: Settings, archive: Path, connection: Connection, run_dag: RunDag, slack: SlackStandIn
) -> None:
    demo_archive(archive)
    nomenclature = ROOT / "demo/idf/classement_references.csv"
    misc = Path(work.bucket_url("misc"))
    misc.mkdir(parents=True)
    first = run_dag("sync_ams")
    assert first.tasks == {"compare": "success", "approve": "success", "apply": "success"} | NOT_NEEDED
    assert first.results["apply"]["outcome"] == "done"
    assert scalar(connection, "SELECT count(*) FROM ams") == 8
    assert scalar(connection, "SELECT count(*) FROM classement_references") == 0

    shutil.copy(nomenclature, misc)
    assert run_dag("sync_ams").results["apply"]["outcome"] == "done"
    lines = len(nomenclature.read_text(encoding="utf-8").splitlines()) - 1
    assert scalar(connection, "SELECT count(*) FROM classement_references") == lines
    assert run_dag("sync_ams").results["apply"]["outcome"] == "unchanged"
    assert slack.texts == []


def break_order(documents: dict[str, Document]) -> None:
    documents[WAREHOUSES]["date_of_signature"] = "hier"


def test_one_invalid_order_refuses_the_archive(
    archive: Path, connection: Connection, run_dag: RunDag, slack: SlackStandIn
) -> None:
    demo_archive(archive)
    run_dag("sync_ams")
    demo_archive(archive, break_order)
    refused = run_dag("sync_ams")
    assert (refused.state, refused.tries["compare"]) == ("failed", 1)
    assert scalar(connection, "SELECT count(*) FROM ams WHERE withdrawn_at IS NULL") == 8
    assert scalar(connection, "SELECT outcome FROM dataset_runs ORDER BY id DESC LIMIT 1") == "refused"
    message = scalar(connection, "SELECT message FROM dataset_runs ORDER BY id DESC LIMIT 1")
    assert f"{WAREHOUSES}.json" in str(message)
    assert [text.partition(" — ")[0] for text in slack.texts] == ["sync_ams : échec"]


def test_without_an_archive_the_message_names_it(
    archive: Path, connection: Connection, run_dag: RunDag
) -> None:
    archive.parent.mkdir(parents=True)
    assert run_dag("sync_ams").state == "failed"
    message = scalar(connection, "SELECT message FROM dataset_runs ORDER BY id DESC LIMIT 1")
    assert "There is no archive" in str(message)
