"""② Each morning: fetch what Géorisques lists, read the prefectoral orders that are new, publish.

Fetches the dump, finds the orders that were never read, those whose last try may go better today and those
asked for, reads them in batches (`read`, one task each, queue `ocr`) and publishes `aps_*.csv`. Each order
ends with a status in the bucket `ap`, readable or not: one bad PDF stops nothing. **What was read is
published in any case**; then the run fails if more than 10 % of its orders did, or a batch was lost.

Page of the manual: `docs/dags/update_aps.md`.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from dags.assets import APS_FILES
from dags.buckets import bucket
from dags.defaults import task_defaults
from dags.runs import keep, last_run, told_by
from etl.aps import closing, runs
from etl.aps.batches import Batch
from etl.aps.discovery import HIGHEST_LIMIT, LIMIT, wish_of
from etl.aps.reading import Reader, read_batch
from etl.aps.update import discover as find_batches
from etl.aps.update import fetch as fetch_list
from etl.aps.workplace import work_root
from etl.georisques import Remote, connected
from etl.ocr import engine_name, find_models
from etl.settings import load_settings
from plugins.alerts.callbacks import tell_run_failure, tell_run_success, tell_update

MOST_AT_ONCE = 64  # the pool `ocr` says how many there are really (OCR_BATCHES)


@dag(
    # Without a start date, the first run is the next one at 07:00: a house that has just been set up, whose
    # data are not all there, would otherwise begin at once.
    schedule=CronTriggerTimetable("0 7 * * *", timezone="UTC", run_immediately=timedelta(0)),
    catchup=False,
    max_active_runs=1,
    default_args=task_defaults("aps"),
    on_success_callback=tell_run_success,
    on_failure_callback=tell_run_failure,
    doc_md=__doc__,
    tags=["aps", "②"],
    params={
        "ids": Param(
            default=None,
            type=["null", "array"],
            items={"type": "string"},
            title="Arrêtés",
            description="Identifiants Géorisques (A/3/0123…) à lire, et eux seuls. Vide : ce qui est à lire.",
        ),
        "redo": Param(
            default=False,
            type="boolean",
            title="Relire",
            description=(
                "Avec des identifiants : les relire même s'ils l'ont été. Sans : reprendre tous les échecs "
                "et tout ce qu'un moteur plus ancien a lu."
            ),
        ),
        "limit": Param(
            default=LIMIT,
            type="integer",
            minimum=0,
            maximum=HIGHEST_LIMIT,
            title="Nombre maximal d'arrêtés",
            description="Les autres attendent la prochaine exécution. 0 : lister seulement.",
        ),
        "accept_fewer_rows": Param(
            default=False,
            type="boolean",
            title="Accepter moins de lignes",
            description="Continuer même si la source liste beaucoup moins de documents que la dernière fois.",
        ),
    },
)
def update_aps() -> None:
    """Fetch, find, read in batches, publish, and only then fail if too much failed."""

    @task
    def fetch() -> dict[str, Any]:
        settings, previous = load_settings(), last_run("update_aps", "documents")
        accept = get_current_context()["params"]["accept_fewer_rows"]
        with connected(Remote.from_settings(settings)) as session:
            return keep(
                fetch_list(
                    session, bucket("misc"), work_root(settings), previous=previous, accept_fewer_rows=accept
                )
            )

    @task
    def discover() -> list[dict[str, Any]]:
        context, listed = get_current_context(), last_run("update_aps", "documents")
        batches = find_batches(
            bucket("misc"),
            bucket("ap"),
            context["run_id"],
            wish_of(context["params"]),
            engine=engine_name(find_models()),
            began_at=datetime.now(UTC),
            dated_on=listed.dated_on if listed else None,
        )
        return [batch.to_values() for batch in batches]

    @task(queue="ocr", pool="ocr", max_active_tis_per_dagrun=MOST_AT_ONCE, map_index_template="{{ lot }}")
    def read(values: Any) -> dict[str, Any]:
        batch, settings = Batch.from_values(values), load_settings()
        get_current_context()["lot"] = batch.name  # type: ignore[typeddict-unknown-key]  # for the template
        with connected(Remote.from_settings(settings)) as session:
            reader = Reader(bucket("ap"), session, find_models(), work_root(settings))
            return read_batch(reader, batch).to_values()

    @task(trigger_rule="all_done", outlets=[APS_FILES])
    def publish() -> dict[str, Any]:
        context = get_current_context()
        try:
            report = closing.close(bucket("misc"), bucket("ap"), context["run_id"])
        except LookupError as error:
            raise AirflowSkipException(str(error)) from error
        context["outlet_events"][APS_FILES].extra = told_by(report)
        kept = keep(report)
        runs.end(bucket("ap"), context["run_id"])
        tell_update(context, report.details)
        return {**kept, "details": dict(report.details)}

    @task
    def check(published: Any) -> None:
        closing.check(published["details"])

    batches: Any = discover()
    published = publish()
    fetch() >> batches
    read.expand(values=batches) >> published
    batches >> check(published)


update_aps()
