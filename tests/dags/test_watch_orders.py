"""`watch_orders`, run for real by `dag.test()` against a stand-in of Légifrance."""

from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812

from etl.am_import import import_ams
from etl.settings import Settings
from tests.ams import demo_archive
from tests.dags.conftest import RunDag, in_environment
from tests.stand_ins.slack import SlackStandIn
from tests.stand_ins.upstream import TOKEN, UpstreamStandIn, article, text

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.xdist_group("airflow")]


@pytest.fixture
def cids(
    work: Settings,
    upstream: UpstreamStandIn,
    connection: Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> list[str]:
    """The orders in force, each with a text at Légifrance, where the settings lead."""
    import_ams(connection, demo_archive(tmp_path / "orders.zip"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cid FROM backoffice.orders ORDER BY cid")
        found = [str(cid) for (cid,) in cursor.fetchall()]
    for cid in found:
        put(upstream, cid, "Le texte d'origine.")
    list(zip(range(1), in_environment(upstream.settings(work), monkeypatch), strict=False))
    return found


def put(upstream: UpstreamStandIn, cid: str, words: str) -> None:
    upstream.texts[cid] = {"2000-01-01": text(cid, [article("1", f"<p>{words}</p>", 1)])}


def state(connection: Connection) -> dict[str, int]:
    """What the database holds of the sources."""
    query = """
        SELECT count(*), count(changed_at), count(announced_at),
            (SELECT count(*) FROM backoffice.orders WHERE upstream_changed_at IS NOT NULL)
        FROM backoffice.upstream_texts
    """
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    connection.rollback()
    assert row
    return dict(zip(("seen", "changed", "announced", "marked"), row, strict=True))


def test_a_change_is_announced_once(
    cids: list[str], upstream: UpstreamStandIn, connection: Connection, run_dag: RunDag, slack: SlackStandIn
) -> None:
    first = run_dag("watch_orders")
    assert (first.state, first.results["compare"]["created"], slack.texts) == ("success", len(cids), [])
    assert state(connection) == {"seen": len(cids), "changed": 0, "announced": 0, "marked": 0}
    put(upstream, cids[0], "Le texte modifié.")
    del upstream.texts[cids[1]]
    second = run_dag("watch_orders")
    assert (second.state, second.results["announce"]) == ("success", 1)
    assert state(connection) == {"seen": len(cids), "changed": 1, "announced": 1, "marked": 1}
    unread, change = slack.received
    assert f"• {cids[1]}" in unread["blocks"][1]["text"]["text"]
    assert (
        f"/back-office/arretes/{cids[0]}/comparaison?avec=legifrance|" in change["blocks"][1]["text"]["text"]
    )
    third = run_dag("watch_orders")
    assert (third.results["compare"]["outcome"], third.results["announce"]) == ("unchanged", 0)


def test_a_source_that_is_down_fails_loudly_and_changes_nothing(
    cids: list[str], upstream: UpstreamStandIn, connection: Connection, run_dag: RunDag, slack: SlackStandIn
) -> None:
    upstream.trouble(TOKEN, "401")
    failed = run_dag("watch_orders")
    assert (failed.state, failed.tries["compare"]) == ("failed", 1)
    assert state(connection)["seen"] == 0
    assert [words.partition(" — ")[0] for words in slack.texts] == ["watch_orders : échec"]
    assert "LEGIFRANCE_CLIENT_ID" in slack.texts[0]
