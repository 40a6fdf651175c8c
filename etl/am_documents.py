"""An order in the back-office: its file, kept as it came, and what the file does not say (state, NOR).

The file is the truth: title, date, classements, text and parameters are read from it. It is stored byte for
byte, so that what nobody edits leaves as it came; an edit writes it anew.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from regulation.archive import Entry
from regulation.consistency import Finding, Level
from regulation.order import Order, Section

Document = dict[str, Any]

AIDA_ADDRESS = "https://aida.ineris.fr/consultation_document/"
LEGIFRANCE_ADDRESS = "https://www.legifrance.gouv.fr/loda/id/"
IN_CREATION, IN_FORCE, REPEALED, DELETED = "EN_CREATION", "VIGUEUR", "ABROGE", "DELETED"

_AIDA_PAGE = re.compile(r"/consultation_document/(\d+)$")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of an order beside its file."""

    state: str = IN_FORCE
    nor: str | None = None
    has_no_nor: bool = False
    reason_deleted: str | None = None

    def to_values(self) -> dict[str, Any]:
        """Return it as a version keeps it."""
        return asdict(self)

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_values` gave."""
        return cls(values["state"], values["nor"], values["has_no_nor"], values["reason_deleted"])


def pack(data: bytes) -> bytes:
    """Return a file as a version keeps it."""
    return zlib.compress(data, 6)


def unpack(packed: bytes) -> bytes:
    """Return the file of a version, byte for byte."""
    return zlib.decompress(packed)


def encoded(document: Document) -> bytes:
    """Return the file of an edited document."""
    return json.dumps(document, ensure_ascii=False).encode()


def fingerprint_of(data: bytes, metadata: Metadata) -> bytes:
    """Return the SHA-256 of a file and of what is known beside it."""
    return fingerprint_beside(hashlib.sha256(data).digest(), metadata)


def fingerprint_beside(sha256: bytes, metadata: Metadata) -> bytes:
    """Return what `fingerprint_of` gives for a file with this SHA-256."""
    beside = json.dumps(metadata.to_values(), sort_keys=True).encode()
    return hashlib.sha256(sha256 + beside).digest()


def aida_page_of(aida_url: str | None) -> str | None:
    """Return the number of the AIDA page in its address, None where there is none."""
    found = _AIDA_PAGE.search(aida_url or "")
    return found[1] if found else None


def aida_url_of(page: str | None) -> str | None:
    """Return the address of an AIDA page."""
    return f"{AIDA_ADDRESS}{page}" if page else None


def grouped(classements: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return `classements_with_alineas`: one entry for each rubrique and regime; no alineas means all."""
    groups: dict[tuple[str, str], list[str | None]] = {}
    for line in classements:
        groups.setdefault((line["rubrique"], line["regime"]), []).append(line.get("alinea") or None)
    return [
        {"rubrique": rubrique, "regime": regime, "alineas": [] if None in alineas else alineas}
        for (rubrique, regime), alineas in groups.items()
    ]


def enriched(document: Document) -> Document:
    """Return an order with what publication derives: its Légifrance address, and its classements grouped.

    What says the same already stays as it stands. The document given is not changed.
    """
    derived = dict(document)
    if not document.get("legifrance_url"):
        derived["legifrance_url"] = f"{LEGIFRANCE_ADDRESS}{document['id']}"
    groups = document.get("classements_with_alineas") or []
    if not is_grouping(groups, document.get("classements") or []):
        derived["classements_with_alineas"] = grouped(document.get("classements") or [])
    return derived


def published_file(cid: str, data: bytes) -> Entry:
    """Return the file of an order as it is published: as it stands, unless something derived lacks."""
    document = json.loads(data)
    published = enriched(document)
    return Entry(f"{cid}.json", data if published == document else encoded(published))


def is_grouping(groups: Iterable[Mapping[str, Any]], classements: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether `classements_with_alineas` says what the classements say, in whatever order."""
    return _comparable(groups) == _comparable(grouped(classements))


def _comparable(groups: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, list[str]]]:
    return sorted((group["rubrique"], group["regime"], sorted(group["alineas"])) for group in groups)


def row_of(
    document: Document,
    order: Order,
    metadata: Metadata,
    findings: Iterable[Finding],
    lost: Sequence[object] = (),
) -> dict[str, Any]:
    """Return the columns of `backoffice.orders` that a version decides; dates are ISO texts."""
    topics = list(_topics_of_texts(order.sections, has_topic=False))
    levels = [finding.level for finding in findings]
    orphans = len(document.get("orphan_titles") or ()) + len(lost)
    return {
        "cid": order.cid,
        **metadata.to_values(),
        "title": order.title,
        "nickname": order.nickname or None,
        "is_transverse": order.is_transverse,
        "date_of_signature": order.signed_on.isoformat(),
        "aida_page": aida_page_of(order.aida_url),
        "classements": [
            {"rubrique": line["rubrique"], "regime": line["regime"], "alinea": line.get("alinea") or None}
            for line in document.get("classements") or []
        ],
        "sections": len(topics),
        "sections_with_topic": sum(topics),
        "attention": {
            "conflicts": sum(level.blocks for level in levels),
            "warnings": levels.count(Level.WARNING),
            "orphans": orphans,
        },
    }


def _topics_of_texts(sections: Iterable[Section], *, has_topic: bool) -> Iterable[bool]:
    """Tell of each section that has a text of its own whether a topic holds for it."""
    for section in sections:
        is_covered = has_topic or section.topic is not None
        if section.alineas:
            yield is_covered
        yield from _topics_of_texts(section.sections, has_topic=is_covered)


def returned_to_force(metadata: Metadata) -> Metadata:
    """Return the metadata of an order that an archive publishes: in force, its NOR as it was known."""
    return replace(metadata, state=IN_FORCE, reason_deleted=None)
