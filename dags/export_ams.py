"""③ From the orders of the back-office to the archive that the site is made from.

Reads every order in force, checks them all and publishes their archive, `am/ams/<time>.zip` and then
`am/ams/latest.zip`. One order that cannot be published fails the run, the sentence names it, and **nothing is
written**. The publication starts `sync_ams`, which brings it to the site.

Started by hand or by the REST API; page of the manual: `docs/dags/export_ams.md`.
"""

from typing import Any

from airflow.sdk import dag, get_current_context, task

from dags.assets import AM_ARCHIVE
from dags.buckets import bucket
from dags.defaults import START, task_defaults
from dags.runs import keep, told_by
from etl.am_export import export_to_bucket
from etl.database import Role, connect
from etl.settings import load_settings
from plugins.alerts.callbacks import tell_run_failure, tell_run_success


@dag(
    schedule=None,
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=task_defaults("ams"),
    on_success_callback=tell_run_success,
    on_failure_callback=tell_run_failure,
    doc_md=__doc__,
    tags=["ams", "③"],
)
def export_ams() -> None:
    """Check and publish; the asset starts what follows."""

    @task(outlets=[AM_ARCHIVE])
    def export() -> dict[str, Any]:
        with connect(load_settings(), Role.ETL) as connection:
            report = export_to_bucket(connection, bucket("am"))
        get_current_context()["outlet_events"][AM_ARCHIVE].extra = told_by(report)
        return keep(report)

    export()


export_ams()
