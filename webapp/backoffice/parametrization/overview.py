"""An order's sections with what stands on each, in words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from etl.am_documents import Document
from regulation.condition_file import read_condition
from regulation.consistency import Finding, check_order
from regulation.editing.carried import ElementKind
from regulation.editing.parameters import WHOLE_ORDER, elements_of, section_elements
from regulation.order_file import order_of
from regulation.warnings import clause, numbered_alineas
from webapp.backoffice.parametrization.places import ADDRESSES, ORDER_KINDS


@dataclass(frozen=True, slots=True)
class ShownElement:
    """An element: its kind, its rank among those of the kind, what it says, the title of a new text."""

    kind: ElementKind
    rank: int
    said: str
    text: str = ""

    @property
    def word(self) -> str:
        """Return its kind as addresses have it."""
        return ADDRESSES[self.kind]


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section, what stands on it, what is found there, and the sections below."""

    id: str
    title: str
    elements: Sequence[ShownElement]
    findings: Sequence[Finding]
    sections: "Sequence[ShownSection]" = field(default=())

    @property
    def says_something(self) -> bool:
        """Tell whether it has elements or findings, or some section below has."""
        return bool(self.elements or self.findings) or any(below.says_something for below in self.sections)


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole order's elements, its sections, and how many elements of each kind there are."""

    elements: Sequence[ShownElement]
    findings: Sequence[Finding]
    sections: Sequence[ShownSection]
    counts: Mapping[ElementKind, int]


def overview_of(document: Document, *, is_short: bool) -> Overview:
    """Return what stands on an order; short, without the sections that have nothing on or below them."""
    findings: dict[str, list[Finding]] = {}
    for finding in check_order(order_of(document)):
        findings.setdefault(finding.section_id, []).append(finding)
    own = [shown for kind in ORDER_KINDS for shown in _shown(kind, elements_of(document, WHOLE_ORDER, kind))]
    sections = [_section(section, findings) for section in document["sections"]]
    counts = Counter(element.kind for element in (*own, *_all_elements(sections)))
    kept = _short(sections) if is_short else sections
    return Overview(own, findings.get(WHOLE_ORDER, ()), kept, counts)


def _section(section: Document, findings: Mapping[str, Sequence[Finding]]) -> ShownSection:
    elements = [
        shown
        for kind in ADDRESSES
        for shown in _shown(kind, section_elements(section, kind), has_sections=bool(section["sections"]))
    ]
    below = [_section(child, findings) for child in section["sections"]]
    return ShownSection(
        section["id"], section["title"]["text"], elements, findings.get(section["id"], ()), below
    )


def _all_elements(sections: Iterable[ShownSection]) -> Iterator[ShownElement]:
    for section in sections:
        yield from section.elements
        yield from _all_elements(section.sections)


def _short(sections: Iterable[ShownSection]) -> list[ShownSection]:
    return [
        ShownSection(one.id, one.title, one.elements, one.findings, _short(one.sections))
        for one in sections
        if one.says_something
    ]


def _shown(
    kind: ElementKind, elements: Iterable[Any], *, has_sections: bool = False
) -> Iterator[ShownElement]:
    for rank, raw in enumerate(elements):
        if kind is ElementKind.WARNING:
            yield ShownElement(kind, rank, raw.strip())
            continue
        when = clause(read_condition(raw["condition"]))
        if kind is ElementKind.MODIFICATION:
            title = raw["new_version"]["title"]["text"]
            yield ShownElement(kind, rank, f"Texte remplacé lorsque {when}.", title)
        else:
            yield ShownElement(kind, rank, f"{_what(raw, has_sections=has_sections)} lorsque {when}.")


def _what(raw: Mapping[str, Any], *, has_sections: bool) -> str:
    alineas = raw.get("alineas") or ()
    words = numbered_alineas(alineas)
    verb = "sont inapplicables" if len(set(alineas)) > 1 else "est inapplicable"
    said = f"{words[:1].upper()}{words[1:]} {verb}" if words else "Inapplicable"
    if not has_sections:
        return said
    below = raw.get("subsections_are_inapplicable", True)
    return f"{said}, {'avec' if below else 'sans'} ses sous-sections,"
