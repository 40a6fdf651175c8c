"""The versions of an order as the history lists them: all but their text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from webapp.backoffice.models import Editor, Order, OrderVersion
from webapp.models import db

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version: who made it (None: a command or a step), when, by what kind of change, what it lost."""

    number: int
    author: str | None
    created_at: datetime
    action: str
    comment: str
    lost: Sequence[Mapping[str, Any]]


def count_versions(cid: str) -> int:
    """Return how many versions an order has."""
    return db.session.scalar(select(func.count()).where(OrderVersion.cid == cid)) or 0


def current_version(cid: str) -> int:
    """Return the number of the current version of an order, 0 where there is no order."""
    return db.session.scalar(select(Order.version).where(Order.cid == cid)) or 0


def list_versions(cid: str, page: int = 1, size: int = PAGE_SIZE) -> list[VersionLine]:
    """Return a page of the versions of an order, newest first."""
    return _lines(cid, OrderVersion.number > 0, (page - 1) * size, size)


def version_line(cid: str, number: int) -> VersionLine:
    """Return one version.

    Raises:
        LookupError: there is no such version.
    """
    found = _lines(cid, OrderVersion.number == number, 0, 1)
    if not found:
        raise LookupError(f"{cid} has no version {number}.")
    return found[0]


def _lines(cid: str, wanted: Any, skipped: int, size: int) -> list[VersionLine]:
    columns = (
        OrderVersion.number,
        Editor.name.label("author"),
        OrderVersion.created_at,
        OrderVersion.action,
        OrderVersion.comment,
        OrderVersion.lost,
    )
    statement = (
        select(*columns)
        .outerjoin(Editor, Editor.id == OrderVersion.author_id)
        .where(OrderVersion.cid == cid, wanted)
        .order_by(OrderVersion.number.desc())
        .offset(skipped)
        .limit(size)
    )
    return [VersionLine(*row) for row in db.session.execute(statement)]
