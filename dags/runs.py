"""The report that every run leaves in `dataset_runs`: the last good one before a step, a new one after it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import Asset, Context

from etl.database import Role, connect
from etl.errors import RefusedError, StepError, TooManyFailuresError
from etl.reports import Report, last_good_run, record_run
from etl.settings import load_settings
from etl.sync.transaction import record_trouble

COUNTS = ("rows_in", "rows_out", "created", "updated", "withdrawn", "deleted", "unchanged")


class ReportedRefusalError(RefusedError):
    """A refusal whose report is in `dataset_runs` already, with more than a callback could know."""


def last_run(step: str, dataset: str) -> Report | None:
    """Return the report of the last run that ended well, None before the first."""
    with connect(load_settings(), Role.ETL) as connection:
        return last_good_run(connection, step, dataset)


def keep(report: Report) -> dict[str, Any]:
    """Record a report and return what XCom may carry of it: its id, outcome and counts."""
    with connect(load_settings(), Role.ETL) as connection:
        record_run(connection, report)
    return summary(report)


def summary(report: Report) -> dict[str, Any]:
    """Return outcome, message and counts of a report."""
    return {
        "outcome": report.outcome,
        "message": report.message,
        **{name: getattr(report, name) for name in COUNTS},
    }


def told_by(report: Report) -> dict[str, Any]:
    """Return what the event of an asset says of the files: their date, rows and checksums."""
    return {
        "dated_on": report.dated_on.isoformat() if report.dated_on else None,
        "outcome": report.outcome,
        "rows_out": report.rows_out,
        "sha256": {entry["key"]: entry["sha256"] for entry in report.files},
    }


def keep_refusal(run: tuple[str, str], why: str, comparison: Mapping[str, Any]) -> dict[str, Any]:
    """Record that the comparison of a (step, dataset) was refused; return what XCom may carry of it."""
    with connect(load_settings(), Role.ETL) as connection:
        return summary(record_trouble(connection, run, "refused", why, comparison))


def is_superseded(context: Context, files: Asset) -> bool:
    """Tell whether the files were published again since this run began: another run follows by itself."""
    began_at = context["dag_run"].run_after.isoformat()
    return len(context["inlet_events"][files].after(began_at)) > 0


def keep_failure(context: Mapping[str, Any], *, dataset: str) -> None:
    """Task-level `on_failure_callback`: a run that fails leaves its report too."""
    error = context.get("exception")
    if isinstance(error, ReportedRefusalError | TooManyFailuresError):
        return
    ti, now = context["ti"], datetime.now(UTC)
    refused = isinstance(error, RefusedError)
    keep(
        Report(
            step=ti.dag_id,
            dataset=dataset,
            outcome="refused" if refused else "failed",
            started_at=min(ti.start_date or now, now),
            finished_at=now,
            message=message_of(error),
            details={"task": ti.task_id, "run": ti.run_id, "try": ti.try_number},
        )
    )


def message_of(error: BaseException | None) -> str:
    """Return what a report may say of an error: reports are public, so only our own sentences are quoted."""
    if isinstance(error, StepError):
        return str(error)
    kind = type(error).__name__ if error is not None else "process ended"
    return f"The run stopped ({kind}); the log of the task says more."
