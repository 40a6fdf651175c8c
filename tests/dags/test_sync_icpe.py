"""`sync_icpe`, run for real by `dag.test()`: what needs no answer of a person."""

from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812

from etl.settings import load_settings
from tests.dags.conftest import RunDag
from tests.stand_ins.slack import SlackStandIn

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.xdist_group("airflow")]

NOT_NEEDED = {"needs_new_run": "success", "ask_anew": "skipped"}


def count(connection: Connection) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM installations WHERE withdrawn_at IS NULL),"
            " (SELECT count(*) FROM classements)"
        )
        found: tuple[int, int] = cursor.fetchall()[0]
    connection.rollback()
    return found


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines()) - 1


@pytest.mark.parametrize("dataset", ["all", "idf", "sample"])
def test_rows_follow_the_files_and_a_second_run_writes_nothing(
    dataset: str, misc: Path, connection: Connection, run_dag: RunDag, slack: SlackStandIn
) -> None:
    run_dag("transform_icpe")
    first = run_dag("sync_icpe", {"dataset": dataset})
    assert (first.state, first.results["apply"]["outcome"]) == ("success", "done")
    assert first.tasks == {"compare": "success", "approve": "success", "apply": "success"} | NOT_NEEDED
    expected = lines(misc / f"installations_{dataset}.csv"), lines(misc / f"classements_{dataset}.csv")
    assert count(connection) == expected
    again = run_dag("sync_icpe", {"dataset": dataset})
    summary = again.results["apply"]
    assert summary["outcome"] == "unchanged"
    assert {summary[name] for name in ("created", "updated", "withdrawn", "deleted")} == {0}
    assert slack.texts == []


def test_the_dataset_is_the_setting_unless_said_otherwise(
    misc: Path, connection: Connection, run_dag: RunDag, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_dag("transform_icpe")
    monkeypatch.setenv("SYNC_DATASET", "sample")
    load_settings.cache_clear()
    run_dag("sync_icpe")
    assert count(connection)[0] == lines(misc / "installations_sample.csv")


def test_files_that_break_their_contract_are_refused(
    misc: Path, connection: Connection, run_dag: RunDag, slack: SlackStandIn
) -> None:
    run_dag("transform_icpe")
    run_dag("sync_icpe")
    before = count(connection)
    (misc / "classements_all.csv").write_text("s3ic_id\n0099.01914\n", encoding="utf-8")
    refused = run_dag("sync_icpe")
    assert (refused.state, refused.tries["compare"]) == ("failed", 1)
    assert count(connection) == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT step, outcome, message FROM dataset_runs ORDER BY id DESC LIMIT 1")
        step, outcome, message = cursor.fetchall()[0]
    assert (step, outcome) == ("sync_icpe", "refused")
    assert "classements_all.csv" in message
    assert [text.partition(" — ")[0] for text in slack.texts] == ["sync_icpe : échec"]
