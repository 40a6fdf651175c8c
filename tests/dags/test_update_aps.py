"""`update_aps`, run for real by `dag.test()`: a source, batches that fail or not, and what is published."""

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from airflow.models.asset import AssetEvent, AssetModel
from airflow.utils.session import create_session
from psycopg2.extensions import connection as Connection  # noqa: N812
from sqlalchemy import select

from etl.aps import batches, index, shelf
from etl.georisques import Remote
from etl.settings import Settings, load_settings
from tests.aps_run import publish_list, published_states, serve, transform_demo
from tests.dags.conftest import Ran, RunDag
from tests.s3.endpoint import Endpoint
from tests.stand_ins.georisques import GeorisquesStandIn, georisques_id
from tests.stand_ins.slack import SlackStandIn

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.xdist_group("airflow")]

ORDERS = 12


@cache
def demo_sites(folder: Path) -> Path:
    """Transform the demo's extraction once; return the folder of its files."""
    transform_demo(folder)
    return folder


@pytest.fixture
def site_files(work: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bucket `misc` with the published installations of the demo."""
    misc = Path(work.bucket_url("misc"))
    misc.mkdir(parents=True)
    folder = demo_sites(tmp_path_factory.getbasetemp() / "demo-sites")
    folder.mkdir(exist_ok=True)
    shutil.copy(folder / "installations_all.csv", misc)
    Path(work.bucket_url("ap")).mkdir()
    return misc


@pytest.fixture
def source(
    georisques: GeorisquesStandIn, site_files: Path, monkeypatch: pytest.MonkeyPatch
) -> GeorisquesStandIn:
    """The source with twelve born-digital orders of the demo's sites; the settings lead the tasks to it."""
    for name, value in georisques.variables().items():
        monkeypatch.setenv(name, value)
    load_settings.cache_clear()
    monkeypatch.setattr(Remote, "from_settings", classmethod(lambda _cls, _settings: georisques.remote()))
    publish_list(georisques, site_files, range(1, ORDERS + 1))
    serve(georisques, range(1, ORDERS + 1))
    return georisques


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of five orders, so that twelve make three."""
    monkeypatch.setattr(batches, "MOST_DOCUMENTS", 5)


@pytest.fixture
def ap(work: Settings) -> Path:
    return Path(work.bucket_url("ap"))


def events(run: Ran) -> list[dict[str, Any]]:
    """Return what the events of the asset say that a run emitted."""
    with create_session() as session:
        query = (
            select(AssetEvent.extra)
            .join(AssetModel, AssetModel.id == AssetEvent.asset_id)
            .where(AssetEvent.source_run_id == run.run_id, AssetModel.name == "aps_files")
        )
        return list(session.scalars(query))


def reports(connection: Connection) -> list[tuple[str, str]]:
    """Return dataset and outcome of every report, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT dataset, outcome FROM dataset_runs ORDER BY id")
        found = cursor.fetchall()
    connection.rollback()
    return found


def test_new_orders_are_read_in_batches_and_published(
    source: GeorisquesStandIn,
    small_batches: None,
    work: Settings,
    ap: Path,
    connection: Connection,
    run_dag: RunDag,
    slack: SlackStandIn,
) -> None:
    misc = Path(work.bucket_url("misc"))
    first = run_dag("update_aps")
    assert first.state == "success"
    assert first.tasks == dict.fromkeys(
        ("fetch", "discover", "read[0]", "read[1]", "read[2]", "publish", "check"), "success"
    )
    assert [first.results[f"read[{place}]"]["read"] for place in range(3)] == [5, 5, 2]
    assert published_states(misc) == {georisques_id(number): "SUCCESS" for number in range(1, ORDERS + 1)}
    details = first.results["publish"]["details"]
    assert (details["read"], details["failed"], details["new"], details["pages"]) == (
        ORDERS,
        0,
        ORDERS,
        ORDERS,
    )
    assert [event["rows_out"] for event in events(first)] == [ORDERS]
    assert reports(connection) == [("documents", "done"), ("aps", "done")]
    assert slack.texts == ["update_aps : 12 arrêtés lus, 0 en échec"]
    assert len(index.load_index(ap)) == ORDERS

    source.seen.clear()
    second = run_dag("update_aps")
    assert second.state == "success"
    assert [seen.path for seen in source.seen] == [source.path_of("dump")]
    assert second.results["publish"]["outcome"] == "unchanged"
    assert not [name for name in second.tasks if name.startswith("read[")]
    assert len(events(second)) == 1


def test_one_bad_order_is_a_status(
    source: GeorisquesStandIn, ap: Path, run_dag: RunDag, slack: SlackStandIn, work: Settings
) -> None:
    source.documents[georisques_id(3)] = b"<html>nothing here</html>"
    ran = run_dag("update_aps")
    assert ran.state == "success"
    assert published_states(Path(work.bucket_url("misc")))[georisques_id(3)] == "ERROR"
    assert shelf.status_of(ap, georisques_id(3)).failure == "not_pdf"
    assert slack.texts == ["update_aps : 11 arrêtés lus, 1 en échec"]
    assert "pas un PDF : 1" in str(slack.received)


def test_too_many_failures_fail_the_run_after_all_is_published(
    source: GeorisquesStandIn,
    small_batches: None,
    connection: Connection,
    run_dag: RunDag,
    slack: SlackStandIn,
    work: Settings,
) -> None:
    for number in (2, 7):
        source.trouble(georisques_id(number), "404")
    ran = run_dag("update_aps")
    assert (ran.state, ran.tasks["publish"], ran.tasks["check"], ran.tries["check"]) == (
        "failed",
        "success",
        "failed",
        1,
    )
    assert list(published_states(Path(work.bucket_url("misc"))).values()).count("SUCCESS") == ORDERS - 2
    assert [event["outcome"] for event in events(ran)] == ["failed"]
    assert reports(connection) == [("documents", "done"), ("aps", "failed")]
    summary, alert = slack.texts
    assert summary == "update_aps : 10 arrêtés lus, 2 en échec"
    assert alert.startswith("update_aps : échec — 2 of 12 orders failed (gone 2), more than 10%")

    source.mend()
    again = run_dag("update_aps")
    assert again.state == "success"
    assert again.results["publish"]["details"]["read"] == 0
    redone = run_dag("update_aps", {"redo": True})
    assert redone.results["publish"]["details"]["read"] == 2


def test_a_lost_batch_fails_the_run_after_the_others_are_published(
    source: GeorisquesStandIn,
    small_batches: None,
    run_dag: RunDag,
    work: Settings,
) -> None:
    source.trouble("dump", "cut", times=1)  # and the fetch mends itself
    order = run_dag("update_aps", {"limit": 1}).results["discover"][0]["ids"]
    waiting = [known for known in map(georisques_id, range(1, ORDERS + 1)) if known not in order]
    for known in waiting:
        source.trouble(known, "503")
    ran = run_dag("update_aps")
    assert ran.state == "failed"
    lost = [name for name, state in ran.tasks.items() if state == "failed"]
    assert "check" in lost
    assert any(name.startswith("read[") for name in lost)
    assert ran.tasks["publish"] == "success"
    assert len(events(ran)) == 1
    assert ran.results["publish"]["details"]["unfinished"] > 0

    source.mend()
    mended = run_dag("update_aps")
    assert mended.state == "success"
    assert set(published_states(Path(work.bucket_url("misc"))).values()) <= {"SUCCESS", "ERROR"}


@pytest.mark.parametrize("trouble", ["503", "404", "html"])
def test_a_source_that_is_down_leaves_yesterday_in_service(
    source: GeorisquesStandIn,
    run_dag: RunDag,
    slack: SlackStandIn,
    connection: Connection,
    work: Settings,
    trouble: str,
) -> None:
    misc = Path(work.bucket_url("misc"))
    assert run_dag("update_aps").state == "success"
    before = {path.name: path.read_bytes() for path in misc.glob("*.csv")}
    source.trouble("dump", trouble)
    slack.received.clear()
    ran = run_dag("update_aps")
    assert ran.state == "failed"
    assert ran.tasks["fetch"] == "failed"
    assert ran.tasks["check"] == "upstream_failed"
    assert events(ran) == []
    assert {path.name: path.read_bytes() for path in misc.glob("*.csv")} == before
    assert len(slack.texts) >= 1
    assert reports(connection)[-1][1] in {"failed", "refused"}


def test_half_a_source_is_refused_unless_accepted(
    source: GeorisquesStandIn, run_dag: RunDag, work: Settings
) -> None:
    misc = Path(work.bucket_url("misc"))
    run_dag("update_aps")
    publish_list(source, misc, range(1, ORDERS // 2 + 1))
    refused = run_dag("update_aps")
    assert (refused.state, refused.tries["fetch"]) == ("failed", 1)
    assert len(published_states(misc)) == ORDERS
    accepted = run_dag("update_aps", {"accept_fewer_rows": True})
    assert accepted.state == "success"
    assert accepted.results["publish"]["details"]["removed"] == ORDERS // 2
    assert len(published_states(misc)) == ORDERS // 2


def test_only_orders_asked_for_are_read_and_redone(
    source: GeorisquesStandIn, run_dag: RunDag, work: Settings, ap: Path
) -> None:
    asked = [georisques_id(4), georisques_id(9)]
    ran = run_dag("update_aps", {"ids": asked})
    assert ran.state == "success"
    found = published_states(Path(work.bucket_url("misc")))
    assert {known for known, state in found.items() if state == "SUCCESS"} == set(asked)
    assert list(found.values()).count("NOT_ATTEMPTED") == ORDERS - 2
    assert run_dag("update_aps", {"ids": asked}).results["publish"]["details"]["read"] == 0
    redone = run_dag("update_aps", {"ids": asked[:1], "redo": True})
    assert redone.results["publish"]["details"]["read"] == 1
    assert [shelf.status_of(ap, known).attempts for known in asked] == [2, 1]

    unknown = run_dag("update_aps", {"ids": [georisques_id(99)]})
    assert (unknown.state, unknown.tasks["publish"], unknown.tasks["check"]) == (
        "failed",
        "skipped",
        "upstream_failed",
    )
    assert events(unknown) == []


def test_batches_bear_their_names(source: GeorisquesStandIn, small_batches: None, run_dag: RunDag) -> None:
    ran = run_dag("update_aps")
    from airflow.models.taskinstance import TaskInstance

    with create_session() as session:
        query = select(TaskInstance.rendered_map_index).where(
            TaskInstance.run_id == ran.run_id, TaskInstance.task_id == "read"
        )
        names = sorted(session.scalars(query))
    assert names == ["lot 1 sur 3, 5 arrêtés", "lot 2 sur 3, 5 arrêtés", "lot 3 sur 3, 2 arrêtés"]


def test_what_a_killed_run_had_finished_is_known_to_the_next(
    source: GeorisquesStandIn, run_dag: RunDag, ap: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that never came to `publish`: its orders are looked up again, and nothing is read twice."""
    from etl.aps import closing

    def never(*_: object, **__: object) -> None:
        raise ConnectionError("the machine went away")

    with monkeypatch.context() as patch:
        patch.setattr(closing, "close", never)
        assert run_dag("update_aps").state == "failed"
    source.seen.clear()
    ran = run_dag("update_aps")
    assert ran.state == "success"
    assert [seen.path for seen in source.seen] == [source.path_of("dump")]
    assert {entry.status for entry in index.load_index(ap).values()} == {"SUCCESS"}


@pytest.mark.s3
def test_from_the_source_into_an_object_store(
    source: GeorisquesStandIn,
    site_files: Path,
    object_store: Endpoint,
    run_dag: RunDag,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = {bucket: object_store.new_bucket() for bucket in ("MISC", "AP")}
    client = object_store.client()
    client.upload_file(str(site_files / "installations_all.csv"), names["MISC"], "installations_all.csv")
    for bucket, name in names.items():
        monkeypatch.setenv(f"{bucket}_BUCKET", f"s3://{name}")
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", object_store.airflow_connection())
    load_settings.cache_clear()
    monkeypatch.setattr("airflow.sdk.io.store._STORE_CACHE", {})  # a process of its own starts without
    twin, first = georisques_id(5), georisques_id(1)
    source.documents[twin] = source.documents[first]

    assert run_dag("update_aps").state == "success"
    keys = {entry["Key"] for entry in client.list_objects_v2(Bucket=names["AP"])["Contents"]}
    for number in range(1, ORDERS + 1):
        assert {f"{georisques_id(number)}.pdf", f"{georisques_id(number)}.json"} <= keys
    assert "index.parquet" in keys
    pdfs = [
        client.get_object(Bucket=names["AP"], Key=f"{known}.pdf")["Body"].read() for known in (twin, first)
    ]
    assert pdfs[0] == pdfs[1]
    source.seen.clear()
    assert run_dag("update_aps").results["publish"]["outcome"] == "unchanged"
    assert [seen.path for seen in source.seen] == [source.path_of("dump")]
