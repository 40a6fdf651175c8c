"""What data is in service now: counts, date, departments. Read anew after each run of a step."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app, g
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.exc import SQLAlchemyError

from webapp.configuration import current_settings
from webapp.formats import PARIS, now
from webapp.models import Classement, DatasetRun, Installation, db

STANDING_KEY = "envinorma_standing"
MOST_DEPARTMENTS = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """The published installations: how many, of which departments, and how old.

    `dated_on` is the date of the source where the step knew it; `refreshed_at` is when the site last took it.
    `aps_updated_at` is when prefectoral orders were last both looked for at the source and put into service.
    """

    installations: int
    classements: int
    departments: list[tuple[str, str]]
    dated_on: date | None
    refreshed_at: datetime | None
    aps_updated_at: datetime | None

    @property
    def as_of(self) -> date | None:
        """Return the date that the data speaks for: the source's, else that of the refresh."""
        if self.dated_on is not None:
            return self.dated_on
        return self.refreshed_at.astimezone(PARIS).date() if self.refreshed_at else None

    @property
    def is_stale(self) -> bool:
        """Tell whether the data is older than its limit."""
        limit = timedelta(days=current_settings().icpe_stale_days)
        return self.as_of is not None and now().astimezone(PARIS).date() - self.as_of > limit

    @property
    def aps_are_stale(self) -> bool:
        """Tell whether prefectoral orders, looked for each day, have not been for longer than their limit."""
        limit = timedelta(days=current_settings().ap_stale_days)
        return self.aps_updated_at is not None and now() - self.aps_updated_at > limit


def footer_standing() -> Standing | None:
    """Return what is in service for the foot of a page, None where the database does not answer.

    The foot must not take down a page that needs no data; a page asks once.
    """
    if "standing" not in g:
        g.standing = _standing_or_none()
    standing: Standing | None = g.standing
    return standing


def _standing_or_none() -> Standing | None:
    try:
        return read_standing()
    except SQLAlchemyError as error:
        log.warning("The page goes without the figures of the data: %s", error)
        db.session.rollback()
        return None


def read_standing() -> Standing:
    """Return what is in service; counted anew only after a run of a step."""
    newest_run = db.session.scalar(select(func.max(DatasetRun.id)))
    remembered: tuple[int | None, Standing] | None = current_app.extensions[STANDING_KEY]
    if remembered is not None and remembered[0] == newest_run:
        return remembered[1]
    standing = _count()
    current_app.extensions[STANDING_KEY] = (newest_run, standing)
    return standing


def _count() -> Standing:
    run = last_good_run("sync_icpe", "icpe")
    return Standing(
        installations=_number(select(func.count()).select_from(Installation).where(is_published())),
        classements=_number(
            select(func.count())
            .select_from(Classement)
            .join(Installation, Classement.installation_id == Installation.id)
            .where(is_published())
        ),
        departments=_departments(),
        dated_on=run.dated_on if run else None,
        refreshed_at=run.finished_at if run else None,
        aps_updated_at=_aps_updated_at(),
    )


def _aps_updated_at() -> datetime | None:
    runs = (last_good_run("update_aps", "aps"), last_good_run("sync_aps", "aps"))
    return min((run.finished_at for run in runs if run is not None), default=None)


def last_good_run(step: str, dataset: str) -> DatasetRun | None:
    """Return the newest run of a step that ended well, None where there is none."""
    return db.session.scalar(
        select(DatasetRun)
        .where(DatasetRun.step == step, DatasetRun.dataset == dataset)
        .where(DatasetRun.outcome.in_(("done", "unchanged")))
        .order_by(DatasetRun.finished_at.desc(), DatasetRun.id.desc())
        .limit(1)
    )


def is_published() -> ColumnElement[bool]:
    """Return the condition on installations that everybody may see in lists."""
    return and_(Installation.owner_id.is_(None), Installation.withdrawn_at.is_(None))


def _departments() -> list[tuple[str, str]]:
    """Return number and name of the departments that have published installations, by number."""
    rows = db.session.execute(
        select(Installation.num_dep, func.min(Installation.department))
        .where(is_published(), Installation.num_dep.is_not(None))
        .group_by(Installation.num_dep)
        .order_by(Installation.num_dep)
        .limit(MOST_DEPARTMENTS)
    )
    return [(number, name or number) for number, name in rows if number]


def _number(statement: Any) -> int:
    return int(db.session.scalar(statement) or 0)
