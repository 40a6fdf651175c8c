"""Secrets are in no log, no XCom, no report and no alert, whatever goes well or wrong."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session
from psycopg2.extensions import connection as Connection  # noqa: N812
from pydantic import SecretStr

from etl.am_import import import_ams
from etl.settings import Settings
from tests.ams import demo_archive
from tests.dags.conftest import RunDag, in_environment, put_inputs
from tests.site_visits import run
from tests.stand_ins.slack import SlackStandIn
from tests.stand_ins.upstream import UpstreamStandIn

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.xdist_group("airflow")]

MARK = "planted-secret"
# Left as they are: the database of the test answers at no other address, and no Sentry is there.
NOT_PLANTED = {"sentry_dsn", *(name for name in Settings.model_fields if name.endswith("database_url"))}


def planted(settings: Settings, slack: SlackStandIn, upstream: UpstreamStandIn) -> Settings:
    """Settings whose every secret bears the mark; those that are addresses lead to stand-ins or nowhere."""
    secrets = {
        name: SecretStr(f"{MARK}-{name}")
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation) and name not in NOT_PLANTED
    }
    addresses = {
        "slack_webhook_url": SecretStr(f"{slack.url}/{MARK}"),
        "heartbeat_url": SecretStr(f"http://127.0.0.1:9/{MARK}"),
        "legifrance_pause_seconds": 0,
    }
    return upstream.settings(settings).model_copy(update={**secrets, **addresses})


@pytest.fixture
def work(
    settings: Settings, slack: SlackStandIn, upstream: UpstreamStandIn, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """Those settings, which the tasks of this process find by themselves."""
    yield from in_environment(planted(settings, slack, upstream), monkeypatch)


def said(settings: Settings) -> str:
    """All that runs left behind: what tasks gave each other, reports, incidents."""
    with create_session() as session:
        xcoms = [str(value) for (value,) in session.query(XComModel.value)]
    rows: list[Any] = [
        run(settings, f"SELECT json_agg(found) FROM {table} AS found")  # noqa: S608  (names of this test)
        for table in ("dataset_runs", "alert_incidents")
    ]
    return json.dumps([xcoms, rows], default=str)


def test_no_secret_leaves_a_run(  # noqa: PLR0917  (fixtures)
    work: Settings,
    connection: Connection,
    run_dag: RunDag,
    slack: SlackStandIn,
    upstream: UpstreamStandIn,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Of four runs: inputs missing, all well with a Slack that refuses, keys refused, data late."""
    caplog.set_level("DEBUG")
    import_ams(connection, demo_archive(tmp_path / "orders.zip"))
    states = [run_dag("transform_icpe").state]
    put_inputs(Path(work.bucket_url("misc")))
    slack.behaviour = "error"
    states += [run_dag(name).state for name in ("transform_icpe", "watch_orders", "watch_freshness")]
    printed = capfd.readouterr()
    left = said(work)
    assert states == ["failed", "success", "failed", "failed"]
    assert MARK in str(upstream.asked("/api/oauth/token"))
    assert all(name in left for name in ("transform_icpe", "watch_orders", "watch_freshness"))
    assert "transform_icpe" in caplog.text + printed.out + printed.err
    for where in (printed.out, printed.err, caplog.text, left, json.dumps(slack.received)):
        assert MARK not in where
