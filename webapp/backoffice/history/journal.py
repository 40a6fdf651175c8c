"""Who did what in the back-office and when: the events, newest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from webapp.backoffice.models import Editor, Event
from webapp.backoffice.wording import ROLES, STATES
from webapp.models import db

PAGE_SIZE = 50
LONGEST_TEXT = 100
# What stands in the list of accounts for what no account did.
NOBODY = "-"
# Details that the line tells by other means.
TOLD_APART = frozenset({"version"})
SHOWN_OF_A_HASH = 12
DETAILS = {
    "comment": "",
    "name": "compte",
    "role": "rôle",
    "sha256": "archive",
    "run_id": "exécution",
    "joined": "déjà en cours",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are asked for; an empty text lets all by."""

    account: str = ""
    order: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what an event answers to."""
        found = []
        if self.account:
            found.append(Editor.name.is_(None) if self.account == NOBODY else Editor.name == self.account)
        if self.order:
            found.append(Event.cid.icontains(self.order, autoescape=True))
        return found


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event; no account: a command or a step did it."""

    at: datetime
    account: str | None
    action: str
    cid: str | None
    details: Mapping[str, Any]

    @property
    def version(self) -> int | None:
        """Return the version of the order that came of it."""
        return self.details.get("version")

    @property
    def words(self) -> str:
        """Return the details in one line of French."""
        return " · ".join(self._told())

    def _told(self) -> Iterator[str]:
        for key, value in self.details.items():
            if key not in TOLD_APART:
                yield f"{DETAILS.get(key, key)} {_said(key, value)}".strip()


def _said(key: str, value: object) -> str:
    if value is True:
        return ""
    text = str(value)
    if key == "sha256":
        return text[:SHOWN_OF_A_HASH]
    return STATES.get(text, text) if key == "comment" else ROLES.get(text, text)


def count_events(wanted: Wanted) -> int:
    """Return how many events answer."""
    found = select(func.count()).select_from(Event).outerjoin(Editor, Editor.id == Event.editor_id)
    return db.session.scalar(found.where(*wanted.conditions())) or 0


def list_events(wanted: Wanted, page: int) -> list[EventLine]:
    """Return a page of the events that answer, newest first."""
    columns = (Event.at, Editor.name, Event.action, Event.cid, Event.details)
    statement = (
        select(*columns)
        .outerjoin(Editor, Editor.id == Event.editor_id)
        .where(*wanted.conditions())
        .order_by(Event.at.desc(), Event.id.desc())
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return [EventLine(*row) for row in db.session.execute(statement)]


def account_names() -> list[str]:
    """Return the names of all accounts, disabled ones too: what they did is still told."""
    return list(db.session.scalars(select(Editor.name).order_by(Editor.name)))
