"""What an edit does to what stands on sections: data for a page and for the history of an order."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from regulation.condition_file import read_condition
from regulation.warnings import clause

if TYPE_CHECKING:
    from regulation.editing.drafts import Document


class ElementKind(StrEnum):
    """What may stand on a section, in words for the page."""

    INAPPLICABILITY = "inapplicabilité"
    MODIFICATION = "modification"
    WARNING = "avertissement"
    TOPIC = "thème"


@dataclass(frozen=True, slots=True)
class ElementPlace:
    """A section, by its id and the titles from the top down to its own.

    ``alineas`` are counted from 1; none means all of them.
    """

    section_id: str
    titles: tuple[str, ...]
    alineas: tuple[int, ...] = ()

    def as_document(self) -> Document:
        """The place as plain JSON."""
        return {"section_id": self.section_id, "titles": list(self.titles), "alineas": list(self.alineas)}


@dataclass(frozen=True, slots=True)
class CarriedElement:
    """One element and where it stood and stands; ``reason`` is a French sentence where something was lost.

    ``raw`` is the element as the document had it, so that what was lost can be put back by hand.
    """

    kind: ElementKind
    raw: object
    old: ElementPlace
    new: ElementPlace | None = None
    reason: str = ""

    @property
    def section_title(self) -> str:
        """The title of the section that it stood on."""
        return self.old.titles[-1]

    @property
    def detail(self) -> str:
        """What tells it from others of its kind: its condition in French, its sentence, its topic."""
        if isinstance(self.raw, dict):
            return clause(read_condition(self.raw["condition"]))
        return str(self.raw)

    def as_document(self) -> Document:
        """The element as plain JSON, for the history."""
        return {
            "kind": self.kind.value,
            "element": self.raw,
            "old": self.old.as_document(),
            "new": self.new.as_document() if self.new else None,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class ReachChange:
    """A section moved out of what an element above it covers (``left``), or into it (``entered``)."""

    section: ElementPlace
    left: tuple[CarriedElement, ...]
    entered: tuple[CarriedElement, ...]


@dataclass(slots=True)
class Carried:
    """All elements of a document after an edit; one of several alineas can be partly kept and partly lost.

    ``moved``: on a section that has another parent, on another section, or on other alineas. ``lost``:
    without a home. ``reach``: sections moved across the border of an inapplicability or a topic above them.
    """

    moved: list[CarriedElement] = field(default_factory=list)
    stayed: list[CarriedElement] = field(default_factory=list)
    lost: list[CarriedElement] = field(default_factory=list)
    reach: list[ReachChange] = field(default_factory=list)
