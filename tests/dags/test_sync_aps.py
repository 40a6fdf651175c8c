"""`sync_aps`, run for real by `dag.test()`: what needs no answer of a person, and when it starts."""

from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import AssetAll, AssetOrTimeSchedule, CronTriggerTimetable
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from dags.assets import APS_FILES
from etl.aps.statuses import pdf_key, status_key
from etl.settings import Settings
from tests.aps import made_aps, write_aps, write_list
from tests.dags.conftest import RunDag
from tests.stand_ins.slack import SlackStandIn

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.xdist_group("airflow")]

NOT_NEEDED = {"needs_new_run": "success", "ask_anew": "skipped"}
MANY = made_aps(40)
GONE = MANY[0]


@pytest.fixture
def buckets(work: Settings) -> Path:
    """The folder of both buckets, with forty orders."""
    misc, bucket = (Path(work.bucket_url(name)) for name in ("misc", "ap"))
    assert (misc.parent, misc.name, bucket.name) == (bucket.parent, "misc", "ap")
    return write_aps(misc.parent, MANY)


def scalar(connection: Connection, query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = cursor.fetchall()[0][0]
    connection.rollback()
    return found


def test_it_starts_in_the_evening_and_after_each_update(dagbag: DagBag) -> None:
    schedule = dagbag.dags["sync_aps"].schedule
    assert isinstance(schedule, AssetOrTimeSchedule)
    assert isinstance(schedule.timetable, CronTriggerTimetable)
    assert (schedule.timetable.expression, str(schedule.timetable.timezone)) == ("0 21 * * *", "UTC")
    assert isinstance(schedule.asset_condition, AssetAll)
    assert list(schedule.asset_condition.objects) == [APS_FILES]


def test_rows_follow_the_files_and_long_withdrawn_ones_go(
    buckets: Path, connection: Connection, owner: Connection, run_dag: RunDag, slack: SlackStandIn
) -> None:
    first = run_dag("sync_aps")
    tasks = {"compare": "success", "approve": "success", "apply": "success", "delete_files": "success"}
    assert first.tasks == tasks | NOT_NEEDED
    assert (first.results["apply"]["outcome"], first.results["delete_files"]) == ("done", 0)
    assert scalar(connection, "SELECT count(*) FROM ap_pages") == 80
    assert run_dag("sync_aps").results["apply"]["outcome"] == "unchanged"

    write_list(buckets / "misc", MANY[1:])
    assert run_dag("sync_aps").results["apply"]["withdrawn"] == 1
    owner.cursor().execute("UPDATE aps SET withdrawn_at = withdrawn_at - interval '31 days'")
    owner.commit()
    last = run_dag("sync_aps")
    assert (last.results["apply"]["deleted"], last.results["delete_files"]) == (1, 1)
    keys = (status_key(GONE.georisques_id), pdf_key(GONE.georisques_id))
    assert not any((buckets / "ap" / key).exists() for key in keys)
    assert slack.texts == []


def test_without_a_list_the_message_names_it(
    work: Settings, connection: Connection, run_dag: RunDag, slack: SlackStandIn
) -> None:
    Path(work.bucket_url("misc")).mkdir(parents=True)
    failed = run_dag("sync_aps")
    assert (failed.state, failed.tries["compare"]) == ("failed", 1)
    assert "There is no aps_all.csv" in str(scalar(connection, "SELECT message FROM dataset_runs"))
    assert scalar(connection, "SELECT outcome FROM dataset_runs") == "refused"
    assert [text.partition(" — ")[0] for text in slack.texts] == ["sync_aps : échec"]
