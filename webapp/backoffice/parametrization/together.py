"""What an element and the others of its section say when both conditions hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from etl.am_documents import Document
from regulation.consistency import Finding, findings_with
from regulation.editing.carried import ElementKind
from regulation.editing.parameters import section_chain
from regulation.order_file import order_of
from webapp.backoffice.parametrization.element_form import with_element
from webapp.backoffice.parametrization.places import Target


@dataclass(frozen=True, slots=True)
class Together:
    """Findings that forbid to save an element, and those that are only noted."""

    refused: Sequence[Finding] = ()
    noted: Sequence[Finding] = ()


def together(document: Document, target: Target, element: Any) -> Together:
    """Return what is found between an element, were it saved, and the others of its section.

    Raises:
        ReadingError: the section cannot have it.
    """
    if target.place.is_order or target.kind is ElementKind.WARNING:
        return Together()
    changed = with_element(document, target, element)
    section = section_chain(changed, target.place.section_id)[-1]
    order = order_of({**changed, "sections": [section]})
    rules = order.sections[0].parametrization
    is_inapplicability = target.kind is ElementKind.INAPPLICABILITY
    elements = rules.inapplicabilities if is_inapplicability else rules.modifications
    mine = elements[-1 if target.rank is None else target.rank]
    findings = findings_with(order, order.sections[0], mine)
    return Together(
        [finding for finding in findings if finding.level.blocks],
        [finding for finding in findings if not finding.level.blocks],
    )
