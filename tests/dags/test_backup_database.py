"""`backup_database`, run for real by `dag.test()`, into an object store whose keys nothing else has."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812

from etl.reports import last_good_run
from etl.settings import Settings
from tests.dags.conftest import RunDag, in_environment
from tests.integration.purge.conftest import add_people
from tests.s3.endpoint import Endpoint
from tests.stand_ins.slack import SlackStandIn

pytestmark = [
    pytest.mark.airflow, pytest.mark.postgres, pytest.mark.s3, pytest.mark.xdist_group("airflow"),
]  # fmt: skip


@pytest.fixture
def store(
    settings: Settings, slack: SlackStandIn, object_store: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, Any]]:
    """The name of a bucket for backups and a client to look into it; the other buckets are folders."""
    name = object_store.new_bucket("backup")
    access = {f"backup_{field}": value for field, value in object_store.settings().items()}
    changed = settings.model_validate(
        {**settings.model_dump(), **access, "backup_bucket": f"s3://{name}", "slack_webhook_url": slack.url}
    )
    for _ in in_environment(changed, monkeypatch):
        yield name, object_store.client()


def test_it_saves_proves_and_reports_and_a_damaged_copy_is_an_alert(
    store: tuple[str, Any],
    owner: Connection,
    connection: Connection,
    run_dag: RunDag,
    slack: SlackStandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, client = store
    add_people(owner, 30, 2)
    ran = run_dag("backup_database")
    assert (ran.state, ran.tasks) == ("success", dict.fromkeys(("dump", "prove", "rotate"), "success"))
    assert ran.results["prove"]["outcome"] == "done"
    key = ran.results["dump"]
    keys = {entry["Key"] for entry in client.list_objects_v2(Bucket=name)["Contents"]}
    assert keys == {key, f"{key}.json"}
    noted = json.loads(client.get_object(Bucket=name, Key=f"{key}.json")["Body"].read())
    assert noted["verified_at"]
    report = last_good_run(connection, "backup_database", "database")
    assert report is not None
    assert report.files[0]["sha256"] == noted["sha256"]
    assert report.files[0]["bytes"] == client.head_object(Bucket=name, Key=key)["ContentLength"]
    assert slack.texts == []

    # The store gives back something else than it was given.
    from etl.backups import command

    newest = command.newest_key

    def damaged_first(folder: Any) -> str:
        key = newest(folder)
        content = client.get_object(Bucket=name, Key=key)["Body"].read()
        client.put_object(Bucket=name, Key=key, Body=content[: len(content) // 2])
        return newest(folder)

    monkeypatch.setattr(command, "newest_key", damaged_first)
    ran = run_dag("backup_database")
    assert (ran.state, ran.tries["prove"], ran.tasks["rotate"]) == ("failed", 1, "upstream_failed")
    (told,) = slack.texts
    assert told.startswith("backup_database : échec — The dump")
    assert "is damaged" in told
    assert last_good_run(connection, "backup_database", "database") == report
