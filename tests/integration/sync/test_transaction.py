"""The transaction of a sync: its settings end with it, every wait has an end, nothing is left behind."""

from collections.abc import Callable

import pytest
from psycopg2.errors import UndefinedTable
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

import etl.sync.transaction
from etl.database import Role, connect, read_statement
from etl.errors import StepError, TransientError
from etl.settings import Settings
from etl.sync.transaction import record_trouble, sync_transaction

pytestmark = pytest.mark.postgres

TURN = 7
SETTINGS = ("enable_nestloop", "lock_timeout", "idle_in_transaction_session_timeout", "work_mem")


def shown(connection: Connection) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", (list(SETTINGS),))
        return dict(cursor.fetchall())


def test_the_settings_of_a_sync_end_with_it(connection: Connection) -> None:
    before = shown(connection)
    connection.rollback()
    with sync_transaction(connection, turn=TURN):
        inside = shown(connection)
    assert inside == {
        "enable_nestloop": "off",
        "lock_timeout": "600000",
        "idle_in_transaction_session_timeout": "600000",
        "work_mem": "131072",
    }
    assert shown(connection) == before


def test_what_is_not_committed_is_taken_back(connection: Connection) -> None:
    def write_and_fail() -> None:
        with sync_transaction(connection) as cursor:
            cursor.execute("CREATE TEMPORARY TABLE staged (x integer)")
            cursor.execute("INSERT INTO alert_incidents (subject, cause) VALUES ('s', 'c')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM alert_incidents")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT to_regclass('staged')")
        assert cursor.fetchone() == (None,)


def test_waiting_for_another_sync_has_an_end(
    settings: Settings, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_impatiently(path: str) -> str:
        return read_statement(path).replace("lock_timeout = '10min'", "lock_timeout = '100ms'")

    monkeypatch.setattr(etl.sync.transaction, "read_statement", read_impatiently)
    with (
        sync_transaction(connection, turn=TURN),
        connect(settings, Role.ETL) as second,
        pytest.raises(TransientError, match="Another run has held"),
        sync_transaction(second, turn=TURN),
    ):
        pytest.fail("both had their turn at once")


def test_a_database_without_tables(new_database: Callable[..., Settings]) -> None:
    with (
        connect(new_database(empty=True), Role.OWNER) as connection,
        pytest.raises(StepError, match="no tables yet"),
        sync_transaction(connection),
    ):
        pytest.fail("there is nothing to write to")


def test_trouble_is_recorded_also_in_a_broken_transaction(connection: Connection) -> None:
    with connection.cursor() as cursor, pytest.raises(UndefinedTable):
        cursor.execute("SELECT FROM nowhere")
    report = record_trouble(connection, ("sync_icpe", "icpe"), "failed", "The server went away.", {"n": 1})
    with connection.cursor() as cursor:
        cursor.execute("SELECT step, dataset, outcome, message, details FROM dataset_runs")
        assert cursor.fetchall() == [("sync_icpe", "icpe", "failed", "The server went away.", {"n": 1})]
    assert report.outcome == "failed"
