"""Sections that an edit moved out of, or into, what an inapplicability or a topic above them covers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from regulation.editing.carried import CarriedElement, ElementKind, ElementPlace, ReachChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from regulation.editing.alignment import Pairs
    from regulation.editing.drafts import Document

#: Elements that cover a section from above, each under what makes two of them the same.
Cover: TypeAlias = dict[str, CarriedElement]


def reach_changes(pairs: Pairs, old: Document, new: Document) -> Iterator[ReachChange]:
    """The changes of sections that have another parent than before; those below them go along."""
    before = list(_covers(old["sections"], (), {}))
    after = list(_covers(new["sections"], (), {}))
    for old_index, new_index in sorted(pairs.new_of.items()):
        if pairs.parents_match(old_index, new_index):
            continue
        _, cover = before[old_index]
        place, new_cover = after[new_index]
        left = tuple(element for key, element in cover.items() if key not in new_cover)
        entered = tuple(element for key, element in new_cover.items() if key not in cover)
        if left or entered:
            yield ReachChange(place, left, entered)


def _covers(
    sections: Iterable[Document], above: tuple[str, ...], cover: Cover
) -> Iterator[tuple[ElementPlace, Cover]]:
    """Each section with what covers it from above, in the order of the text."""
    for section in sections:
        place = ElementPlace(section["id"], (*above, section["title"]["text"]))
        yield place, cover
        yield from _covers(section["sections"], place.titles, cover | _own_cover(section, place))


def _own_cover(section: Document, place: ElementPlace) -> Cover:
    elements: Cover = {}
    for raw in (section.get("parametrization") or {}).get("potential_inapplicabilities", ()):
        if raw["subsections_are_inapplicable"]:
            key = json.dumps(raw["condition"], sort_keys=True)
            elements[key] = CarriedElement(ElementKind.INAPPLICABILITY, raw, place)
    topic = (section.get("annotations") or {}).get("topic")
    if topic is not None:
        elements[topic] = CarriedElement(ElementKind.TOPIC, topic, place)
    return elements
