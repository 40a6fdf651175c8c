"""The functions that Airflow calls when a task or a run ends: they tell what is worth telling.

Task-level functions run in the process of the task, with the exception at hand; run-level ones run in the
dag-processor, where the context may hold nothing but `dag`, `run_id` and `reason`. None changes the outcome.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import quote

from etl import error_tracking
from etl.errors import SettingsError
from etl.settings import Settings, load_settings
from plugins.alerts import incidents, slack
from plugins.alerts.messages import (
    Failure,
    Message,
    Question,
    Recovery,
    cause_of,
    failure_message,
    latest_retry,
    purge_message,
    question_message,
    recovery_message,
    update_message,
)

log = logging.getLogger(__name__)

Context: TypeAlias = Mapping[str, Any]


def tell_retry(context: Context) -> None:
    """Task-level `on_retry_callback`: tell the first failed try of an incident, count the others."""
    failed_at = datetime.now(UTC)
    task = context["task"]
    backoff = float(task.retry_exponential_backoff)
    retry_by = latest_retry(
        failed_at, task.retry_delay, backoff, task.max_retry_delay, context["ti"].try_number
    )
    _tell_failure(_failed_try(context, failed_at, retry_by))


def tell_failure(context: Context) -> None:
    """Task-level `on_failure_callback`: no further try will follow."""
    _tell_failure(_failed_try(context, datetime.now(UTC), None))
    _report_fault(context)


def tell_run_failure(context: Context) -> None:
    """Run-level `on_failure_callback`: tell what no task could tell itself (deadlock, run too long)."""
    if context.get("reason") != "task_failure":
        _tell_failure(_failed_run(context, datetime.now(UTC)))


def tell_run_success(context: Context) -> None:
    """Run-level `on_success_callback`: close the incident of the DAG, if one is open, and say so."""
    settings = _settings()
    dag_id, run_id = context["dag"].dag_id, context["run_id"]
    ended = incidents.resolve(settings, dag_id) if settings else None
    if settings is None or ended is None:
        return
    recovery = Recovery(
        dag_id, run_id, ended.opened_at, ended.resolved_at, ended.failures, _run_url(settings, dag_id, run_id)
    )
    slack.send(recovery_message(recovery), settings)


def tell_question(context: Context, subject: str, answer_by: datetime) -> None:
    """Tell that a run waits for a person; called by the task that asks."""
    settings = _settings()
    if settings is None:
        return
    ti = context["ti"]
    page = f"{_run_url(settings, ti.dag_id, ti.run_id)}/tasks/{ti.task_id}/required_actions"
    slack.send(question_message(Question(ti.dag_id, ti.run_id, subject, answer_by, page)), settings)


def tell_update(context: Context, details: Mapping[str, Any]) -> None:
    """Tell what a run of `update_aps` did; called by the task that has published it."""
    settings = _settings()
    if settings is None:
        return
    ti = context["ti"]
    slack.send(update_message(ti.run_id, details, _run_url(settings, ti.dag_id, ti.run_id)), settings)


def tell_purge(context: Context, details: Mapping[str, Any]) -> None:
    """Tell what a run of `purge_users` deleted; called by its task."""
    settings = _settings()
    if settings is None:
        return
    ti = context["ti"]
    slack.send(purge_message(ti.run_id, details, _run_url(settings, ti.dag_id, ti.run_id)), settings)


def _report_fault(context: Context) -> None:
    """Send a fault of the code to Sentry, where one is set."""
    settings, error, ti = _settings(), context.get("exception"), context["ti"]
    if settings is not None and isinstance(error, BaseException):
        tags = {"dag_id": ti.dag_id, "task_id": ti.task_id, "run_id": ti.run_id, "try": str(ti.try_number)}
        error_tracking.report(error, tags, settings)


def _tell_failure(failure: Failure) -> None:
    settings = _settings()
    if settings is None:
        log.error("%s failed: %s", failure.dag_id, failure.cause)
        return
    incident = incidents.note_failure(settings, failure.dag_id, failure.cause)
    if not is_worth_telling(failure, incident):
        log.info("%s failed again; its incident is known: %s", failure.dag_id, failure.cause)
        return
    message: Message = failure_message(failure, incident.opened_at if incident else failure.failed_at)
    if not slack.send(message, settings) and incident is not None:
        incidents.release_announcement(settings, failure.dag_id)


def is_worth_telling(failure: Failure, incident: incidents.Incident | None) -> bool:
    """Tell once per incident, and once more when the tries that the first message promised are used up.

    Without a database nobody remembers: the first try and the last are told.
    """
    is_last = failure.retry_by is None
    if incident is None:
        return is_last or failure.try_number == 1
    promised_a_retry = failure.try_number > 1 and incident.opened_at >= failure.run_started_at
    return incident.to_announce or (is_last and promised_a_retry)


def _failed_try(context: Context, failed_at: datetime, retry_by: datetime | None) -> Failure:
    ti, settings = context["ti"], _settings()
    started_at = getattr(context.get("dag_run"), "start_date", None) or failed_at
    return Failure(
        dag_id=ti.dag_id,
        task_id=ti.task_id,
        run_id=ti.run_id,
        cause=cause_of(context.get("exception")),
        try_number=ti.try_number,
        tries=(ti.max_tries or 0) + 1,
        failed_at=failed_at,
        run_started_at=started_at,
        log_url=_log_url(settings, ti),
        manual_url=_manual_url(settings, ti.dag_id),
        retry_by=retry_by,
    )


def _failed_run(context: Context, failed_at: datetime) -> Failure:
    dag_id, run_id, settings = context["dag"].dag_id, context["run_id"], _settings()
    return Failure(
        dag_id=dag_id,
        task_id="",
        run_id=run_id,
        cause=cause_of(context.get("reason")),
        try_number=1,
        tries=1,
        failed_at=failed_at,
        run_started_at=failed_at,
        log_url=_run_url(settings, dag_id, run_id),
        manual_url=_manual_url(settings, dag_id),
    )


def _settings() -> Settings | None:
    """Give the settings, or None when they are what is wrong: the alert then goes to the log."""
    try:
        return load_settings()
    except SettingsError:
        log.exception("The settings cannot be read, so nobody is told on Slack")
        return None


def _airflow(settings: Settings | None) -> str:
    return settings.airflow_url.rstrip("/") if settings else ""


def _run_url(settings: Settings | None, dag_id: str, run_id: str) -> str:
    return f"{_airflow(settings)}/dags/{dag_id}/runs/{quote(run_id)}"


def _log_url(settings: Settings | None, ti: Any) -> str:
    mapped = f"/mapped/{ti.map_index}" if (ti.map_index or -1) >= 0 else ""
    return f"{_run_url(settings, ti.dag_id, ti.run_id)}/tasks/{ti.task_id}{mapped}?try_number={ti.try_number}"


def _manual_url(settings: Settings | None, dag_id: str) -> str:
    return f"{_airflow(settings)}/manuel/dags/{dag_id}.md"
