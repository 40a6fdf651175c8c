"""How far the reading of prefectoral orders is: states, why some could not be read, how sure the text is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from webapp.aps.wording import FAILURES, UNKNOWN_FAILURE, UNSURE
from webapp.models import DatasetRun, PrefectoralOrder, db

STATES = {
    "SUCCESS": "Texte disponible",
    "ERROR": "Lecture impossible",
    "NOT_ATTEMPTED": "Pas encore lus",
}
SURE = 90.0
# From the surest on: the engine goes from 0 to 100, and documents that are no scan keep their own text.
CONFIDENCES = {
    "own": "Texte du document lui-même, sans lecture",
    "sure": "Lecture sûre",
    "good": "Lecture bonne, quelques mots à vérifier",
    "unsure": "Lecture incertaine, à vérifier sur le document",
}


@dataclass(frozen=True, slots=True)
class Share:
    """How many orders something is true of, and which part of all that is, from 0 to 1."""

    title: str
    orders: int
    share: float


@dataclass(frozen=True, slots=True)
class ReadingState:
    """The orders in service by state, failure and confidence, and how long the first of them have waited.

    `looked_at` is the end of the last run that looked for new orders and read, however it went.
    """

    states: list[Share]
    failures: list[Share]
    confidences: list[Share]
    waiting_since: datetime | None
    looked_at: datetime | None

    @property
    def total(self) -> int:
        """Return how many orders there are."""
        return sum(share.orders for share in self.states)


def read_reading_state() -> ReadingState:
    """Return how far the reading of the orders in service is."""
    kept = PrefectoralOrder.withdrawn_at.is_(None)
    states = _counts(select(PrefectoralOrder.ocr_status, func.count()).where(kept).group_by("ocr_status"))
    failures = _counts(
        select(func.coalesce(PrefectoralOrder.failure, ""), func.count())
        .where(kept, PrefectoralOrder.ocr_status == "ERROR")
        .group_by(PrefectoralOrder.failure)
    )
    level = case(
        (PrefectoralOrder.confidence.is_(None), "own"),
        (PrefectoralOrder.confidence >= SURE, "sure"),
        (PrefectoralOrder.confidence >= UNSURE, "good"),
        else_="unsure",
    )
    confidences = _counts(
        select(level, func.count()).where(kept, PrefectoralOrder.ocr_status == "SUCCESS").group_by(level)
    )
    waiting = select(func.min(PrefectoralOrder.created_at)).where(
        kept, PrefectoralOrder.ocr_status == "NOT_ATTEMPTED"
    )
    looked = select(func.max(DatasetRun.finished_at)).where(DatasetRun.step == "update_aps")
    return ReadingState(
        states=_shares(STATES, states),
        failures=_failures(failures),
        confidences=_shares(CONFIDENCES, confidences),
        waiting_since=db.session.scalar(waiting),
        looked_at=db.session.scalar(looked),
    )


def _counts(statement: Any) -> dict[str, int]:
    return {key: int(count) for key, count in db.session.execute(statement)}


def _shares(titles: dict[str, str], counts: dict[str, int]) -> list[Share]:
    """Return each title with its count, those without any left out, in the order of the titles."""
    total = sum(counts.values())
    found = {title: counts[key] for key, title in titles.items() if counts.get(key)}
    return [Share(title, orders, orders / total) for title, orders in found.items()]


def _failures(counts: dict[str, int]) -> list[Share]:
    """Return the failures in words, the most frequent first; unknown ones are one line."""
    named: dict[str, int] = {}
    for key, count in counts.items():
        title = FAILURES.get(key, UNKNOWN_FAILURE)
        named[title] = named.get(title, 0) + count
    found = _shares({title: title[0].upper() + title[1:] for title in named}, named)
    return sorted(found, key=lambda share: (-share.orders, share.title))
