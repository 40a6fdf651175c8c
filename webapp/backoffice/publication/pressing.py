"""The press of the button: a run of `export_ams`, or the one that is going on, noted in the events."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from webapp.backoffice.models import Editor, Event
from webapp.backoffice.publication.airflow import (
    Airflow,
    AirflowSilentError,
    AirflowTroubleError,
    AlreadyThereError,
)
from webapp.backoffice.publication.progress import EXPORT
from webapp.models import db

ACTION = "publish"
LOCK = 5_150_011  # any number: of two people who press at once, the second is told
AT_ONCE = "Quelqu’un d’autre vient d’appuyer au même moment : rechargez la page pour suivre sa publication."


@dataclass(frozen=True, slots=True)
class Pressed:
    """The last time that somebody pressed: who, when, and which run it is about."""

    run_id: str
    at: datetime
    by: str


def press(airflow: Airflow, editor_id: int, editor_name: str) -> bool:
    """Start a publication, or join the one whose export is going on; tell whether it was joined; commits.

    Raises:
        AirflowTroubleError: Airflow cannot be asked, or refuses; nothing was started and nothing is noted.
    """
    try:
        _take_turn()
        run_id = airflow.unfinished_run(EXPORT)
        is_joined = run_id is not None
        if run_id is None:
            run_id, is_joined = _start(airflow, editor_name)
    except BaseException:
        db.session.rollback()
        raise
    details = {"run_id": run_id, **({"joined": True} if is_joined else {})}
    db.session.add(Event(editor_id=editor_id, action=ACTION, details=details))
    db.session.commit()
    return is_joined


def _take_turn() -> None:
    """Take the turn until the end of the transaction, or say that somebody else has it."""
    turn = select(func.pg_try_advisory_xact_lock(LOCK))
    if not db.session.scalar(turn, bind_arguments={"mapper": Event}):
        raise AirflowTroubleError(AT_ONCE)


def _start(airflow: Airflow, editor_name: str) -> tuple[str, bool]:
    """Return the run that was started; where the answer was lost its id is known all the same."""
    run_id = f"site__{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}__{secrets.token_hex(4)}"
    try:
        airflow.start(EXPORT, run_id, f"Publication demandée par {editor_name} sur le site.")
    except AlreadyThereError:
        current = airflow.unfinished_run(EXPORT)
        if current is None:
            raise
        return current, True
    except AirflowSilentError:
        # Whether it runs is seen by looking for it.
        return run_id, False
    return run_id, False


def last_pressed() -> Pressed | None:
    """Return the last press, None before the first."""
    row = db.session.execute(
        select(Event.details, Event.at, Editor.name)
        .join(Editor, Editor.id == Event.editor_id)
        .where(Event.action == ACTION)
        .order_by(Event.id.desc())
        .limit(1)
    ).one_or_none()
    return Pressed(row.details["run_id"], row.at, row.name) if row else None
