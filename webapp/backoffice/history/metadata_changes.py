"""What changed between two versions of an order beside its text: field by field, word by word."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from etl.am_documents import Document, Metadata, aida_page_of
from webapp.backoffice.store import StoredOrder
from webapp.backoffice.wording import REGIMES, STATES
from webapp.differences import Run, word_changes
from webapp.formats import long_day

# Keys of the file that are told elsewhere (text, parameters), derived, or told under a name of their own.
TOLD = frozenset(
    {
        "id",
        "title",
        "date_of_signature",
        "nickname",
        "is_transverse",
        "aida_url",
        "classements",
        "classements_with_alineas",
        "visa",
        "sections",
        "applicability",
    }
)
OTHER_KEYS = {"legifrance_url": "Adresse Légifrance", "orphan_titles": "Titres sans section"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that changed: its name, and its value word by word."""

    name: str
    runs: tuple[Run, ...]


def metadata_changes(before: StoredOrder, after: StoredOrder) -> list[FieldChange]:
    """Return the fields that changed, in the order of the form; those of the file that have no field last."""
    old, new = told_fields(before.document, before.metadata), told_fields(after.document, after.metadata)
    old |= {name: "" for name in new if name not in old}
    return [
        FieldChange(name, word_changes(text, new.get(name, "")))
        for name, text in old.items()
        if text != new.get(name, "")
    ]


def told_fields(document: Document, metadata: Metadata) -> dict[str, str]:
    """Return what an order says beside its text, in French, by the name of the field; it may be empty."""
    fields = {
        "Titre": document["title"]["text"],
        "Date de signature": long_day(date.fromisoformat(document["date_of_signature"])),
        "NOR": metadata.nor or ("déclaré inexistant" if metadata.has_no_nor else ""),
        "Nom d’usage": document.get("nickname") or "",
        "Arrêté transverse": "oui" if document["is_transverse"] else "non",
        "Page AIDA": aida_page_of(document.get("aida_url")) or document.get("aida_url") or "",
        "Classements": "\n".join(map(_classement, document.get("classements") or ())),
        "État": STATES[metadata.state],
        "Motif de la suppression": metadata.reason_deleted or "",
        "Visas": "\n".join(alinea.get("text") or "" for alinea in document.get("visa") or ()),
    }
    return fields | dict(_others(document))


def _classement(line: Mapping[str, Any]) -> str:
    alinea = f", alinéa {line['alinea']}" if line.get("alinea") else ""
    return f"{line['rubrique']}, {REGIMES.get(line['regime'], line['regime']).lower()}{alinea}"


def _others(document: Document) -> Iterator[tuple[str, str]]:
    for key, value in document.items():
        if key not in TOLD:
            said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield OTHER_KEYS.get(key, key), "" if value in (None, [], {}) else said
