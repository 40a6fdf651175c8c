"""Topics of sections, changed in the raw document: at most one on any way from the top down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from regulation.topics import Topic

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from regulation.editing.drafts import Document

#: The topics that editors give; that a section has none is said by giving none.
TOPICS = tuple(topic for topic in Topic if topic is not Topic.AUCUN)


@dataclass(frozen=True, slots=True)
class TopicClash:
    """Two sections, one above the other, that would both have a topic."""

    above: Document
    below: Document


def topic_of(section: Document) -> str:
    """The topic of a raw section, empty where it has none of its own."""
    return (section.get("annotations") or {}).get("topic") or ""


def with_topics(document: Document, topics: Mapping[str, str]) -> Document:
    """The document with these topics by section id, an empty one for none; other sections keep theirs."""
    return {**document, "sections": [_with_topics(section, topics) for section in document["sections"]]}


def _with_topics(section: Document, topics: Mapping[str, str]) -> Document:
    children = [_with_topics(child, topics) for child in section["sections"]]
    is_same = all(child is old for child, old in zip(children, section["sections"], strict=True))
    changed = section if is_same else {**section, "sections": children}
    topic = topics.get(section["id"], topic_of(section))
    if topic == topic_of(section):
        return changed
    return {**changed, "annotations": {**(section.get("annotations") or {}), "topic": topic or None}}


def topic_clashes(document: Document, changed: Collection[str]) -> list[TopicClash]:
    """Each pair of sections with a topic, one above the other, of which one at least was changed."""
    pairs = _pairs(document["sections"], ())
    return [clash for clash in pairs if clash.above["id"] in changed or clash.below["id"] in changed]


def _pairs(sections: Iterable[Document], above: tuple[Document, ...]) -> Iterator[TopicClash]:
    for section in sections:
        has_topic = bool(topic_of(section))
        if has_topic:
            yield from (TopicClash(one, section) for one in above)
        yield from _pairs(section["sections"], (*above, section) if has_topic else above)
