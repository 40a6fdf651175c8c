"""How far a publication has come: the run of `export_ams`, then that of `sync_ams` which it starts."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from webapp.backoffice.publication.airflow import Airflow, AirflowTroubleError, NotThereError
from webapp.models import DatasetRun, db

EXPORT, SYNC = "export_ams", "sync_ams"
# Airflow starts what follows within a few seconds.
PATIENCE = timedelta(minutes=2)
# The tasks of each DAG that people follow, in the order in which they run.
TASKS = {
    EXPORT: {"export": "Vérification de tous les arrêtés, archive"},
    SYNC: {
        "compare": "Comparaison avec ce qui est en ligne",
        "approve": "Accord d’une personne, si plus de 5 % des arrêtés disparaissent",
        "apply": "Mise en ligne",
    },
}
TASK_STATES = {
    "running": "en cours",
    "deferred": "en cours",
    "success": "fait",
    "failed": "échoué",
    "up_for_retry": "nouvel essai dans un moment",
    "upstream_failed": "pas fait",
    "skipped": "pas nécessaire",
    "awaiting_input": "attend une réponse dans Airflow",
}
WAITS = "en attente"
PAUSED = (
    "Cette étape est en pause dans Airflow : la demande y attend. La personne qui administre le site doit la "
    "remettre en marche."
)
NOT_BEGUN = (
    "L’archive est publiée, mais sa mise en ligne n’a pas commencé. La personne qui administre le site doit "
    "regarder l’étape sync_ams dans Airflow."
)
LOST = (
    "Airflow n’a pas, ou plus, trace de cette publication. Si ce que vous voulez publier est encore annoncé "
    "ci-dessous, recommencez."
)
ASKS = (
    "Plus de 5 % des arrêtés en ligne disparaîtraient : une personne doit répondre dans Airflow (« Required "
    "Actions »). Rien ne change d’ici là."
)
# How the export begins a refusal; what follows are findings on orders, in French.
REFUSAL = "Nothing was published. "
NAMED = re.compile(r"((?:JORFTEXT|LEGITEXT)\d{12})(?:\.json)?")
SEE_LOG = "La cause est dans le journal de l’étape, dans Airflow. Ce qui était en ligne y reste."


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done: its name, its state as Airflow says it, and in French."""

    name: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a run failed, as the step says it: of which order (empty: of none), and in which language."""

    text: str
    cid: str = ""
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a publication has come.

    Attributes:
        state: `going`, `waiting` (for a person), `live`, `failed`, `lost`, or `unknown` where Airflow does
            not say.
        sentence: what it means, in French.
        reasons: why it failed.
        steps: what is done one after the other.
    """

    state: str
    sentence: str
    reasons: tuple[Reason, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {"live", "failed", "lost"}

    @property
    def digest(self) -> str:
        """Return a text that changes with what is shown."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def progress_of(airflow: Airflow, run_id: str, pressed_at: datetime) -> Progress:
    """Return how far the publication of a run of `export_ams` is; trouble with Airflow is told in it."""
    try:
        return _progress(airflow, run_id, pressed_at)
    except AirflowTroubleError as error:
        return Progress("unknown", str(error))


def _progress(airflow: Airflow, run_id: str, pressed_at: datetime) -> Progress:
    try:
        run = airflow.run(EXPORT, run_id)
    except NotThereError:
        if _is_recent(pressed_at):
            return Progress("going", "La demande est envoyée à Airflow.", steps=_steps(EXPORT, {}))
        return Progress("lost", LOST)
    steps = _steps(EXPORT, airflow.task_states(EXPORT, run_id))
    if run["state"] == "failed":
        return Progress("failed", "Rien n’a été publié.", _reasons(EXPORT, run_id), steps)
    if run["state"] != "success":
        return _before_export(airflow, str(run["state"]), (*steps, *_steps(SYNC, {})))
    following = airflow.run_started_by(EXPORT, run_id, SYNC)
    if following is None:
        return _before_sync(run["end_date"], steps)
    followed = _progress_of_sync(airflow, following)
    return replace(followed, steps=(*steps, *followed.steps))


def _before_export(airflow: Airflow, state: str, steps: tuple[Step, ...]) -> Progress:
    if state == "queued" and airflow.is_paused(EXPORT):
        return Progress("waiting", PAUSED, steps=steps)
    return Progress("going", "Les arrêtés en vigueur sont vérifiés, puis réunis.", steps=steps)


def _before_sync(ended: str | None, steps: tuple[Step, ...]) -> Progress:
    steps = (*steps, *_steps(SYNC, {}))
    if ended is None or _is_recent(datetime.fromisoformat(ended)):
        return Progress("going", "L’archive est publiée ; sa mise en ligne va commencer.", steps=steps)
    return Progress("failed", NOT_BEGUN, steps=steps)


def _progress_of_sync(airflow: Airflow, run_id: str) -> Progress:
    run = airflow.run(SYNC, run_id)
    states = airflow.task_states(SYNC, run_id)
    steps = _steps(SYNC, states)
    if run["state"] == "failed":
        return Progress("failed", "L’archive est publiée, mais pas en ligne.", _reasons(SYNC, run_id), steps)
    if run["state"] != "success":
        if run["state"] == "queued" and airflow.is_paused(SYNC):
            return Progress("waiting", PAUSED, steps=steps)
        if states.get("approve") == "awaiting_input":
            return Progress("waiting", ASKS, steps=steps)
        return Progress("going", "L’archive est publiée ; ses arrêtés sont mis en ligne.", steps=steps)
    # The archive changed while a person was asked: another run asks anew.
    if states.get("ask_anew") == "success" and (newest := airflow.newest_run(SYNC)) not in {None, run_id}:
        return _progress_of_sync(airflow, str(newest))
    return Progress("live", "Les arrêtés publiés sont en ligne.", steps=steps)


def _is_recent(moment: datetime) -> bool:
    return datetime.now(UTC) - moment < PATIENCE


def _steps(dag_id: str, states: Mapping[str, str | None]) -> tuple[Step, ...]:
    found = {task: states.get(task) or "" for task in TASKS[dag_id]}
    return tuple(
        Step(TASKS[dag_id][task], state, TASK_STATES.get(state, WAITS)) for task, state in found.items()
    )


def _reasons(step: str, run_id: str) -> tuple[Reason, ...]:
    """Return why a run failed, as its report says: one reason for each order where orders are named."""
    said = db.session.scalars(
        select(DatasetRun.message)
        .where(DatasetRun.step == step, DatasetRun.outcome.in_(["failed", "refused"]))
        .where(DatasetRun.details["run"].astext == run_id)
        .order_by(DatasetRun.id.desc())
        .limit(1)
    ).one_or_none()
    if not said:
        return (Reason(SEE_LOG),)
    if not said.startswith(REFUSAL):
        return (Reason(said, language="en"), Reason(SEE_LOG))
    return tuple(_reason(text) for text in said.removeprefix(REFUSAL).split(" ; "))


def _reason(text: str) -> Reason:
    """Return a finding on an order, which begins with the order's identifier."""
    found = NAMED.match(text)
    return Reason(text[found.end() :].lstrip(" ,:"), found[1]) if found else Reason(text)
