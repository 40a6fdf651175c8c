"""Orders of a real database, watched at a stand-in of Légifrance."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from psycopg2.extensions import connection as Connection  # noqa: N812

from etl.am_import import import_ams
from etl.cli import commands
from etl.errors import RefusedError, TransientError
from etl.reports import Report
from etl.settings import Settings, load_settings
from etl.upstream.announcing import UpstreamChange, announce_changes
from etl.upstream.exchange import Patience
from etl.upstream.watch import Pace, watch_orders
from launcher.airflow_environment import settings_variables
from tests.ams import demo_archive
from tests.stand_ins.upstream import CONSOLIDATED, UpstreamStandIn, article, text

pytestmark = pytest.mark.postgres

TODAY = date(2026, 11, 23)
HASTE = Patience(seconds=1, connect_seconds=1, read_seconds=0.5, tries=1, first_wait=0.01, longest_wait=0.01)


@pytest.fixture
def cids(connection: Connection, upstream: UpstreamStandIn, tmp_path: Path) -> list[str]:
    """The orders in force, each with a text at Légifrance."""
    import_ams(connection, demo_archive(tmp_path / "orders.zip"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cid FROM backoffice.orders ORDER BY cid")
        found = [str(cid) for (cid,) in cursor.fetchall()]
    connection.rollback()
    for cid in found:
        put(upstream, cid, "<p>Le texte « d'origine ».</p>")
    return found


def put(upstream: UpstreamStandIn, cid: str, content: str) -> None:
    upstream.texts[cid] = {"2000-01-01": text(cid, [article("1", content, 1)])}


def watch(connection: Connection, upstream: UpstreamStandIn, pauses: list[float] | None = None) -> Report:
    pace = Pace(0.5, (pauses if pauses is not None else []).append)
    return watch_orders(connection, upstream.legifrance(HASTE), pace, TODAY)


def query(connection: Connection, statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    connection.rollback()
    return row[0] if row else None


def test_words_that_change_are_a_change_and_typography_is_none(
    cids: list[str], connection: Connection, upstream: UpstreamStandIn
) -> None:
    pauses: list[float] = []
    first = watch(connection, upstream, pauses)
    assert (first.outcome, first.created, first.details["changed"]) == ("done", len(cids), {})
    assert pauses == [0.5] * (len(cids) - 1)
    put(upstream, cids[0], "<p>Le texte \u201cd\u2019origine\u201d\u00a0.</p>")
    put(upstream, cids[1], "<p>Le texte d'origine, modifié.</p>")
    second = watch(connection, upstream)
    assert (second.outcome, list(second.details["changed"]), second.updated) == ("done", [cids[1]], 1)
    events = "SELECT string_agg(cid, ' ') FROM backoffice.events WHERE action = 'upstream_changed'"
    assert query(connection, events) == cids[1]
    assert watch(connection, upstream).outcome == "unchanged"


def test_an_order_that_cannot_be_read_does_not_stop_the_others(
    cids: list[str], connection: Connection, upstream: UpstreamStandIn
) -> None:
    del upstream.texts[cids[0]]
    put(upstream, cids[1], "")
    del upstream.texts[cids[1]]["2000-01-01"]["title"]
    report = watch(connection, upstream)
    assert report.rejected == {"unknown to Légifrance": 1, "answer of another shape": 1}
    assert (report.rows_out, set(report.details["failed"])) == (len(cids) - 2, set(cids[:2]))
    assert f"could not be read: {cids[0]}, {cids[1]}" in report.message


@pytest.mark.parametrize(("kind", "error"), [("503", TransientError), ("html", RefusedError)])
def test_a_source_that_is_down_leaves_everything_as_it_was(
    kind: str, error: type[Exception], cids: list[str], connection: Connection, upstream: UpstreamStandIn
) -> None:
    watch(connection, upstream)
    put(upstream, cids[0], "<p>Un autre texte.</p>")
    upstream.trouble(CONSOLIDATED, kind)
    asked = len(upstream.asked(CONSOLIDATED))
    with pytest.raises(error, match="othing was written"):
        watch(connection, upstream)
    assert query(connection, "SELECT count(changed_at) FROM backoffice.upstream_texts") == 0
    if kind == "503":
        assert len(upstream.asked(CONSOLIDATED)) == asked + 3
    upstream.mend()
    assert list(watch(connection, upstream).details["changed"]) == [cids[0]]


def test_each_change_is_told_once_even_if_the_first_telling_fails(
    cids: list[str], connection: Connection, upstream: UpstreamStandIn
) -> None:
    watch(connection, upstream)
    for cid in cids[:2]:
        put(upstream, cid, "<p>Un autre texte.</p>")
    watch(connection, upstream)
    seen: list[UpstreamChange] = []

    def tell(change: UpstreamChange) -> bool:
        seen.append(change)
        return change.cid != cids[0] or len(seen) > 2

    assert announce_changes(connection, tell) == (1, 1)
    assert announce_changes(connection, tell) == (1, 0)
    assert announce_changes(connection, tell) == (0, 0)
    assert sorted(change.cid for change in seen) == sorted([cids[0], *cids[:2]])
    assert seen[0].changed_at <= datetime.now(UTC)


@pytest.fixture
def in_environment(
    settings: Settings, upstream: UpstreamStandIn, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    for name, value in settings_variables(upstream.settings(settings)).items():
        monkeypatch.setenv(name, value)
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


@pytest.mark.usefixtures("in_environment")
def test_the_command_line_says_what_changed(
    cids: list[str], connection: Connection, upstream: UpstreamStandIn
) -> None:
    assert "for the first time" in CliRunner().invoke(commands, ["watch-orders"]).output
    put(upstream, cids[0], "<p>Un autre texte.</p>")
    done = CliRunner().invoke(commands, ["watch-orders"])
    assert f"/back-office/arretes/{cids[0]}/comparaison?avec=legifrance" in done.output
    runs = "SELECT string_agg(outcome, ' ' ORDER BY id) FROM dataset_runs WHERE step = 'watch_orders'"
    assert query(connection, runs) == "done done"
