"""Each night: the database is saved, and the copy is restored to prove it.

Dumps one snapshot of the whole database into the bucket of backups, with its checksum and an inventory of
what it holds. Then the newest backup is restored into a scratch database and compared: tables, rows, a sample
of their content. **A backup that cannot be restored fails the run.** Seven daily and four weekly backups
stay, and only proved ones count.

Page of the manual: `docs/dags/backup_database.md`.
"""

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, get_current_context, task

from dags.defaults import task_defaults
from dags.runs import keep
from etl.backups.command import dump_to_bucket, prove_newest, rotate_bucket
from etl.settings import load_settings
from plugins.alerts.callbacks import tell_run_failure, tell_run_success


@dag(
    # Without a start date, the first run is the next one at midnight: see update_aps.
    schedule=CronTriggerTimetable("0 0 * * *", timezone="UTC", run_immediately=timedelta(0)),
    catchup=False,
    max_active_runs=1,
    default_args=task_defaults("database"),
    on_success_callback=tell_run_success,
    on_failure_callback=tell_run_failure,
    doc_md=__doc__,
    tags=["database", "backup"],
)
def backup_database() -> None:
    """Dump, prove the newest, and only then remove what is kept no longer."""

    @task
    def dump() -> str:
        return dump_to_bucket(load_settings()).key

    @task
    def prove(key: str) -> dict[str, Any]:
        started_at = get_current_context()["dag_run"].start_date
        return keep(prove_newest(load_settings(), started_at, key))

    @task
    def rotate() -> list[str]:
        return rotate_bucket(load_settings())

    dumped: Any = dump()
    prove(dumped) >> rotate()


backup_database()
