"""Addressable alineas, and collections of the prescriptions that people pick (docs/rules.md).

for alinea in addressable_alineas(order):        # neutral, or personalised: then in the modified text
    alinea.alinea_id, alinea.rank, alinea.topic, alinea.active, alinea.content
for alinea in variant_alineas(order):            # of every text that may replace a section

group_by_order(picks), group_by_topic(picks)     # picks in the order they were made
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from regulation.order import NO_REFERENCE, Table
from regulation.personalise import modified_section
from regulation.topics import Topic, sorted_topics

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from regulation.order import Alinea, Order, Reference, Section


@dataclass(frozen=True, slots=True)
class AddressableAlinea:
    """One paragraph or table of an order, as a user may pick it.

    ``section_rank`` is the path of section indices ("2.0.3"); ``active`` and ``modified`` are what the
    reading makes of it. In the new text of a modification, a section without reference bears the one above
    it.
    """

    cid: str
    section_id: str
    index: int
    section_rank: str
    reference: Reference
    topic: Topic
    alinea: Alinea
    active: bool
    modified: bool

    @property
    def alinea_id(self) -> str:
        """What identifies it among all orders: section id, underscore, index."""
        return alinea_id(self.section_id, self.index)

    @property
    def rank(self) -> str:
        """Its place in the order: the section's path, then its own index."""
        return f"{self.section_rank}.{self.index}"

    @property
    def content(self) -> str | Table:
        """The table as data where it is one, else the text."""
        return self.alinea.text if self.alinea.table is None else self.alinea.table


def alinea_id(section_id: str, index: int) -> str:
    """The identifier of the alinea at an index of a section."""
    return f"{section_id}_{index}"


def addressable_alineas(order: Order) -> Iterator[AddressableAlinea]:
    """Every alinea of the order as it reads, in the order of the text."""
    for index, section in enumerate(order.sections):
        yield from _alineas(order.cid, section, str(index), _Inherited())


def alineas_of_sections(order: Order, section_ids: Container[str]) -> Iterator[AddressableAlinea]:
    """The own alineas of these sections of the order as it reads, in the order of the text.

    A section that the reading does not have (any more) gives none.
    """
    entered: set[str] = set()
    _enter(order.sections, section_ids, entered)
    for index, section in enumerate(order.sections):
        if section.id in entered:
            yield from _alineas(order.cid, section, str(index), _Inherited(), section_ids, entered)


def _enter(sections: Sequence[Section], wanted: Container[str], entered: set[str]) -> bool:
    """Note the wanted sections and those above them; tell whether there is one."""
    found = False
    for section in sections:
        if (section.sections and _enter(section.sections, wanted, entered)) or section.id in wanted:
            entered.add(section.id)
            found = True
    return found


def variant_alineas(order: Order) -> Iterator[AddressableAlinea]:
    """Every alinea of the texts that may replace a section of the neutral order.

    Each is as `addressable_alineas` gives it where its text is read: two texts of one section give the same
    identifiers, and those of the section's own alineas.
    """
    for index, section in enumerate(order.sections):
        yield from _variants(order.cid, section, str(index), _Inherited())


def _variants(cid: str, section: Section, rank: str, above: _Inherited) -> Iterator[AddressableAlinea]:
    for modification in section.parametrization.modifications:
        yield from _alineas(cid, modified_section(section, modification), rank, above)
    here = above.below(section)
    for index, child in enumerate(section.sections):
        yield from _variants(cid, child, f"{rank}.{index}", here)


@dataclass(frozen=True, slots=True)
class _Inherited:
    """What a section has from above."""

    topic: Topic | None = None
    reference: Reference = NO_REFERENCE
    modified: bool = False

    def below(self, section: Section) -> _Inherited:
        """What the section's own alineas and its children have from it and from above it."""
        modified = self.modified or section.state.modified
        reference = section.reference or self.reference if self.modified else section.reference
        return _Inherited(self.topic or section.topic, reference, modified)


def _alineas(
    cid: str,
    section: Section,
    rank: str,
    above: _Inherited,
    wanted: Container[str] | None = None,
    entered: Container[str] | None = None,
) -> Iterator[AddressableAlinea]:
    """Own alineas of a section and of those below it: all, or of the `wanted` by way of the `entered`."""
    here = above.below(section)
    own = section.alineas if wanted is None or section.id in wanted else ()
    for index, alinea in enumerate(own):
        yield AddressableAlinea(
            cid=cid,
            section_id=section.id,
            index=index,
            section_rank=rank,
            reference=here.reference,
            topic=here.topic or Topic.AUCUN,
            alinea=alinea,
            active=section.state.active_alineas[index],
            modified=here.modified,
        )
    for index, child in enumerate(section.sections):
        if entered is None or child.id in entered:
            yield from _alineas(cid, child, f"{rank}.{index}", here, wanted, entered)


class Source(StrEnum):
    """Where a prescription comes from: a ministerial or a prefectoral order."""

    AM = "AM"
    AP = "AP"


@dataclass(frozen=True, slots=True)
class Pick:
    """A prescription as a person holds it.

    ``order_id`` is the cid of an AM or the georisques_id of an AP; ``rank`` is empty for an AP; ``key`` is
    the caller's own, such as a row id.
    """

    source: Source
    order_id: str
    reference: str
    name: str = ""
    rank: str = ""
    topic: Topic = Topic.AUCUN
    content: str | Table = ""
    key: int | str = ""


@dataclass(frozen=True, slots=True)
class ReferenceGroup:
    """Picks of one order under one reference, in the order of the text."""

    reference: str
    name: str
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class OrderGroup:
    """Picks of one order, by reference."""

    source: Source
    order_id: str
    references: tuple[ReferenceGroup, ...]


def rank_key(rank: str) -> tuple[int, ...]:
    """A rank as numbers, to sort by: ``2.10`` comes after ``2.9``; an empty rank comes first."""
    return tuple(int(number) for number in re.findall(r"[0-9]+", rank))


def group_by_order(picks: Sequence[Pick]) -> tuple[OrderGroup, ...]:
    """Picks by order, then by reference.

    Args:
        picks: in the order they were made.

    Returns:
        AMs, then APs, each in the order they were first picked; inside an order, picks by rank (those without
        one as they were picked), one group for each reference where it first appears.
    """
    by_order: dict[tuple[Source, str], list[Pick]] = {}
    for pick in sorted(picks, key=lambda pick: pick.source is Source.AP):
        by_order.setdefault((pick.source, pick.order_id), []).append(pick)
    return tuple(
        OrderGroup(source, order_id, _by_reference(sorted(found, key=lambda pick: rank_key(pick.rank))))
        for (source, order_id), found in by_order.items()
    )


def group_by_topic(picks: Sequence[Pick]) -> tuple[tuple[Topic, tuple[OrderGroup, ...]], ...]:
    """Picks by topic (`Topic.AUCUN` last), each topic's picks grouped by order."""
    topics = sorted_topics(pick.topic for pick in picks)
    return tuple((topic, group_by_order([pick for pick in picks if pick.topic is topic])) for topic in topics)


def _by_reference(picks: Iterable[Pick]) -> tuple[ReferenceGroup, ...]:
    by_reference: dict[str, list[Pick]] = {}
    for pick in picks:
        by_reference.setdefault(pick.reference, []).append(pick)
    return tuple(
        ReferenceGroup(reference, next((pick.name for pick in found if pick.name), ""), tuple(found))
        for reference, found in by_reference.items()
    )
