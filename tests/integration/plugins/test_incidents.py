"""Incidents in a real database: told once, claimed once, resolved once, and no database is no obstacle."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812

from etl.settings import Settings
from plugins.alerts import incidents

pytestmark = pytest.mark.postgres


def test_an_incident_is_announced_once_and_counts_its_failures(settings: Settings) -> None:
    first = incidents.note_failure(settings, "sync_icpe", "disk full")
    second = incidents.note_failure(settings, "sync_icpe", "disk still full")
    assert first is not None
    assert second is not None
    assert (first.to_announce, first.failures) == (True, 1)
    assert (second.to_announce, second.failures) == (False, 2)
    assert second.opened_at == first.opened_at


def test_a_message_that_did_not_arrive_is_announced_at_the_next_failure(settings: Settings) -> None:
    incidents.note_failure(settings, "sync_icpe", "disk full")
    incidents.release_announcement(settings, "sync_icpe")
    again = incidents.note_failure(settings, "sync_icpe", "disk full")
    assert again is not None
    assert again.to_announce


def test_a_resolved_incident_stays_closed_and_the_next_one_is_new(
    settings: Settings, connection: Connection
) -> None:
    incidents.note_failure(settings, "sync_icpe", "disk full")
    incidents.note_failure(settings, "transform_icpe", "other")
    ended = incidents.resolve(settings, "sync_icpe")
    assert ended is not None
    assert (ended.failures, ended.resolved_at >= ended.opened_at) == (1, True)
    assert incidents.resolve(settings, "sync_icpe") is None
    again = incidents.note_failure(settings, "sync_icpe", "disk full")
    assert again is not None
    assert again.to_announce
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject, resolved_at IS NULL FROM alert_incidents ORDER BY id")
        assert cursor.fetchall() == [("sync_icpe", False), ("transform_icpe", True), ("sync_icpe", True)]


def test_tasks_that_fail_together_announce_once(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: incidents.note_failure(settings, "update_aps", "down"), range(8)))
    assert sorted(incident.failures for incident in found if incident) == list(range(1, 9))
    assert sum(incident.to_announce for incident in found if incident) == 1


def test_without_a_database_nothing_is_known_and_nothing_is_raised(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"database_url": None})
    unreachable = Settings(
        _env_file=None, database_url="postgresql://nobody@127.0.0.1:1/none", run_dir=settings.run_dir
    )
    for without in (nowhere, unreachable):
        assert incidents.note_failure(without, "sync_icpe", "down") is None
        assert incidents.resolve(without, "sync_icpe") is None
        incidents.release_announcement(without, "sync_icpe")
