"""The published orders, compared each week with Légifrance.

Reads the text of every order in force at Légifrance, as it stands today, and compares its words with those of
the last reading. The first reading of an order announces nothing. A change is told **once** on Slack, with
the page that compares the two texts, and the list of the back-office shows it until an editor has seen to it.

A few orders that cannot be read are told and do not stop the others. When Légifrance does not answer, or does
not take our keys, the run fails and **nothing is written**.

Page of the manual: `docs/dags/watch_orders.md`.
"""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task

from dags.defaults import task_defaults
from dags.runs import summary
from etl.database import Role, connect
from etl.errors import TransientError
from etl.legifrance import Legifrance, Source
from etl.settings import load_settings
from etl.upstream.announcing import announce_changes
from etl.upstream.watch import DATASET, Pace
from etl.upstream.watch import watch_orders as compare_orders
from plugins.alerts.callbacks import tell_run_failure, tell_run_success
from plugins.alerts.upstream import tell_change, tell_unread


@dag(
    schedule=CronTriggerTimetable("0 2 * * 0", timezone="UTC", run_immediately=timedelta(0)),
    catchup=False,
    max_active_runs=1,
    default_args=task_defaults(DATASET),
    on_success_callback=tell_run_success,
    on_failure_callback=tell_run_failure,
    doc_md=__doc__,
    tags=["ams"],
)
def watch_orders() -> None:
    """Compare, then tell what changed."""

    @task
    def compare() -> dict[str, Any]:
        settings = load_settings()
        source = Legifrance(Source.from_settings(settings))
        with connect(settings, Role.ETL) as connection:
            report = compare_orders(
                connection, source, Pace(settings.legifrance_pause_seconds), datetime.now(UTC).date()
            )
        return {**summary(report), "failed": dict(report.details["failed"])}

    @task
    def announce(compared: Any) -> int:
        settings = load_settings()
        if compared["failed"]:
            tell_unread(compared["failed"], settings)
        with connect(settings, Role.ETL) as connection:
            told, waiting = announce_changes(connection, partial(tell_change, settings=settings))
        if waiting:
            raise TransientError(f"{waiting} changes could not be told on Slack; {told} were.")
        return told

    announce(compare())


watch_orders()
