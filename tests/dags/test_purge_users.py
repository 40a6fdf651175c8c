"""`purge_users`, run for real by `dag.test()`."""

from datetime import timedelta

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812

from etl.settings import Settings
from tests.dags.conftest import RunDag
from tests.integration.purge.conftest import add_people, counted
from tests.stand_ins.slack import SlackStandIn

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.xdist_group("airflow")]


def test_it_deletes_and_tells_how_much(
    work: Settings, owner: Connection, run_dag: RunDag, slack: SlackStandIn
) -> None:
    add_people(owner, 3, work.inactive_days + 1)
    add_people(owner, 2, work.inactive_days - 1)
    ran = run_dag("purge_users")
    assert (ran.state, ran.results["purge"]["outcome"], ran.results["purge"]["deleted"]) == (
        "success",
        "done",
        3,
    )
    assert counted(owner)["users"] == 2
    assert slack.texts == ["purge_users : 3 personnes effacées"]

    assert run_dag("purge_users").results["purge"]["outcome"] == "unchanged"
    assert run_dag("purge_users", {"inactive_days": 10}).results["purge"]["deleted"] == 2
    assert slack.texts[1:] == ["purge_users : 2 personnes effacées"]


def test_after_a_long_silence_it_asks_a_person(
    work: Settings, owner: Connection, run_dag: RunDag, slack: SlackStandIn
) -> None:
    run_dag("purge_users")
    add_people(owner, 3, work.inactive_days + 1)
    with owner.cursor() as cursor:
        cursor.execute(
            "UPDATE dataset_runs SET started_at = started_at - %(gap)s, finished_at = finished_at - %(gap)s",
            {"gap": timedelta(days=9)},
        )
    owner.commit()
    refused = run_dag("purge_users")
    assert (refused.state, refused.tries, counted(owner)["users"]) == ("failed", {"purge": 1}, 3)
    assert run_dag("purge_users", {"accept_silence": True}).results["purge"]["deleted"] == 3
    assert [text.partition(" — ")[0].partition(" après ")[0] for text in slack.texts] == [
        "purge_users : échec",
        "purge_users : 3 personnes effacées",
        "purge_users : rétabli",
    ]
