"""④ From the list of prefectoral orders and their texts to the rows and the search of the site.

Starts when `update_aps` has published, and every day at 21:00 UTC. Only the statuses that the index of the
bucket `ap` says changed are read. When more than 5 % of the orders, or of their texts, would disappear, a
person is asked here (« Required Actions ») and **nothing is held or written meanwhile**. Then one transaction
brings orders and pages up to the files. An order that is gone is withdrawn at once; after 30 days its row and
its text are deleted, then its files (`delete_files`). What people picked stays, marked.

An agreement holds for the checksum shown with it: if the list changed meanwhile, nothing is written and a new
run asks anew. Refused or unanswered: the run fails, its report is `refused`, the old state stays.

Page of the manual: `docs/dags/sync_aps.md`.
"""

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, Param, dag, get_current_context, task

from dags.approval import Approval
from dags.assets import AP_ROWS, APS_FILES
from dags.buckets import bucket
from dags.defaults import task_defaults
from dags.runs import is_superseded, keep_refusal, summary, told_by
from etl.database import Role, connect
from etl.settings import load_settings
from etl.sync import ApprovalNeeded, apply_aps, compare_aps, delete_withdrawn_files
from plugins.alerts.callbacks import tell_run_failure, tell_run_success

LIST_CHANGED = "The list changed after it was compared: nothing was written, a new run asks anew."


@dag(
    # Without a start date the evening's first run is the next one: see update_aps.
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("0 21 * * *", timezone="UTC", run_immediately=timedelta(0)),
        assets=[APS_FILES],
    ),
    catchup=False,
    max_active_runs=1,
    default_args=task_defaults("aps"),
    on_success_callback=tell_run_success,
    on_failure_callback=tell_run_failure,
    doc_md=__doc__,
    tags=["aps", "④"],
    params={
        "dataset": Param(
            default=None,
            enum=[None, "all", "idf", "sample"],
            title="Jeu de fichiers",
            description="Quelle liste charger : all, idf ou sample. Vide : le réglage SYNC_DATASET.",
        ),
    },
)
def sync_aps() -> None:
    """Compare, ask if need be, apply, delete old files, and ask anew if the list changed meanwhile."""

    @task
    def compare() -> dict[str, Any]:
        settings = load_settings()
        dataset = get_current_context()["params"]["dataset"] or settings.sync_dataset
        with connect(settings, Role.ETL) as connection:
            return compare_aps(connection, bucket("misc"), bucket("ap"), dataset).to_values()

    @task(outlets=[AP_ROWS])
    def apply(comparison: Any, approved: Any) -> dict[str, Any]:
        try:
            with connect(load_settings(), Role.ETL) as connection:
                report = apply_aps(
                    connection, bucket("misc"), bucket("ap"), comparison["dataset"], approved=approved
                )
        except ApprovalNeeded as needed:
            return keep_refusal(("sync_aps", "aps"), LIST_CHANGED, needed.comparison.to_values())
        get_current_context()["outlet_events"][AP_ROWS].extra = told_by(report)
        return summary(report)

    @task
    def delete_files() -> int:
        with connect(load_settings(), Role.ETL) as connection:
            return delete_withdrawn_files(connection, bucket("ap"))

    @task.short_circuit(inlets=[APS_FILES])
    def needs_new_run(applied: Any) -> bool:
        return applied["outcome"] == "refused" and not is_superseded(get_current_context(), APS_FILES)

    compared: Any = compare()
    approve = Approval(task_id="approve", comparison=compared, dataset="aps")
    ask_anew = TriggerDagRunOperator(
        task_id="ask_anew", trigger_dag_id="sync_aps", conf={"dataset": compared["dataset"]}
    )
    applied = apply(compared, approve.output)
    applied >> delete_files()
    needs_new_run(applied) >> ask_anew


sync_aps()
