"""Topics of the sections of an order (docs/rules.md, "Topics")."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regulation.order import Section


class Topic(StrEnum):
    """What a section is about; ``label`` is the French name people read."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        """Keep the French name beside the code."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    DISPOSITIONS_GENERALES = "DISPOSITIONS_GENERALES", "Dispositions générales"
    IMPLANTATION_AMENAGEMENT = "IMPLANTATION_AMENAGEMENT", "Implantation et aménagement"
    EXPLOITATION = "EXPLOITATION", "Exploitation"
    RISQUES = "RISQUES", "Risques"
    EAU = "EAU", "Eau"
    AIR_ODEURS = "AIR_ODEURS", "Air et odeurs"
    DECHETS = "DECHETS", "Déchets"
    BRUIT_VIBRATIONS = "BRUIT_VIBRATIONS", "Bruit et vibrations"
    FIN_EXPLOITATION = "FIN_EXPLOITATION", "Fin d'exploitation"
    AUCUN = "AUCUN", "Aucun thème"


def sorted_topics(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """The distinct topics, by name, `Topic.AUCUN` last."""
    return tuple(sorted(set(topics), key=lambda topic: (topic is Topic.AUCUN, topic.value)))


def topics_by_section(sections: Iterable[Section]) -> dict[str, tuple[Topic, ...]]:
    """Topics of each section of a tree, neutral or personalised.

    Returns:
        Section id -> its sorted, distinct topics, never empty, sections in the order of the text. A topic
        set above holds for all below it; a section without one has those of its children; with none at
        all, `Topic.AUCUN`.
    """
    found: dict[str, tuple[Topic, ...]] = {}
    for section in sections:
        _collect(section, None, found)
    return found


def _collect(section: Section, inherited: Topic | None, found: dict[str, tuple[Topic, ...]]) -> None:
    own = inherited or section.topic
    found[section.id] = (own or Topic.AUCUN,)
    for child in section.sections:
        _collect(child, own, found)
    if own is None and section.sections:
        found[section.id] = sorted_topics(topic for child in section.sections for topic in found[child.id])
