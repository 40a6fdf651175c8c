"""The same DAGs on a real S3 endpoint, through the connection `aws_default`."""

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812
from s3fs import S3FileSystem

from dags.buckets import bucket
from etl.settings import ROOT, Settings, load_settings
from tests.dags.conftest import INPUTS, RunDag
from tests.s3.endpoint import Endpoint
from tests.stand_ins.slack import SlackStandIn

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.postgres,
    pytest.mark.s3,
    pytest.mark.xdist_group("airflow"),
]


@pytest.fixture
def store(object_store: Endpoint, work: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new bucket with the raw extractions, which the settings of the tasks name; returns its name."""
    name = object_store.new_bucket()
    for key in INPUTS:
        object_store.client().upload_file(str(ROOT / "demo/s3ic" / key), name, f"private/input/{key}")
    monkeypatch.setenv("MISC_BUCKET", f"s3://{name}")
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", object_store.airflow_connection())
    load_settings.cache_clear()
    monkeypatch.setattr("airflow.sdk.io.store._STORE_CACHE", {})  # a process of its own starts without
    return name


def keys(object_store: Endpoint, name: str) -> set[str]:
    listed = object_store.client().list_objects_v2(Bucket=name).get("Contents", [])
    return {entry["Key"] for entry in listed}


def test_from_the_bucket_to_the_rows(
    store: str, object_store: Endpoint, connection: Connection, run_dag: RunDag, slack: SlackStandIn
) -> None:
    transformed = run_dag("transform_icpe", {"dated_on": "2021-03-01"})
    assert transformed.results["transform"]["outcome"] == "done"
    assert keys(object_store, store) == {
        *(
            f"{table}_{part}.csv"
            for table in ("installations", "classements")
            for part in ("all", "idf", "sample")
        ),
        *(f"private/input/{key}" for key in INPUTS),
        "private/icpe/report.json",
        "private/icpe/rejects.csv",
    }
    assert (
        run_dag("transform_icpe", {"dated_on": "2021-03-01"}).results["transform"]["outcome"] == "unchanged"
    )
    assert run_dag("sync_icpe").results["apply"]["outcome"] == "done"
    lines = (bucket("misc") / "installations_all.csv").read_text(encoding="utf-8").splitlines()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM installations")
        assert cursor.fetchall() == [(len(lines) - 1,)]
    assert slack.texts == []


def test_a_wrong_secret_is_told_and_not_tried_again(
    store: str,
    object_store: Endpoint,
    connection: Connection,
    run_dag: RunDag,
    slack: SlackStandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    S3FileSystem.clear_instance_cache()
    wrong = object_store.airflow_connection().replace(object_store.secret_key, "wrong")
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", wrong)
    failed = run_dag("transform_icpe")
    assert (failed.state, failed.tries) == ("failed", {"transform": 1})
    with connection.cursor() as cursor:
        cursor.execute("SELECT outcome FROM dataset_runs")
        assert cursor.fetchall() == [("failed",)]
    assert len(slack.texts) == 1
    assert "wrong" not in str(slack.received)
