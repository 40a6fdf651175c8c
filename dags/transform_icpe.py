"""① From the raw S3IC extractions to the published files of the ICPE dataset.

Reads the two extractions of the ministry in the bucket `misc`, checks and transforms them, and publishes
`installations_*.csv` and `classements_*.csv` (all, idf, sample) together, with a report and the rejected
lines under `private/icpe/`. An input that is not acceptable fails the run with one sentence and **nothing is
written**. The publication starts `sync_icpe`.

Started by hand; page of the manual: `docs/dags/transform_icpe.md`.
"""

from datetime import date
from typing import Any

from airflow.sdk import Param, dag, get_current_context, task

from dags.assets import ICPE_FILES, S3IC_CLASSEMENTS, S3IC_ESTABLISHMENTS
from dags.buckets import bucket
from dags.defaults import START, task_defaults
from dags.runs import keep, last_run, told_by
from etl import s3ic
from etl.settings import load_settings
from etl.storage import inside
from plugins.alerts.callbacks import tell_run_failure, tell_run_success


@dag(
    schedule=None,
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=task_defaults("icpe"),
    on_success_callback=tell_run_success,
    on_failure_callback=tell_run_failure,
    doc_md=__doc__,
    tags=["icpe", "①"],
    params={
        "establishments_key": Param(
            default="private/input/s3ic-liste-etablissements.csv",
            type="string",
            minLength=1,
            title="Extraction des établissements",
            description="Chemin du fichier dans le bucket misc.",
        ),
        "classements_key": Param(
            default="private/input/sic-liste-rubriques.csv",
            type="string",
            minLength=1,
            title="Extraction des rubriques",
            description="Chemin du fichier dans le bucket misc.",
        ),
        "dated_on": Param(
            default=None,
            type=["null", "string"],
            format="date",
            title="Date des données",
            description="Jour de l'extraction par le ministère, affiché sur le site. Vide : non précisé.",
        ),
        "accept_fewer_rows": Param(
            default=False,
            type="boolean",
            title="Accepter moins de lignes",
            description="Publier même si l'extraction a perdu plus de 2 % des lignes du dernier run réussi.",
        ),
    },
)
def transform_icpe() -> None:
    """Transform and publish; the asset starts what follows."""

    @task(inlets=[S3IC_ESTABLISHMENTS, S3IC_CLASSEMENTS], outlets=[ICPE_FILES])
    def transform() -> dict[str, Any]:
        context, misc = get_current_context(), bucket("misc")
        params = context["params"]
        report = s3ic.transform_icpe(
            establishments=inside(misc, params["establishments_key"]),
            classements=inside(misc, params["classements_key"]),
            output=misc,
            private=s3ic.PRIVATE_FOLDER,
            dated_on=date.fromisoformat(params["dated_on"]) if params["dated_on"] else None,
            previous=last_run("transform_icpe", "icpe"),
            accept_fewer_rows=params["accept_fewer_rows"],
            hidden_volume_rubriques=s3ic.hidden_rubriques(load_settings().hidden_volume_rubriques),
        )
        context["outlet_events"][ICPE_FILES].extra = told_by(report)
        return keep(report)

    transform()


transform_icpe()
