"""`transform_icpe`, run for real by `dag.test()` on the demo's raw extractions."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812

from etl.settings import Settings, load_settings
from plugins.alerts.slack import LONGEST_SEND_SECONDS
from tests.dags.conftest import RunDag, keep_sites
from tests.stand_ins.door import flaky_door
from tests.stand_ins.slack import SlackStandIn

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.xdist_group("airflow")]

PUBLISHED = {
    f"{table}_{dataset}.csv"
    for table in ("installations", "classements")
    for dataset in ("all", "idf", "sample")
}


def runs(connection: Connection) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT step, dataset, outcome, message FROM dataset_runs ORDER BY id")
        return list(cursor.fetchall())


def test_it_publishes_the_files_and_leaves_a_report(
    misc: Path, connection: Connection, run_dag: RunDag, slack: SlackStandIn
) -> None:
    first = run_dag("transform_icpe", {"dated_on": "2021-03-01"})
    assert first.state == "success"
    assert {path.name for path in misc.glob("*.csv")} == PUBLISHED
    assert first.results["transform"]["outcome"] == "done"
    assert first.results["transform"]["rows_out"] > 0
    again = run_dag("transform_icpe", {"dated_on": "2021-03-01"})
    assert again.results["transform"]["outcome"] == "unchanged"
    assert [(step, dataset, outcome) for step, dataset, outcome, _ in runs(connection)] == [
        ("transform_icpe", "icpe", "done"),
        ("transform_icpe", "icpe", "unchanged"),
    ]
    assert slack.texts == []


def test_the_asset_tells_what_was_published(misc: Path, run_dag: RunDag) -> None:
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session

    run_dag("transform_icpe", {"dated_on": "2021-03-01"})
    with create_session() as session:
        event = session.query(AssetEvent).order_by(AssetEvent.id.desc()).first()
        assert event is not None
        assert event.source_dag_id == "transform_icpe"
        assert event.extra["dated_on"] == "2021-03-01"
        assert set(event.extra["sha256"]) >= PUBLISHED


@pytest.mark.parametrize(
    ("conf", "spoil", "sentence"),
    [
        ({"establishments_key": "private/input/none.csv"}, None, "none.csv"),
        ({"classements_key": "../outside.csv"}, None, "outside.csv"),
        ({}, lambda text: text.replace("code_s3ic", "code", 1), "code_s3ic"),
        ({}, lambda text: text.splitlines(keepends=True)[0], "s3ic-liste-etablissements.csv"),
    ],
    ids=["absent", "outside the bucket", "column missing", "header only"],
)
def test_a_refused_input_writes_nothing_and_is_not_tried_again(
    conf: dict[str, str],
    spoil: Callable[[str], str] | None,
    sentence: str,
    misc: Path,
    connection: Connection,
    run_dag: RunDag,
    slack: SlackStandIn,
) -> None:
    establishments = misc / "private/input/s3ic-liste-etablissements.csv"
    if spoil is not None:
        establishments.write_text(spoil(establishments.read_text(encoding="utf-8")), encoding="utf-8")
    done = run_dag("transform_icpe", conf)
    assert (done.state, done.tasks, done.tries) == ("failed", {"transform": "failed"}, {"transform": 1})
    assert list(misc.glob("*.csv")) == []
    ((step, dataset, outcome, message),) = runs(connection)
    assert (step, dataset, outcome) == ("transform_icpe", "icpe", "refused")
    assert sentence in message
    (text,) = slack.texts
    assert text.startswith("transform_icpe : échec — ")
    assert sentence in text
    assert "1 sur 4" in str(slack.received)


def test_fewer_rows_need_a_word_of_the_operator(misc: Path, connection: Connection, run_dag: RunDag) -> None:
    run_dag("transform_icpe")
    before = {path.name: path.read_bytes() for path in misc.glob("*.csv")}
    keep_sites(misc, 0.75)
    assert run_dag("transform_icpe").state == "failed"
    assert {path.name: path.read_bytes() for path in misc.glob("*.csv")} == before
    accepted = run_dag("transform_icpe", {"accept_fewer_rows": True})
    assert accepted.results["transform"]["outcome"] == "done"
    assert [outcome for _, _, outcome, _ in runs(connection)] == ["done", "refused", "done"]


def test_an_incident_is_told_when_it_opens_and_when_it_ends(
    misc: Path, run_dag: RunDag, slack: SlackStandIn
) -> None:
    for _ in range(3):
        assert run_dag("transform_icpe", {"establishments_key": "private/input/none.csv"}).state == "failed"
    assert len(slack.texts) == 1
    assert run_dag("transform_icpe").state == "success"
    assert run_dag("transform_icpe").state == "success"
    _, ended = slack.received
    assert ended["text"].startswith("transform_icpe : rétabli après ")
    assert "*Essais en échec*\\n3" in str(ended)


@pytest.mark.parametrize("trouble", ["slow", "trickle", "error", "down"])
def test_slack_in_trouble_changes_neither_the_outcome_nor_the_report(
    trouble: str,
    misc: Path,
    connection: Connection,
    run_dag: RunDag,
    slack: SlackStandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slack.behaviour = trouble
    if trouble == "down":
        monkeypatch.setenv("SLACK_WEBHOOK_URL", "http://127.0.0.1:1/services/none")
        load_settings.cache_clear()
    started = time.monotonic()
    failed = run_dag("transform_icpe", {"establishments_key": "private/input/none.csv"})
    assert time.monotonic() - started < LONGEST_SEND_SECONDS + 5
    assert (failed.state, failed.tries) == ("failed", {"transform": 1})
    assert run_dag("transform_icpe").state == "success"
    assert [outcome for _, _, outcome, _ in runs(connection)] == ["refused", "done"]


def test_a_database_that_comes_back_is_waited_for(
    misc: Path,
    work: Settings,
    connection: Connection,
    run_dag: RunDag,
    slack: SlackStandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first two tries find the database's door closed, the third succeeds; one message, not one a try."""
    with flaky_door(work, refusals=4) as door:
        monkeypatch.setenv("ETL_DATABASE_URL", door)
        load_settings.cache_clear()
        done = run_dag("transform_icpe")
    assert (done.state, done.tries) == ("success", {"transform": 3})
    assert [outcome for _, _, outcome, _ in runs(connection)] == ["done"]
    (told,) = slack.texts
    assert told.startswith("transform_icpe : échec, nouvel essai prévu — OperationalError")
    assert "1 sur 4" in str(slack.received)


def test_a_database_that_stays_away_is_told_at_the_first_and_the_last_try(
    misc: Path, work: Settings, run_dag: RunDag, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with flaky_door(work, refusals=1000) as door:
        monkeypatch.setenv("ETL_DATABASE_URL", door)
        load_settings.cache_clear()
        done = run_dag("transform_icpe")
    assert (done.state, done.tries) == ("failed", {"transform": 4})
    assert list(misc.glob("*.csv")) == []
    first, last = slack.texts
    assert first.startswith("transform_icpe : échec, nouvel essai prévu — OperationalError")
    assert last.startswith("transform_icpe : échec — OperationalError")
    assert "4 sur 4" in str(slack.received[1])
