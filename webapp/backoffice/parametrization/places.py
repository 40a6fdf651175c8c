"""Where an element stands: a section or the whole order, and which element it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort

from etl.am_documents import Document
from regulation.editing.carried import ElementKind
from regulation.editing.drafts import alinea_of
from regulation.editing.nodes import text_of
from regulation.editing.parameters import WHOLE_ORDER, elements_of, fingerprint, section_chain
from webapp.backoffice.store import StoredOrder

# In addresses; the identifier of a section has no such sign.
ORDER_ADDRESS = "@arrete"
KINDS = {
    "inapplicabilite": ElementKind.INAPPLICABILITY,
    "modification": ElementKind.MODIFICATION,
    "avertissement": ElementKind.WARNING,
}
ADDRESSES = {kind: word for word, kind in KINDS.items()}
# What the whole order may have.
ORDER_KINDS = (ElementKind.INAPPLICABILITY, ElementKind.WARNING)


@dataclass(frozen=True, slots=True)
class Place:
    """A section, by its raw form and the titles that lead to it; the whole order has none."""

    address: str
    titles: tuple[str, ...] = ()
    section: Document | None = None

    @property
    def is_order(self) -> bool:
        """Tell whether it is the whole order."""
        return self.section is None

    @property
    def section_id(self) -> str:
        """Return the section's id, empty for the whole order."""
        return WHOLE_ORDER if self.section is None else str(self.section["id"])

    @property
    def title(self) -> str:
        """Return its name in a sentence."""
        if self.section is None:
            return "l’arrêté entier"
        return self.titles[-1].strip() or "une section sans titre"

    @property
    def alineas(self) -> list[str]:
        """Return the words of its own alineas."""
        raw = self.section["outer_alineas"] if self.section else ()
        return [text_of(alinea_of(alinea)) for alinea in raw]

    @property
    def has_sections(self) -> bool:
        """Tell whether there are sections below it."""
        return bool(self.section and self.section["sections"])


@dataclass(frozen=True, slots=True)
class Target:
    """An element to change, by its rank among those of its kind and raw form; or one to add, without."""

    place: Place
    kind: ElementKind
    rank: int | None = None
    before: Any = None
    is_lost: bool = False

    @property
    def word(self) -> str:
        """Return its kind as addresses have it."""
        return ADDRESSES[self.kind]

    @property
    def stamp(self) -> str:
        """Return what tells the element from what others may make of it."""
        return "" if self.rank is None else fingerprint(self.before)


def find_place(document: Document, address: str) -> Place | None:
    """Return the place that an address names, None where there is none (any more)."""
    if address == ORDER_ADDRESS:
        return Place(address)
    chain = section_chain(document, address)
    return Place(address, tuple(one["title"]["text"] for one in chain), chain[-1]) if chain else None


def find_target(held: StoredOrder, place: Place, word: str, rank: int | None, stamp: str = "") -> Target:
    """Return the element that an address names; 404 where there is none.

    Where a form was sent for an element that somebody has changed or taken away since, it is lost: the target
    is a new element. `stamp` is that of the element when the form was shown.
    """
    kind = KINDS[word]
    if place.is_order and kind not in ORDER_KINDS:
        abort(404)
    if rank is None:
        return Target(place, kind)
    elements = dict(enumerate(elements_of(held.document, place.section_id, kind)))
    if not stamp:
        if rank not in elements:
            abort(404)
        return Target(place, kind, rank, elements[rank])
    ranks = _same(elements, stamp)
    if not ranks:
        return Target(place, kind, is_lost=True)
    found = rank if rank in ranks else ranks[0]
    return Target(place, kind, found, elements[found])


def _same(elements: Mapping[int, Any], stamp: str) -> list[int]:
    return [rank for rank, element in elements.items() if fingerprint(element) == stamp]
