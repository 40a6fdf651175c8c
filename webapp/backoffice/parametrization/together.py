"""What an element and the others of its section say when both conditions hold, and how its text reads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from etl.am_documents import Document
from regulation.consistency import Finding, findings_with
from regulation.editing.carried import ElementKind
from regulation.editing.parameters import section_chain
from regulation.order import Inapplicability, Modification, Order, Section
from regulation.order_file import order_of
from webapp.backoffice.parametrization.element_form import with_element
from webapp.backoffice.parametrization.places import Target
from webapp.orders.text import text_html


@dataclass(frozen=True, slots=True)
class Together:
    """Findings that forbid to save an element, those that are only noted, and a new text as it will read."""

    refused: Sequence[Finding] = ()
    noted: Sequence[Finding] = ()
    new_text: Markup = field(default_factory=Markup)


def together(document: Document, target: Target, element: Any) -> Together:
    """Return what is found between an element, were it saved, and the others of its section.

    Raises:
        ReadingError: the section cannot have it.
    """
    if target.place.is_order or target.kind is ElementKind.WARNING:
        return Together()
    order = _with_section_alone(document, target, element)
    mine = _element_of(order.sections[0], target)
    findings = findings_with(order, order.sections[0], mine)
    new_text = text_html([mine.new_version], None) if isinstance(mine, Modification) else Markup()
    return Together(
        [finding for finding in findings if finding.level.blocks],
        [finding for finding in findings if not finding.level.blocks],
        new_text,
    )


def _with_section_alone(document: Document, target: Target, element: Any) -> Order:
    changed = with_element(document, target, element)
    section = section_chain(changed, target.place.section_id)[-1]
    return order_of({**changed, "sections": [section]})


def _element_of(section: Section, target: Target) -> Inapplicability | Modification:
    rules = section.parametrization
    is_inapplicability = target.kind is ElementKind.INAPPLICABILITY
    elements = rules.inapplicabilities if is_inapplicability else rules.modifications
    return elements[-1 if target.rank is None else target.rank]
