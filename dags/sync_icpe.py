"""④ From the published files of the ICPE dataset to the rows of the site.

Starts when `transform_icpe` has published. Compares the files with the rows in service; when more than 5 %
would disappear, a person is asked here (« Required Actions ») and **nothing is held or written meanwhile**.
Then one transaction brings the rows up to the files: readers see the old state or the new one.

An agreement holds for the checksums shown with it: if the files changed meanwhile, nothing is written and a
new run asks anew. Refused or unanswered: the run fails, its report is `refused`, the old state stays.

Page of the manual: `docs/dags/sync_icpe.md`.
"""

from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import Param, dag, get_current_context, task

from dags.approval import Approval
from dags.assets import ICPE_FILES, ICPE_ROWS
from dags.buckets import bucket
from dags.defaults import START, task_defaults
from dags.runs import is_superseded, keep_refusal, summary, told_by
from etl.database import Role, connect
from etl.settings import load_settings
from etl.sync import ApprovalNeeded, apply_icpe, compare_icpe
from plugins.alerts.callbacks import tell_run_failure, tell_run_success

FILES_CHANGED = "The files changed after they were compared: nothing was written, a new run asks anew."


@dag(
    schedule=[ICPE_FILES],
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=task_defaults("icpe"),
    on_success_callback=tell_run_success,
    on_failure_callback=tell_run_failure,
    doc_md=__doc__,
    tags=["icpe", "④"],
    params={
        "dataset": Param(
            default=None,
            enum=[None, "all", "idf", "sample"],
            title="Jeu de fichiers",
            description="Quels fichiers charger : all, idf ou sample. Vide : le réglage SYNC_DATASET.",
        ),
    },
)
def sync_icpe() -> None:
    """Compare, ask if need be, apply, and ask anew if the files changed meanwhile."""

    @task
    def compare() -> dict[str, Any]:
        settings = load_settings()
        dataset = get_current_context()["params"]["dataset"] or settings.sync_dataset
        with connect(settings, Role.ETL) as connection:
            return compare_icpe(connection, bucket("misc"), dataset).to_values()

    @task(outlets=[ICPE_ROWS])
    def apply(comparison: Any, approved: Any) -> dict[str, Any]:
        try:
            with connect(load_settings(), Role.ETL) as connection:
                report = apply_icpe(connection, bucket("misc"), comparison["dataset"], approved=approved)
        except ApprovalNeeded as needed:
            return keep_refusal(("sync_icpe", "icpe"), FILES_CHANGED, needed.comparison.to_values())
        get_current_context()["outlet_events"][ICPE_ROWS].extra = told_by(report)
        return summary(report)

    @task.short_circuit(inlets=[ICPE_FILES])
    def needs_new_run(applied: Any) -> bool:
        return applied["outcome"] == "refused" and not is_superseded(get_current_context(), ICPE_FILES)

    compared: Any = compare()
    approve = Approval(task_id="approve", comparison=compared, dataset="icpe")
    ask_anew = TriggerDagRunOperator(
        task_id="ask_anew", trigger_dag_id="sync_icpe", conf={"dataset": compared["dataset"]}
    )
    needs_new_run(apply(compared, approve.output)) >> ask_anew


sync_icpe()
