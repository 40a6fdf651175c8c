"""What Prometheus reads: counted requests without addresses, and what the database says."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event

from etl.database import Role, connect
from etl.reports import Report, record_run
from etl.settings import Settings
from tests.aps import demo_aps, load_aps
from tests.demo_site import site_settings
from tests.promql import named_metrics
from tests.site_visits import run, visitor_of
from webapp.models import db
from webapp.operation import facts

pytestmark = pytest.mark.postgres

NOW = datetime.now(UTC)
SEARCH = "Boulangerie"


def samples(client: FlaskClient) -> dict[tuple[str, tuple[str, ...]], float]:
    """What `/metrics` says: by name and label values in the order of their names."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture(scope="module")
def settings_with_runs(module_settings: Settings) -> Settings:
    """A site whose steps have run, with prefectoral orders and two people."""
    settings = site_settings(module_settings)
    load_aps(settings, demo_aps())
    runs = [
        ("backup_database", "database", "done", 30),
        ("backup_database", "database", "failed", 1),
        ("purge_users", "users", "unchanged", 2),
        ("update_aps", "aps", "done", 50),
        ("sync_icpe", "icpe", "done", 100),
    ]
    with connect(settings, Role.ETL) as connection:
        for step, dataset, outcome, hours in runs:
            ended = NOW - timedelta(hours=hours)
            record_run(connection, Report(step, dataset, outcome, ended, ended))
    run(settings, "INSERT INTO users (identity_hash) VALUES (sha256('a')), (sha256('b'))")
    return settings


@pytest.fixture(scope="module")
def client(settings_with_runs: Settings) -> Iterator[FlaskClient]:
    yield from visitor_of(settings_with_runs)


def test_what_the_database_says(client: FlaskClient) -> None:
    found = samples(client)

    assert found["envinorma_database_up", ()] == 1
    assert found["envinorma_guests", ()] == 2
    assert found["envinorma_step_last_run_ok", ("database", "backup_database")] == 0
    assert found["envinorma_step_last_run_ok", ("users", "purge_users")] == 1
    succeeded = found["envinorma_step_last_success_timestamp_seconds", ("database", "backup_database")]
    assert math.isclose(succeeded, (NOW - timedelta(hours=30)).timestamp(), abs_tol=1)
    assert found["envinorma_step_late_after_seconds", ("database", "backup_database")] == 26 * 3600
    assert math.isclose(found["envinorma_dataset_age_seconds", ("icpe",)], 100 * 3600, rel_tol=0.01)
    assert math.isclose(found["envinorma_dataset_age_seconds", ("aps",)], 50 * 3600, rel_tol=0.01)
    assert found["envinorma_dataset_stale_after_seconds", ("icpe",)] == 180 * 86400


def test_rules_and_dashboard_ask_for_metrics_that_are_there(client: FlaskClient) -> None:
    client.get("/aide")
    asked = {name for name in named_metrics() if name.startswith("envinorma_")}
    found = {name for name, _ in samples(client)}

    assert len(asked) > 10
    assert sorted(asked - found) == []


def test_orders_are_counted_by_state_of_reading(client: FlaskClient, settings_with_runs: Settings) -> None:
    found = samples(client)
    states = {state: found["envinorma_orders", (state,)] for state in ("SUCCESS", "ERROR", "NOT_ATTEMPTED")}

    assert states == {
        state: run(settings_with_runs, f"SELECT count(*) FROM aps WHERE ocr_status = '{state}'")  # noqa: S608
        for state in states
    }
    assert states["SUCCESS"] > 0


def test_requests_are_counted_by_route_and_status(client: FlaskClient) -> None:
    before = samples(client)
    client.get("/installations", query_string={"q": SEARCH})
    client.get("/installations/0058.99999")
    client.get(f"/{SEARCH}")
    client.open("/aide", method="BREW")
    text = client.get("/metrics").text
    found = samples(client)

    def more(*labels: str) -> float:
        key = ("envinorma_requests_total", labels)
        return found.get(key, 0) - before.get(key, 0)

    assert more("GET", "/installations", "200") == 1
    assert more("GET", "/installations/<s3ic_id>", "404") == 1
    assert more("GET", "unmatched", "404") == 1
    assert more("other", "unmatched", "405") == 1
    assert found["envinorma_request_seconds_count", ("/installations",)] == 1
    assert SEARCH not in text
    assert "0058.99999" not in text


def test_connections_are_counted_and_given_back(client: FlaskClient) -> None:
    client.get("/installations?q=val")
    found = samples(client)

    # The very request that reads the metrics holds one.
    assert found["envinorma_database_connections_in_use", ("site",)] in {0, 1}
    assert found["envinorma_database_connections_limit", ("site",)] == 8
    with client.application.app_context():
        assert db.engine.pool.checkedout() == 0


def test_reading_is_cheap_and_seldom(settings_with_runs: Settings) -> None:
    (client,) = visitor_of(settings_with_runs)
    asked: list[str] = []
    with client.application.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    for _ in range(5):
        assert client.get("/metrics").status_code == 200

    assert len(asked) == 4


def test_facts_are_read_again_after_a_while(
    settings_with_runs: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (client,) = visitor_of(settings_with_runs)
    first = samples(client)["envinorma_guests", ()]
    run(settings_with_runs, "INSERT INTO users (identity_hash) VALUES (sha256('c'))")
    assert samples(client)["envinorma_guests", ()] == first
    monkeypatch.setattr(facts, "SECONDS_BETWEEN_READINGS", 0)
    assert samples(client)["envinorma_guests", ()] == first + 1
    run(settings_with_runs, "DELETE FROM users WHERE identity_hash = sha256('c')")
