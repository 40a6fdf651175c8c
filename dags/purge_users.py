"""⑤ Each night: people who have not come for long are deleted, with all they made.

Whoever has not visited the site for `INACTIVE_DAYS` days goes with their copies, their fictive installations,
the classements of both, and their prescriptions, in many short transactions: the site waits for none of them.
**Who comes back meanwhile is kept.** A run that was stopped has deleted some people whole, the next goes on.

Page of the manual: `docs/dags/purge_users.md`.
"""

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, dag, get_current_context, task

from dags.defaults import task_defaults
from dags.runs import summary
from etl.database import Role, connect
from etl.purge import purge_users as purge_idle_people
from etl.settings import load_settings
from plugins.alerts.callbacks import tell_purge, tell_run_failure, tell_run_success


@dag(
    # Without a start date, the first run is the next one at 01:00: see update_aps.
    schedule=CronTriggerTimetable("0 1 * * *", timezone="UTC", run_immediately=timedelta(0)),
    catchup=False,
    max_active_runs=1,
    default_args=task_defaults("users"),
    on_success_callback=tell_run_success,
    on_failure_callback=tell_run_failure,
    doc_md=__doc__,
    tags=["users", "⑤"],
    params={
        "inactive_days": Param(
            default=None,
            type=["null", "integer"],
            minimum=1,
            title="Jours sans visite",
            description="À partir de combien de jours sans visite effacer. Vide : le réglage INACTIVE_DAYS.",
        ),
        "accept_silence": Param(
            default=False,
            type="boolean",
            title="Accepter une longue interruption",
            description="Effacer même si aucune purge n'a eu lieu depuis une semaine (date vérifiée).",
        ),
    },
)
def purge_users() -> None:
    """Find and delete; tell what was deleted where anything was."""

    @task
    def purge() -> dict[str, Any]:
        context, settings = get_current_context(), load_settings()
        params = context["params"]
        with connect(settings, Role.ETL) as connection:
            report = purge_idle_people(
                connection,
                params["inactive_days"] or settings.inactive_days,
                accept_silence=params["accept_silence"],
            )
        if report.rows_in:
            tell_purge(context, report.details)
        return summary(report)

    purge()


purge_users()
