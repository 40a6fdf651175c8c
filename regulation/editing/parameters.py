"""What stands on a section, or on the whole order, changed in the raw document where it is and nowhere else.

An element is the raw object of the order's file: an inapplicability, a modification, or the text of a
warning. The whole order, whose ``section_id`` is empty, has warnings and at most one inapplicability, which
is a condition alone. Nothing given is ever changed.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from regulation.editing.carried import ElementKind
from regulation.editing.carrying import edit_sections, new_section_id
from regulation.editing.drafts import alinea_document, raw_sections
from regulation.editing.text_format import LineNote, TextError, text_to_sections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from regulation.editing.drafts import Document, DraftSection

WHOLE_ORDER = ""
SHORTEST_WARNING = 11

_LISTS = {
    ElementKind.INAPPLICABILITY: "potential_inapplicabilities",
    ElementKind.MODIFICATION: "potential_modifications",
    ElementKind.WARNING: "warnings",
}


def section_chain(document: Document, section_id: str) -> tuple[Document, ...]:
    """The raw sections from the top down to this one, which is the last; empty where there is none."""
    return _chain(document["sections"], section_id)


def _chain(sections: Iterable[Document], section_id: str) -> tuple[Document, ...]:
    for section in sections:
        if section["id"] == section_id:
            return (section,)
        below = _chain(section["sections"], section_id)
        if below:
            return (section, *below)
    return ()


def elements_of(document: Document, section_id: str, kind: ElementKind) -> list[Any]:
    """The raw elements of a kind that stand on a section, or on the whole order.

    Raises:
        LookupError: there is no such section.
    """
    if section_id == WHOLE_ORDER:
        return _order_elements(document, kind)
    chain = section_chain(document, section_id)
    if not chain:
        raise LookupError(f"there is no section {section_id}")
    return section_elements(chain[-1], kind)


def section_elements(section: Document, kind: ElementKind) -> list[Any]:
    """The raw elements of a kind of a raw section."""
    return list((section.get("parametrization") or {}).get(_LISTS[kind]) or ())


def _order_elements(document: Document, kind: ElementKind) -> list[Any]:
    applicability = document["applicability"]
    if kind is ElementKind.WARNING:
        return list(applicability["warnings"])
    condition = applicability["condition_of_inapplicability"]
    return [{"condition": condition}] if kind is ElementKind.INAPPLICABILITY and condition else []


def with_elements(
    document: Document, section_id: str, kind: ElementKind, elements: Sequence[Any]
) -> Document:
    """The document with these elements of a kind on a section, or on the whole order.

    Raises:
        LookupError: there is no such section.
        ValueError: the whole order cannot have them: a modification, or a second inapplicability.
    """
    if section_id == WHOLE_ORDER:
        return {**document, "applicability": _changed_order(document["applicability"], kind, elements)}
    if not section_chain(document, section_id):
        raise LookupError(f"there is no section {section_id}")

    def change(section: Document) -> Document:
        rules = section.get("parametrization") or {name: [] for name in _LISTS.values()}
        return {**section, "parametrization": {**rules, _LISTS[kind]: list(elements)}}

    return {**document, "sections": _changed(document["sections"], section_id, change)}


def _changed_order(applicability: Document, kind: ElementKind, elements: Sequence[Any]) -> Document:
    if kind is ElementKind.WARNING:
        return {**applicability, "warnings": list(elements)}
    if kind is not ElementKind.INAPPLICABILITY or len(elements) > 1:
        raise ValueError("the whole order has warnings, and one inapplicability at most")
    condition = elements[0]["condition"] if elements else None
    return {**applicability, "condition_of_inapplicability": condition}


def _changed(
    sections: Iterable[Document], section_id: str, change: Callable[[Document], Document]
) -> list[Document]:
    """The sections, one of them changed; those that do not hold it are the same objects."""
    changed: list[Document] = []
    for section in sections:
        if section["id"] == section_id:
            changed.append(change(section))
        elif _chain(section["sections"], section_id):
            changed.append({**section, "sections": _changed(section["sections"], section_id, change)})
        else:
            changed.append(section)
    return changed


def fingerprint(element: object) -> str:
    """What tells an element from what it was or will be: the same for the same raw element."""
    return hashlib.sha256(json.dumps(element, sort_keys=True).encode()).hexdigest()[:16]


def inapplicability(
    condition: Document, alineas: Iterable[int], before: Document | None = None, *, below: bool = True
) -> Document:
    """A raw inapplicability; no alineas means all. What says the same as before stays as it stood."""
    wanted = sorted(set(alineas))
    old = before or {}
    kept = old.get("alineas")
    return {
        **old,
        "alineas": kept if before and sorted(set(kept or ())) == wanted else wanted or None,
        "condition": condition,
        "subsections_are_inapplicable": below,
    }


def modification(condition: Document, new_version: Document, before: Document | None = None) -> Document:
    """A raw modification."""
    return {**(before or {}), "condition": condition, "new_version": new_version}


def warning(typed: str, before: str | None = None) -> str:
    """A warning as it is kept: without outer spaces, unless it was there with them."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    return before if before is not None and before.strip() == text else text


def new_version(
    text: str, before: Document | None = None, new_id: Callable[[], str] = new_section_id
) -> Document:
    """The raw section of a modification's text, which has one title at its top level.

    Sections and alineas that were there already keep their id and raw form.

    Raises:
        TextError: the text cannot be read, or has several titles at the top level.
    """
    drafts = text_to_sections(text).sections
    if len(drafts) > 1:
        sentence = (
            "le nouveau texte remplace une seule section : gardez un seul titre avec un #, et écrivez les "
            "autres avec ## pour en faire des sous-sections."
        )
        raise TextError([LineNote(drafts[1].line, sentence)])
    if before is None:
        return _new_section(drafts[0], new_id)
    edited = edit_sections({"sections": [before]}, drafts, new_id).document["sections"][0]
    old = {section["id"]: section for section in raw_sections([before])}
    section = _as_new_version(edited, old)
    return section if before["id"] in _ids(section) else {**section, "id": before["id"]}


def _ids(section: Document) -> set[str]:
    return {found["id"] for found in raw_sections([section])}


def _new_section(draft: DraftSection, new_id: Callable[[], str]) -> Document:
    """As the published files have such texts: null where nothing is said."""
    return {
        "annotations": None,
        "applicability": None,
        "id": new_id(),
        "outer_alineas": [alinea_document(alinea) for alinea in draft.alineas],
        "parametrization": {name: [] for name in _LISTS.values()},
        "reference": None,
        "sections": [_new_section(child, new_id) for child in draft.sections],
        "title": {"text": draft.title},
    }


def _as_new_version(section: Document, old: dict[str, Document]) -> Document:
    """An edited section with what it had beside its text, or nulls where it is new."""
    before = old.get(section["id"])
    beside = {
        name: before[name] if before else None
        for name in ("annotations", "applicability", "reference")
        if before is None or name in before
    }
    below = [_as_new_version(child, old) for child in section["sections"]]
    kept = {name: value for name, value in section.items() if before is None or name in before}
    return {**kept, **beside, "sections": below}
