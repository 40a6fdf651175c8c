"""The orders of an installation: those that the engine lists, the transverse ones, those it cannot decide."""

from collections.abc import Iterable
from dataclasses import dataclass

from regulation.applicability import ListedOrder
from regulation.classement import Classement as EngineClassement
from regulation.classement import Regime
from regulation.order import Order
from regulation.warnings import sentence
from webapp.models import Classement
from webapp.orders.choice import Choice
from webapp.orders.library import Shelf


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order in a list: why it is there, in sentences, and whether it is chosen."""

    order: Order
    is_applicable: bool
    is_chosen: bool
    reasons: tuple[str, ...]
    bindings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderList:
    """What the page of an installation shows of ministerial orders."""

    applicable: tuple[OrderLine, ...]
    inapplicable: tuple[OrderLine, ...]
    transverse: tuple[OrderLine, ...]
    undetermined: tuple[Order, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no order at all to choose from."""
        return not (self.applicable or self.inapplicable or self.transverse)


def engine_classements(rows: Iterable[Classement]) -> list[EngineClassement]:
    """Return the lines of an installation as the engine reads them."""
    return [
        EngineClassement(
            rubrique=row.rubrique,
            regime=Regime(row.regime),
            alinea=row.alinea or "",
            date_autorisation=row.date_autorisation,
            date_mise_en_service=row.date_mise_en_service,
            volume=row.volume or "",
        )
        for row in rows
    ]


def list_orders(shelf: Shelf, classements: list[EngineClassement], choice: Choice) -> OrderList:
    """Return the orders in service that concern these lines, with those that are chosen ticked."""
    rubriques = {(line.rubrique, line.regime) for line in classements}
    lines = [_listed_line(listed, choice, rubriques) for listed in shelf.index.list_orders(classements)]
    return OrderList(
        applicable=tuple(line for line in lines if line.is_applicable),
        inapplicable=tuple(line for line in lines if not line.is_applicable),
        transverse=tuple(_transverse_line(order, choice) for order in shelf.index.transverse_orders),
        undetermined=shelf.index.undetermined_orders(classements),
    )


def _listed_line(listed: ListedOrder, choice: Choice, rubriques: set[tuple[str, Regime]]) -> OrderLine:
    order = listed.order
    return OrderLine(
        order,
        is_applicable=listed.applicable,
        is_chosen=choice.has(order.cid, by_default=listed.applicable),
        reasons=tuple(sentence(warning) for warning in listed.warnings),
        bindings=tuple(
            sorted(
                {
                    f"{binding.rubrique} ({binding.regime.value})"
                    for binding in order.bindings
                    if (binding.rubrique, binding.regime) in rubriques
                }
            )
        ),
    )


def _transverse_line(order: Order, choice: Choice) -> OrderLine:
    reasons = tuple(text.strip() for text in order.warnings)
    return OrderLine(
        order,
        is_applicable=True,
        is_chosen=choice.has(order.cid, by_default=False),
        reasons=reasons,
        bindings=(),
    )
