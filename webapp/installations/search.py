"""Search of published installations: what was asked, what was found."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from etl.database import read_statement
from webapp.models import db

PAGE_SIZE = 20
SUGGESTIONS = 10
# Of what holds a word anywhere, this many are ranked while typing; the page of results ranks them all.
LOOKED_AT = 2_000
# Below this many exact matches, those with words near to the typed ones are looked for as well.
FEW = 10
LONGEST_TEXT = 100
IDENTIFIER = re.compile(r"\d{4}\.\d{0,5}")
# `0` and the s3ic_id without its dot: the number that Géorisques shows.
AIOT_NUMBER = re.compile(r"0(\d{4})(\d{5})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a visitor asked for; None lets everything by."""

    text: str = ""
    identifier: str | None = None
    num_dep: str | None = None
    regime: str | None = None
    seveso: str | None = None
    active: str | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was asked."""
        return self == Wanted()

    def as_parameters(self) -> dict[str, Any]:
        """Return the question as parameters of the statements under `sql/search`."""
        return {field: getattr(self, field) for field in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Hit:
    """One installation of a list."""

    s3ic_id: str
    name: str
    city: str | None
    code_postal: str | None
    department: str | None
    regime: str
    seveso: str | None
    active: str


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of one page, how many there are in all, and those that match nearly."""

    hits: list[Hit]
    total: int
    similar: list[Hit]


def parse_text(typed: str) -> Wanted:
    """Return what a text asks for: words, or an identifier (s3ic_id, its beginning, or AIOT number)."""
    text = " ".join(typed.replace("\0", " ").split())[:LONGEST_TEXT]
    aiot = AIOT_NUMBER.fullmatch(text)
    if aiot:
        return Wanted(identifier=f"{aiot[1]}.{aiot[2]}")
    if IDENTIFIER.fullmatch(text):
        return Wanted(identifier=text)
    return Wanted(text=text)


def suggest(wanted: Wanted) -> list[Hit]:
    """Return the ten best installations for what is being typed; filters play no part."""
    if wanted.identifier:
        return _run("suggest_by_identifier", wanted, wanted=SUGGESTIONS)
    hits = _run("suggest_installations", wanted, wanted=SUGGESTIONS, looked_at=LOOKED_AT)
    if len(hits) < FEW:
        hits += _similar(wanted, SUGGESTIONS - len(hits))
    return hits


def find(wanted: Wanted, page: int, size: int = PAGE_SIZE) -> Found:
    """Return one page (from 1) of the installations that match, best first; the first page adds near ones."""
    rows = _rows("find_installations", wanted, wanted=size, skipped=(page - 1) * size)
    total = rows[0].total if rows else 0
    is_short = page == 1 and total < FEW
    return Found(
        hits=[_hit(row) for row in rows],
        total=total,
        similar=_similar(wanted, max(size - total, 0)) if is_short else [],
    )


def _similar(wanted: Wanted, limit: int) -> list[Hit]:
    """Return installations with words near to the typed ones; an identifier has no near ones."""
    return _run("find_similar_installations", wanted, wanted=limit) if wanted.text else []


def _run(name: str, asked: Wanted, **limits: int) -> list[Hit]:
    return [_hit(row) for row in _rows(name, asked, **limits)]


def _rows(name: str, asked: Wanted, **limits: int) -> list[Row[Any]]:
    statement = read_statement(f"search/{name}.sql")
    return list(db.session.connection().exec_driver_sql(statement, asked.as_parameters() | limits))


def _hit(row: Row[Any]) -> Hit:
    return Hit(**{field: getattr(row, field) for field in Hit.__dataclass_fields__})
