"""Each hour: did everything run that should have, and are the data as fresh as they must be?

What stands still fails the run, and Slack tells it once, until it moves again (`look`). When all is well,
`HEARTBEAT_URL` is asked (`beat`): a watchman outside of this house, who alarms when nobody asks any more. A
scheduler that is dead tells nothing itself. Nothing is written.

Page of the manual: `docs/dags/watch_freshness.md`.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import CronTriggerTimetable, dag, task

from dags.defaults import task_defaults
from dags.runs import ReportedRefusalError
from etl import heartbeat
from etl.database import Role, connect
from etl.freshness import describe_late, find_late, read_newest_runs
from etl.settings import load_settings
from plugins.alerts.callbacks import tell_run_failure, tell_run_success


@dag(
    schedule=CronTriggerTimetable("15 * * * *", timezone="UTC", run_immediately=timedelta(0)),
    catchup=False,
    max_active_runs=1,
    default_args=task_defaults("freshness"),
    on_success_callback=tell_run_success,
    on_failure_callback=tell_run_failure,
    doc_md=__doc__,
    tags=["supervision"],
)
def watch_freshness() -> None:
    """Look, then give a sign of life."""

    @task
    def look() -> None:
        settings = load_settings()
        with connect(settings, Role.ETL) as connection:
            late = find_late(settings, read_newest_runs(connection), datetime.now(UTC))
        if late:
            raise ReportedRefusalError(describe_late(late))

    @task
    def beat() -> bool:
        return heartbeat.beat(load_settings())

    look() >> beat()


watch_freshness()
