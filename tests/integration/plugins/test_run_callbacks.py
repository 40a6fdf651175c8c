"""Run-level callbacks, with the bare context of the dag-processor: `dag`, `run_id`, `reason`."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from etl.settings import Settings, load_settings
from plugins.alerts import callbacks, incidents
from tests.stand_ins.slack import SlackStandIn

pytestmark = pytest.mark.postgres


@pytest.fixture
def work(settings: Settings, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    found = settings.model_copy(update={"slack_webhook_url": settings.database_url.__class__(slack.url)})
    monkeypatch.setattr(callbacks, "load_settings", lambda: found)
    return found


def context(reason: str) -> dict[str, Any]:
    return {"dag": SimpleNamespace(dag_id="sync_icpe"), "run_id": "scheduled__2026-11-12", "reason": reason}


def test_a_success_without_an_incident_says_nothing(work: Settings, slack: SlackStandIn) -> None:
    callbacks.tell_run_success(context("success"))
    assert slack.texts == []


def test_a_success_ends_the_incident_once(work: Settings, slack: SlackStandIn) -> None:
    incidents.note_failure(work, "sync_icpe", "disk full")
    callbacks.tell_run_success(context("success"))
    callbacks.tell_run_success(context("success"))
    (text,) = slack.texts
    assert text.startswith("sync_icpe : rétabli après")


def test_a_run_that_fails_without_a_failing_task_is_told(work: Settings, slack: SlackStandIn) -> None:
    callbacks.tell_run_failure(context("task_failure"))
    assert slack.texts == []
    callbacks.tell_run_failure(context("all_tasks_deadlocked"))
    callbacks.tell_run_failure(context("timed_out"))
    assert slack.texts == ["sync_icpe : échec — all_tasks_deadlocked"]


def test_a_message_that_slack_refused_is_sent_at_the_next_failure(
    work: Settings, slack: SlackStandIn
) -> None:
    slack.behaviour = "error"
    callbacks.tell_run_failure(context("timed_out"))
    slack.behaviour = "ok"
    slack.received.clear()
    callbacks.tell_run_failure(context("timed_out"))
    assert slack.texts == ["sync_icpe : échec — timed_out"]


def test_unreadable_settings_leave_the_alert_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("WEB_PORT", "none")
    load_settings.cache_clear()
    callbacks.tell_run_failure(context("timed_out"))
    load_settings.cache_clear()
    assert "sync_icpe failed: timed_out" in caplog.text
