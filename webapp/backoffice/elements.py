"""What stands on sections and an edit carried elsewhere or lost, in words: for a review, for the history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulation.condition_file import read_condition
from regulation.reading import ReadingError
from regulation.topics import Topic
from regulation.warnings import clause, numbered_alineas


@dataclass(frozen=True, slots=True)
class ToldPlace:
    """A section by the titles that lead to it, and `l'alinéa 3` where not all of its own are meant."""

    titles: tuple[str, ...]
    alineas: str


@dataclass(frozen=True, slots=True)
class ToldElement:
    """An element in words: `Inapplicabilité`, its condition, where it stood and stands, why it was lost."""

    kind: str
    detail: str
    old: ToldPlace
    new: ToldPlace | None
    reason: str


def told(element: Mapping[str, Any]) -> ToldElement:
    """Say an element as `CarriedElement.as_document` gives it, and as a version keeps it in `lost`."""
    new = element["new"]
    return ToldElement(
        element["kind"].capitalize(),
        detail_of(element["element"]),
        _place(element["old"]),
        _place(new) if new else None,
        element["reason"],
    )


def _place(place: Mapping[str, Any]) -> ToldPlace:
    return ToldPlace(tuple(place["titles"]), numbered_alineas([number - 1 for number in place["alineas"]]))


def detail_of(raw: object) -> str:
    """Say what tells a raw element from others of its kind: its condition, its sentence, its topic."""
    if isinstance(raw, dict):
        return _condition(raw)
    words = str(raw)
    return Topic[words].label if words in Topic.__members__ else words


def _condition(raw: Mapping[str, Any]) -> str:
    """Return the condition in French; a version of long ago may have one that is not read any more."""
    try:
        words = clause(read_condition(raw["condition"]))
    except ReadingError as error:
        return f"condition illisible ({error})"
    return f"lorsque {words}"
