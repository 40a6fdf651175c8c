"""`watch_freshness`, run for real by `dag.test()`: one alarm, and a sign of life when all is well."""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812
from pydantic import SecretStr

from etl import heartbeat
from etl.errors import TransientError
from etl.reports import Report, record_run
from etl.settings import Settings, load_settings
from tests.dags.conftest import RunDag
from tests.stand_ins.slack import SlackStandIn

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.xdist_group("airflow")]

STEPS = (("sync_aps", "aps"), ("purge_users", "users"), ("backup_database", "database"))


@pytest.fixture
def watchman() -> Iterator[tuple[str, list[str]]]:
    """The address of a watchman with a secret part, and what it was asked for; `/broken` is an error."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(500 if self.path == "/broken" else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def record(connection: Connection, ended_at: datetime) -> None:
    for step, dataset in STEPS:
        record_run(connection, Report(step, dataset, "done", ended_at, ended_at))
    connection.commit()


def test_it_alarms_once_and_gives_a_sign_of_life_when_all_moves_again(
    work: Settings,
    connection: Connection,
    run_dag: RunDag,
    slack: SlackStandIn,
    watchman: tuple[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address, asked = watchman
    monkeypatch.setenv("HEARTBEAT_URL", f"{address}/secret-part")
    load_settings.cache_clear()
    record(connection, datetime.now(UTC) - timedelta(hours=30))

    first, second = run_dag("watch_freshness"), run_dag("watch_freshness")
    assert (first.state, first.tries["look"], second.state) == ("failed", 1, "failed")
    assert asked == []
    assert len(slack.texts) == 1
    assert all(name in slack.texts[0] for name in ("purge_users", "backup_database"))
    assert "sync_aps stands" not in slack.texts[0]

    record(connection, datetime.now(UTC))
    assert run_dag("watch_freshness").state == "success"
    assert asked == ["/secret-part"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM dataset_runs WHERE step = 'watch_freshness'")
        assert cursor.fetchone() == (0,)


def test_without_a_watchman_nobody_is_asked() -> None:
    assert heartbeat.beat(Settings(_env_file=None)) is False


def test_the_address_of_the_watchman_is_written_nowhere(
    watchman: tuple[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert heartbeat.beat(Settings(_env_file=None, heartbeat_url=SecretStr(f"{watchman[0]}/secret-part")))
    for url in (f"{watchman[0]}/broken", "http://127.0.0.1:9/secret-part", "http://[secret-part"):
        with pytest.raises(TransientError, match="HEARTBEAT_URL") as raised:
            heartbeat.beat(Settings(_env_file=None, heartbeat_url=SecretStr(url)))
        assert "secret-part" not in str(raised.value)
    assert [record for record in caplog.records if "secret-part" in record.getMessage()] == []
