"""④ From the archive of ministerial orders to the orders, alineas and nomenclature of the site.

Starts when an archive is published (`am/ams/latest.zip`), and by hand. Every order is checked before
anything is written: one that is invalid refuses the whole archive, and the message names it. When more than
5 % of the orders would disappear, a person is asked here (« Required Actions ») and **nothing is held or
written meanwhile**. Then one transaction brings the rows up to the archive; what people picked stays, marked
where its alinea is gone. The nomenclature (`misc/classement_references.csv`) is loaded with it where it lies
in the bucket.

An agreement holds for the checksum shown with it: if the archive changed meanwhile, nothing is written and a
new run asks anew. Refused or unanswered: the run fails, its report is `refused`, the old state stays.

Page of the manual: `docs/dags/sync_ams.md`.
"""

from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import dag, get_current_context, task

from dags.approval import Approval
from dags.assets import AM_ARCHIVE, AM_ROWS
from dags.buckets import bucket
from dags.defaults import START, task_defaults
from dags.runs import is_superseded, keep_refusal, summary, told_by
from etl.database import Role, connect
from etl.settings import load_settings
from etl.storage import present
from etl.sync import ApprovalNeeded, apply_ams, compare_ams
from plugins.alerts.callbacks import tell_run_failure, tell_run_success

ARCHIVE = "ams/latest.zip"
NOMENCLATURE = "classement_references.csv"
ARCHIVE_CHANGED = "The archive changed after it was compared: nothing was written, a new run asks anew."


@dag(
    schedule=[AM_ARCHIVE],
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=task_defaults("ams"),
    on_success_callback=tell_run_success,
    on_failure_callback=tell_run_failure,
    doc_md=__doc__,
    tags=["ams", "④"],
)
def sync_ams() -> None:
    """Compare, ask if need be, apply, and ask anew if the archive changed meanwhile."""

    @task
    def compare() -> dict[str, Any]:
        with connect(load_settings(), Role.ETL) as connection:
            return compare_ams(connection, bucket("am") / ARCHIVE).to_values()

    @task(outlets=[AM_ROWS])
    def apply(approved: Any) -> dict[str, Any]:
        try:
            with connect(load_settings(), Role.ETL) as connection:
                nomenclature = present(bucket("misc") / NOMENCLATURE)
                report = apply_ams(
                    connection, bucket("am") / ARCHIVE, nomenclature=nomenclature, approved=approved
                )
        except ApprovalNeeded as needed:
            return keep_refusal(("sync_ams", "ams"), ARCHIVE_CHANGED, needed.comparison.to_values())
        get_current_context()["outlet_events"][AM_ROWS].extra = told_by(report)
        return summary(report)

    @task.short_circuit(inlets=[AM_ARCHIVE])
    def needs_new_run(applied: Any) -> bool:
        return applied["outcome"] == "refused" and not is_superseded(get_current_context(), AM_ARCHIVE)

    approve = Approval(task_id="approve", comparison=compare(), dataset="ams")
    ask_anew = TriggerDagRunOperator(task_id="ask_anew", trigger_dag_id="sync_ams")
    needs_new_run(apply(approve.output)) >> ask_anew


sync_ams()
