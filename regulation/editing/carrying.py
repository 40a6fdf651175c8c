"""A new text for a document: what stood on its sections follows them.

Sections and alineas keep their raw form wherever they did not change, so that a text saved as it was read
gives the same document. The rules are told in docs/backoffice-text.md.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulation.editing.alignment import align
from regulation.editing.alinea_alignment import place_alineas
from regulation.editing.carried import Carried, CarriedElement, ElementKind, ElementPlace
from regulation.editing.drafts import Document, alinea_document, raw_sections
from regulation.editing.nodes import NO_PARENT
from regulation.editing.reach import reach_changes
from regulation.editing.references import reference_document
from regulation.editing.shares import GONE_SECTION, Sharing
from regulation.editing.text_format import sections_to_text, text_to_sections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from regulation.editing.alignment import Pairs
    from regulation.editing.alinea_alignment import Place, Places
    from regulation.editing.drafts import DraftSection
    from regulation.editing.shares import Loss, Share


@dataclass(frozen=True, slots=True)
class Edit:
    """A document under a new text, and what became of what stood on its sections."""

    document: Document
    carried: Carried


def new_section_id() -> str:
    """A section id of twelve characters that no other section has."""
    return secrets.token_hex(6)


def edit_sections(
    document: Document, sections: Iterable[DraftSection], new_id: Callable[[], str] = new_section_id
) -> Edit:
    """The document with these sections for its own; the one given stays as it is.

    ``new_id`` names sections that are in no way one of the old ones.
    """
    pairs = align(_as_written(document), sections)
    return _Carrying(document, pairs, place_alineas(pairs), new_id).edit()


def _as_written(document: Mapping[str, Any]) -> tuple[DraftSection, ...]:
    """The old sections as the editor was shown them, so that what the text cannot say is no change."""
    if not document["sections"]:
        return ()
    return text_to_sections(sections_to_text(document["sections"])).sections


class _Carrying:
    def __init__(self, document: Document, pairs: Pairs, places: Places, new_id: Callable[[], str]) -> None:
        self._document = document
        self._raw = list(raw_sections(document["sections"]))
        self._pairs = pairs
        self._places = places
        self._ids = self._name_sections(new_id)
        self._carried = Carried()
        self._inapplicabilities: dict[int, list[Document]] = defaultdict(list)
        self._sources: dict[Place, list[Place]] = defaultdict(list)
        for source, targets in places.items():
            for target in targets:
                self._sources[target].append(source)

    def _name_sections(self, new_id: Callable[[], str]) -> list[str]:
        taken = {section["id"] for section in self._raw}
        names: list[str] = []
        for index in range(len(self._pairs.new)):
            old = self._pairs.old_of.get(index)
            name = self._raw[old]["id"] if old is not None else new_id()
            while old is None and name in taken:
                name = new_id()
            taken.add(name)
            names.append(name)
        return names

    def edit(self) -> Edit:
        sharing = Sharing(self._pairs, self._places)
        for old, raw in enumerate(self._raw):
            self._carry_inapplicabilities(sharing, old, raw)
            self._carry_others(old, raw)
        roots = [index for index, node in enumerate(self._pairs.new) if node.parent == NO_PARENT]
        document = {**self._document, "sections": [self._section(index) for index in roots]}
        self._carried.reach.extend(reach_changes(self._pairs, self._document, document))
        return Edit(document, self._carried)

    def _carry_inapplicabilities(self, sharing: Sharing, old: int, raw: Document) -> None:
        for element in (raw.get("parametrization") or {}).get("potential_inapplicabilities", ()):
            shares, losses = sharing.share(old, element)
            for share in shares:
                self._inapplicabilities[share.section].append(share.raw)
                self._keep_share(old, element, share)
            for loss in losses:
                self._lose(ElementKind.INAPPLICABILITY, old, element, loss)

    def _keep_share(self, old: int, element: Document, share: Share) -> None:
        before = self._old_place(old, element.get("alineas") or ())
        after = self._new_place(share.section, share.raw.get("alineas") or ())
        entry = CarriedElement(ElementKind.INAPPLICABILITY, element, before, after)
        is_same = share.raw is element and self._pairs.old_of.get(share.section) == old
        self._sort(entry, old, share.section, is_same=is_same)

    def _carry_others(self, old: int, raw: Document) -> None:
        new = self._pairs.new_of.get(old)
        for kind, element in _others(raw):
            before = self._old_place(old)
            if new is None:
                self._carried.lost.append(CarriedElement(kind, element, before, None, GONE_SECTION))
            else:
                self._sort(CarriedElement(kind, element, before, self._new_place(new)), old, new)

    def _sort(self, entry: CarriedElement, old: int, new: int, *, is_same: bool = True) -> None:
        stays = is_same and self._pairs.parents_match(old, new)
        (self._carried.stayed if stays else self._carried.moved).append(entry)

    def _lose(self, kind: ElementKind, old: int, element: object, loss: Loss) -> None:
        place = self._old_place(old, loss.alineas)
        self._carried.lost.append(CarriedElement(kind, element, place, None, loss.reason))

    def _old_place(self, old: int, alineas: Iterable[int] = ()) -> ElementPlace:
        numbers = tuple(index + 1 for index in alineas)
        return ElementPlace(self._raw[old]["id"], self._pairs.old[old].chain, numbers)

    def _new_place(self, new: int, alineas: Iterable[int] = ()) -> ElementPlace:
        return ElementPlace(self._ids[new], self._pairs.new[new].chain, tuple(index + 1 for index in alineas))

    def _section(self, new: int) -> Document:
        """The raw section, the old one's where it has one; the keys of a new one are those of the files."""
        node = self._pairs.new[new]
        old = self._pairs.old_of.get(new)
        base = _blank_section() if old is None else self._raw[old]
        changes: Document = {
            "id": self._ids[new],
            "outer_alineas": [self._alinea(new, index) for index in range(len(node.alineas))],
            "parametrization": self._parametrization(new, base["parametrization"]),
            "sections": [self._section(child) for child in node.children],
        }
        if base["title"]["text"] != node.draft.title:
            changes["title"] = {**base["title"], "text": node.draft.title}
        if old is None or self._pairs.old[old].chain != node.chain:
            changes["reference"] = reference_document(node.chain)
        return {**base, **changes}

    def _alinea(self, new: int, index: int) -> Document:
        number = self._pairs.new[new].alineas[index]
        for section, place in self._sources[new, index]:
            if self._pairs.old[section].alineas[place] == number:
                alinea: Document = self._raw[section]["outer_alineas"][place]
                return alinea
        return alinea_document(self._pairs.new[new].draft.alineas[index])

    def _parametrization(self, new: int, base: Document | None) -> Document | None:
        kept = self._inapplicabilities.get(new, [])
        if base is None:
            return {**_no_parametrization(), "potential_inapplicabilities": kept} if kept else None
        if base["potential_inapplicabilities"] == kept:
            return base
        return {**base, "potential_inapplicabilities": kept}


def _others(raw: Document) -> Iterator[tuple[ElementKind, object]]:
    parametrization = raw.get("parametrization") or {}
    for modification in parametrization.get("potential_modifications", ()):
        yield ElementKind.MODIFICATION, modification
    for warning in parametrization.get("warnings", ()):
        yield ElementKind.WARNING, warning
    topic = (raw.get("annotations") or {}).get("topic")
    if topic is not None:
        yield ElementKind.TOPIC, topic


def _no_parametrization() -> Document:
    return {"potential_inapplicabilities": [], "potential_modifications": [], "warnings": []}


def _blank_section() -> Document:
    return {
        "annotations": {"topic": None},
        "applicability": {"active": True, "modified": False, "previous_version": None, "warnings": []},
        "id": "",
        "outer_alineas": [],
        "parametrization": _no_parametrization(),
        "reference": {"name": "", "nb": ""},
        "sections": [],
        "title": {"text": ""},
    }
