"""Reads an answer of Légifrance into values: what is needed of it, in force and in its order, nothing else.

The fields and where they are documented: docs/decisions/0013.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from etl.errors import RefusedError
from etl.upstream.errors import ShapeError
from etl.upstream.paragraphs import kept_letters

NAME = "Légifrance"
IN_FORCE = {"VIGUEUR", "VIGUEUR_ETEN", "VIGUEUR_NON_ETEN", "ABROGE_DIFF", "INITIALE", "SANS_ETAT", ""}
DEEPEST = 40


@dataclass(frozen=True, slots=True)
class UpstreamArticle:
    """An article: its number as Légifrance has it ("2", "Annexe I", empty) and its content, HTML."""

    num: str
    content: str


@dataclass(frozen=True, slots=True)
class UpstreamSection:
    """A section, its articles and sections in their order."""

    title: str
    parts: tuple["UpstreamArticle | UpstreamSection", ...]


@dataclass(frozen=True, slots=True)
class UpstreamText:
    """A text as it stands on a day; one that is not consolidated is as it was published."""

    cid: str
    title: str
    on: date
    is_consolidated: bool
    parts: tuple[UpstreamArticle | UpstreamSection, ...]


def read_text(body: bytes, cid: str, on: date, *, is_consolidated: bool) -> UpstreamText:
    """Return the text of an answer, without what is not in force.

    Raises:
        ShapeError: it is not as documented; the error names the field.
        RefusedError: it is another text than the one that was asked for.
    """
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        raise ShapeError(NAME, "JSON") from None
    if not isinstance(values, dict):
        raise ShapeError(NAME, "JSON")
    ids = {str(values.get("cid") or ""), str(values.get("id") or "").partition("_")[0]} - {""}
    if ids and cid not in ids:
        raise RefusedError(f"Légifrance gave the text {min(ids)[:40]} instead of {cid}: it is not used.")
    reader = _Reader(on)
    title = _text(values, "title", "")
    return UpstreamText(cid, title, on, is_consolidated, reader.parts(values, ""))


class _Reader:
    """Reads the tree of a text as it stands on a day."""

    def __init__(self, on: date) -> None:
        self._on = on

    def parts(
        self, values: Mapping[str, Any], path: str, depth: int = 0
    ) -> tuple[UpstreamArticle | UpstreamSection, ...]:
        """Return the articles and sections in force below a text or section."""
        if depth > DEEPEST:
            raise ShapeError(NAME, f"{path}: it nests deeper than any text")
        found: list[tuple[int, UpstreamArticle | UpstreamSection]] = []
        for place, article in _members(values, "articles", path):
            read = self._article(article, place)
            if read is not None:
                found.append((_order(article, place), read))
        for place, section in _members(values, "sections", path):
            title = _text(section, "title", place)
            below = self.parts(section, f"{place}.", depth + 1)
            if below:
                found.append((_order(section, place), UpstreamSection(title, below)))
        return tuple(part for _, part in sorted(found, key=lambda entry: entry[0]))

    def _article(self, values: Mapping[str, Any], place: str) -> UpstreamArticle | None:
        state = _text(values, "etat", place, may_be_null=True)
        num = _text(values, "num", place, may_be_null=True)
        content = _text(values, "content", place)
        if state not in IN_FORCE and not self._is_within(values):
            return None
        return UpstreamArticle(" ".join(kept_letters(num).split()), content)

    def _is_within(self, values: Mapping[str, Any]) -> bool:
        """Tell whether the day lies in the life of an article, where the answer gives both its ends."""
        begin, end = _day(values.get("dateDebut")), _day(values.get("dateFin"))
        return begin is not None and end is not None and begin <= self._on < end


def _members(values: Mapping[str, Any], name: str, path: str) -> Sequence[tuple[str, Mapping[str, Any]]]:
    members = values.get(name)
    if not isinstance(members, list):
        raise ShapeError(NAME, f"{path}{name}")
    places = [(f"{path}{name}[{index}]", member) for index, member in enumerate(members)]
    for place, member in places:
        if not isinstance(member, dict):
            raise ShapeError(NAME, place)
    return places


def _text(values: Mapping[str, Any], name: str, place: str, *, may_be_null: bool = False) -> str:
    field = f"{place}.{name}" if place else name
    if name not in values:
        raise ShapeError(NAME, field)
    value = values[name]
    if value is None and may_be_null:
        return ""
    if not isinstance(value, str):
        raise ShapeError(NAME, field)
    return value


def _order(values: Mapping[str, Any], place: str) -> int:
    order = values.get("intOrdre")
    if isinstance(order, bool) or not isinstance(order, int):
        raise ShapeError(NAME, f"{place}.intOrdre")
    return order


def _day(value: object) -> date | None:
    """Return the day of a date as the API writes it: ISO, or milliseconds since 1970."""
    try:
        if isinstance(value, str):
            return date.fromisoformat(value[:10])
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
    return None
