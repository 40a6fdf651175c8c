"""Liveness and readiness, part by part."""

import shutil
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from etl.settings import Settings
from webapp import create_app

pytestmark = pytest.mark.postgres

PARTS = {"database", "bucket_misc", "bucket_ap", "bucket_am"}


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

    assert statuses(client) == (503, dict.fromkeys(PARTS, "ready") | {"database": "unavailable"})
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


def test_causes_stay_inside(empty_settings: Settings) -> None:
    nowhere = SecretStr("postgresql://somebody@127.0.0.1:9/secretbase")
    client = create_app(empty_settings.model_copy(update={"database_url": nowhere})).test_client()

    assert "secretbase" not in client.get("/sante").text
