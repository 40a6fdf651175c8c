"""`export_ams`, run for real by `dag.test()`."""

from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812

from etl.am_import import import_ams
from etl.settings import Settings
from tests.ams import demo_archive
from tests.dags.conftest import RunDag
from tests.stand_ins.slack import SlackStandIn

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.xdist_group("airflow")]


@pytest.fixture
def am(work: Settings) -> Path:
    """The bucket `am`."""
    folder = Path(work.bucket_url("am"))
    folder.mkdir(parents=True)
    return folder


def runs(connection: Connection) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT step, outcome, message FROM dataset_runs ORDER BY id")
        found = list(cursor.fetchall())
    connection.rollback()
    return found


def test_it_publishes_and_the_sync_reads_it(
    am: Path, tmp_path: Path, connection: Connection, run_dag: RunDag, slack: SlackStandIn
) -> None:
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session

    import_ams(connection, demo_archive(tmp_path / "orders.zip"))
    first = run_dag("export_ams")
    assert (first.state, first.tasks) == ("success", {"export": "success"})
    assert (first.results["export"]["outcome"], first.results["export"]["rows_out"]) == ("done", 8)
    with create_session() as session:
        event = session.query(AssetEvent).order_by(AssetEvent.id.desc()).first()
        assert event is not None
        assert event.source_dag_id == "export_ams"
        assert len(event.extra["sha256"]) == 1
    assert run_dag("sync_ams").results["apply"]["created"] == 8
    assert run_dag("export_ams").results["export"]["outcome"] == "unchanged"
    assert len(list((am / "ams").iterdir())) == 2
    assert slack.texts == []


def test_nothing_to_publish_is_refused_at_once(
    am: Path, connection: Connection, run_dag: RunDag, slack: SlackStandIn
) -> None:
    refused = run_dag("export_ams")
    assert (refused.state, refused.tries) == ("failed", {"export": 1})
    ((step, outcome, message),) = runs(connection)
    assert (step, outcome) == ("export_ams", "refused")
    assert "No order is in force" in message
    assert [text.partition(" — ")[0] for text in slack.texts] == ["export_ams : échec"]
