"""Liveness and readiness, part by part."""

import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from etl.database import Role, connect
from etl.reports import Report, record_run
from etl.settings import Settings
from tests.site_visits import run
from webapp import create_app

pytestmark = pytest.mark.postgres

PARTS = {"database", "migrations", "freshness", "bucket_misc", "bucket_ap", "bucket_am"}
OF_THE_DATABASE = dict.fromkeys(("database", "migrations", "freshness"), "unavailable")


def statuses(client: FlaskClient) -> tuple[int, dict[str, str]]:
    answer = client.get("/sante")
    return answer.status_code, {name: part["status"] for name, part in answer.json["parts"].items()}


def test_all_well(empty_client: FlaskClient) -> None:
    assert statuses(empty_client) == (200, dict.fromkeys(PARTS, "ready"))


def test_a_bucket_is_missing(empty_client: FlaskClient, empty_settings: Settings) -> None:
    shutil.rmtree(Path(empty_settings.bucket_url("ap")))

    assert statuses(empty_client) == (503, dict.fromkeys(PARTS, "ready") | {"bucket_ap": "unavailable"})


def test_the_database_is_down(empty_settings: Settings) -> None:
    nowhere = SecretStr("postgresql://x@127.0.0.1:9/x")
    client = create_app(empty_settings.model_copy(update={"database_url": nowhere})).test_client()

    assert statuses(client) == (503, dict.fromkeys(PARTS, "ready") | OF_THE_DATABASE)
    assert client.get("/sante/processus").status_code == 200


def test_a_silent_database_does_not_hold_the_answer(empty_settings: Settings) -> None:
    """An address that swallows packets: nothing refuses, nothing answers."""
    silent = SecretStr("postgresql://x@192.0.2.1:5432/x")
    client = create_app(empty_settings.model_copy(update={"database_url": silent})).test_client()
    started = time.monotonic()

    code, parts = statuses(client)

    assert (code, parts["database"]) == (503, "unavailable")
    assert time.monotonic() - started < 5


def test_not_migrated_is_not_ready(new_database, empty_settings: Settings) -> None:
    bare = new_database(empty=True)
    client = create_app(empty_settings.model_copy(update={"database_url": bare.database_url})).test_client()

    assert statuses(client)[1]["database"] == "unavailable"


@pytest.mark.parametrize(
    ("revision", "code", "status"), [("0001", 503, "unavailable"), ("one that is newer", 200, "ready")]
)
def test_tables_may_be_ahead_of_the_code_and_not_behind(
    empty_client: FlaskClient, empty_settings: Settings, revision: str, code: int, status: str
) -> None:
    run(empty_settings, f"UPDATE alembic_version SET version_num = '{revision}'")  # noqa: S608

    assert statuses(empty_client) == (code, dict.fromkeys(PARTS, "ready") | {"migrations": status})


def test_old_data_are_told_and_take_nothing_down(empty_client: FlaskClient, empty_settings: Settings) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=400)
    with connect(empty_settings, Role.ETL) as connection:
        record_run(connection, Report("sync_icpe", "icpe", "done", long_ago, long_ago))

    assert statuses(empty_client) == (200, dict.fromkeys(PARTS, "ready") | {"freshness": "stale"})
    parts = empty_client.get("/sante").json["parts"]
    assert {name for name, part in parts.items() if not part["decides"]} == {"freshness"}


def test_causes_stay_inside(empty_settings: Settings) -> None:
    nowhere = SecretStr("postgresql://somebody@127.0.0.1:9/secretbase")
    client = create_app(empty_settings.model_copy(update={"database_url": nowhere})).test_client()

    assert "secretbase" not in client.get("/sante").text
