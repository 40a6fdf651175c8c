"""What publishing an order would change: its file as the export makes it, beside the file in service.

Fingerprints tell which orders are to be looked at (`is_as_published`); only those files are read.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from etl.am_documents import Document, Metadata, fingerprint_beside, is_grouping, published_file
from regulation.archive import Entry, order_of_entry
from regulation.order import Order
from regulation.order_file import OrderFileError
from regulation.prescriptions import addressable_alineas, variant_alineas

# What a section is made of, by the part of its file that says it.
SECTION_PARTS = {
    "title": "title",
    "outer_alineas": "text",
    "parametrization": "parametrization",
    "annotations": "topic",
    "reference": "reference",
}
# The same for the order itself; what is derived from the classements goes with them.
ORDER_PARTS = {
    "title": "title",
    "date_of_signature": "date",
    "classements": "classements",
    "classements_with_alineas": "classements",
    "is_transverse": "classements",
    "applicability": "parametrization",
    "nickname": "nickname",
    "aida_url": "links",
    "legifrance_url": "links",
    "visa": "visa",
}
IDENTIFIER = re.compile(rb'"id"\s*:\s*"([^"\\]+)"')
ADDED, REMOVED, MOVED, OTHER = "added", "removed", "moved", "other"


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section that readers will see otherwise: its title, and which of its parts change."""

    section_id: str
    title: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderChange:
    """What publication does to one order.

    Attributes:
        parts: of the order itself (`ORDER_PARTS`).
        sections: those added, removed, moved or changed, in the order of the text, the removed ones last.
        alinea_ids: alineas that people may have picked and whose text changes or goes.
        order: the order as it would be published, None where its file cannot be read.
        error: why it cannot be, a French sentence; empty where it can.
        is_same_file: its file is the very one in service.
        new_ids: identifiers in its file that the one in service does not have.
    """

    parts: tuple[str, ...]
    sections: tuple[SectionChange, ...]
    alinea_ids: frozenset[str]
    order: Order | None
    error: str
    is_same_file: bool
    new_ids: frozenset[str]

    @property
    def is_rewritten_only(self) -> bool:
        """Whether the file changes although it says the same."""
        return not (self.parts or self.sections or self.error or self.is_same_file)


def is_as_published(row: Mapping[Any, Any]) -> bool:
    """Tell from a row of `compare_published.sql` that the export would give the very file in service.

    True is certain; where it is False the files are to be compared.
    """
    if row["fingerprint"] is None or row["published_sha256"] is None:
        return False
    metadata = Metadata.from_values(row["metadata"])
    is_same = fingerprint_beside(bytes(row["published_sha256"]), metadata) == bytes(row["fingerprint"])
    # Else the export would derive what the file in service lacks.
    return is_same and bool(row["legifrance_url"]) and is_grouping(row["groups"], row["classements"])


def change_of_order(cid: str, current: bytes, published: bytes | None) -> OrderChange:
    """Return what publication would do to an order.

    Args:
        cid: its identifier.
        current: the file of its current version.
        published: the file in service; None where the order is new there.
    """
    entry = published_file(cid, current)
    order, error = _read(entry)
    new_ids = ids_in(entry.data) - ids_in(published or b"")
    if published is None or order is None:
        return OrderChange((), (), frozenset(), order, error, is_same_file=False, new_ids=new_ids)
    before, after = json.loads(published), json.loads(entry.data)
    return OrderChange(
        parts=_changed_parts(before, after, ORDER_PARTS, {"sections"}),
        sections=tuple(_section_changes(before, after)),
        alinea_ids=_touched_alineas(order_of_entry(Entry(entry.name, published)), order),
        order=order,
        error="",
        is_same_file=hashlib.sha256(entry.data).digest() == hashlib.sha256(published).digest(),
        new_ids=new_ids,
    )


def ids_in(data: bytes) -> frozenset[str]:
    """Return all identifiers in the file of an order, without decoding it."""
    return frozenset(found.decode() for found in IDENTIFIER.findall(data))


def _read(entry: Entry) -> tuple[Order | None, str]:
    try:
        return order_of_entry(entry), ""
    except OrderFileError as error:
        return None, str(error)


def _changed_parts(
    before: Document, after: Document, names: Mapping[str, str], apart: set[str]
) -> tuple[str, ...]:
    keys = [key for key in {**before, **after} if key not in apart and before.get(key) != after.get(key)]
    return tuple(dict.fromkeys(names.get(key, OTHER) for key in keys))


def _section_changes(before: Document, after: Document) -> Iterator[SectionChange]:
    old = {section["id"]: (section, parent) for section, parent in _walk(before["sections"])}
    new = {section["id"]: (section, parent) for section, parent in _walk(after["sections"])}
    moved = _moved(list(old), list(new))
    for section_id, (section, parent) in new.items():
        if section_id not in old:
            yield SectionChange(section_id, section["title"]["text"], (ADDED,))
            continue
        held, held_parent = old[section_id]
        # `applicability` is a place for readings, which a published file leaves empty.
        parts = _changed_parts(held, section, SECTION_PARTS, {"sections", "applicability", "id"})
        if section_id in moved or parent != held_parent:
            parts = (*parts, MOVED)
        if parts:
            yield SectionChange(section_id, section["title"]["text"], parts)
    for section_id, (section, _) in old.items():
        if section_id not in new:
            yield SectionChange(section_id, section["title"]["text"], (REMOVED,))


def _walk(sections: Iterable[Document], parent: str = "") -> Iterator[tuple[Document, str]]:
    for section in sections:
        yield section, parent
        yield from _walk(section["sections"], section["id"])


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Return the sections that stand elsewhere among those that both texts have."""
    common = set(old) & set(new)
    before = [section for section in old if section in common]
    after = [section for section in new if section in common]
    if before == after:
        return set()
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return common - {before[block.a + place] for block in blocks for place in range(block.size)}


def _touched_alineas(before: Order, after: Order) -> frozenset[str]:
    old, new = _contents(before), _contents(after)
    return frozenset(alinea_id for alinea_id, content in old.items() if new.get(alinea_id) != content)


def _contents(order: Order) -> dict[str, list[object]]:
    """Return what can be read under each alinea's identifier: its text, and those of the modifications."""
    contents: dict[str, list[object]] = {}
    for alinea in (*addressable_alineas(order), *variant_alineas(order)):
        contents.setdefault(alinea.alinea_id, []).append(alinea.content)
    return contents
