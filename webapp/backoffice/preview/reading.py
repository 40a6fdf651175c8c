"""An order that is not published, or not yet so, as it would read: with what the site itself reads it by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from regulation.applicability import OrderIndex, parameters_for
from regulation.classement import Classement
from regulation.conditions import Outcome, Parameter, Value
from regulation.order import Order, Section, walk
from regulation.personalise import personalise
from regulation.warnings import OrderWarning, WarningKind, sentence, static_warning
from webapp.orders.choice import Choice
from webapp.orders.library import Shelf
from webapp.orders.listing import OrderLine, list_orders, masked_rubriques
from webapp.orders.reading import OrderReading
from webapp.orders.text import contents_html, text_html

OF_THE_ORDER = {
    Outcome.SATISFIED: WarningKind.AM_INAPPLICABLE,
    Outcome.POSSIBLE: WarningKind.AM_POSSIBLY_INAPPLICABLE,
}
# What is said of a section, the weightiest first, by the kind of its warning.
EFFECTS = {
    WarningKind.SECTION_INAPPLICABLE: "non applicable, en tout ou partie",
    WarningKind.SECTION_MODIFIED: "texte modifié",
    WarningKind.SECTION_POSSIBLY_INAPPLICABLE: "peut-être non applicable",
    WarningKind.SECTION_POSSIBLY_MODIFIED: "texte peut-être modifié",
    WarningKind.STATIC: "avertissement",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """A section of which something is said: where it is in the page, what, and why, in sentences."""

    section_id: str
    title: str
    said: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """An order as it would read, as the site shows it, and what its parametrization does."""

    reading: OrderReading
    effects: tuple[Effect, ...]


def preview_with(order: Order, parameters: Mapping[Parameter, Value]) -> Preview:
    """Return an order as it reads under these values; what is not among them is unknown."""
    condition = order.condition_of_inapplicability
    outcome = Outcome.UNSATISFIED if condition is None else condition.outcome(parameters)
    warnings = [static_warning(text) for text in order.warnings]
    if outcome in OF_THE_ORDER:
        warnings.append(OrderWarning(OF_THE_ORDER[outcome], condition))
    line = OrderLine(
        order,
        is_applicable=outcome is not Outcome.SATISFIED,
        is_chosen=True,
        reasons=tuple(map(sentence, warnings)),
        bindings=(),
    )
    return _preview(order, personalise(order, parameters).sections, line, ())


def preview_for(order: Order, classements: Sequence[Classement]) -> Preview:
    """Return an order as it would read for an installation with these lines."""
    shelf = Shelf("", {order.cid: order}, {}, {}, OrderIndex([order]))
    listed = list_orders(shelf, list(classements), Choice())
    line = next(iter(listed.lines), None)
    open_to_doubt = masked_rubriques(order) if listed.undetermined else ()
    sections = personalise(order, parameters_for(order, classements)).sections
    return _preview(order, sections, line, line.masked if line else open_to_doubt)


def _preview(
    order: Order, sections: Sequence[Section], line: OrderLine | None, masked: tuple[str, ...]
) -> Preview:
    contents, text = contents_html(sections, None), text_html(sections, None)
    return Preview(OrderReading(order, line, masked, contents, text), tuple(_effects(sections)))


def _effects(sections: Sequence[Section]) -> Iterator[Effect]:
    for section in walk(sections):
        warnings = section.state.warnings
        if warnings:
            kinds = {warning.kind for warning in warnings}
            said = next(word for kind, word in EFFECTS.items() if kind in kinds)
            title = section.title.strip() or section.reference.number or "Section sans titre"
            yield Effect(section.id, title, said, tuple(map(sentence, warnings)))
