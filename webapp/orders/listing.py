"""The orders of an installation: those that the engine lists, the transverse ones, those it cannot decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from regulation.applicability import ListedOrder
from regulation.classement import HIDDEN_RUBRIQUE, Regime, is_hidden
from regulation.classement import Classement as EngineClassement
from regulation.order import Order
from regulation.warnings import sentence
from webapp.models import Classement
from webapp.orders.choice import Choice
from webapp.orders.library import Shelf


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order in a list: why it is there, in sentences, and whether it is chosen.

    `masked` are the rubriques of the order that masked lines of the installation may be of: where there is
    one, what the published lines say of the order is not the last word.
    """

    order: Order
    is_applicable: bool
    is_chosen: bool
    reasons: tuple[str, ...]
    bindings: tuple[str, ...]
    masked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderList:
    """What the page of an installation shows of ministerial orders.

    `doubtful` are those that the known lines make inapplicable, and that masked lines may make applicable;
    `undetermined` those that only masked lines may bind.
    """

    applicable: tuple[OrderLine, ...]
    doubtful: tuple[OrderLine, ...]
    inapplicable: tuple[OrderLine, ...]
    transverse: tuple[OrderLine, ...]
    undetermined: tuple[Order, ...]

    @property
    def lines(self) -> tuple[OrderLine, ...]:
        """Return every order that has a line, as the page shows them."""
        return (*self.applicable, *self.doubtful, *self.inapplicable, *self.transverse)

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no order at all to choose from."""
        return not self.lines


def engine_classements(rows: Iterable[Classement] | Iterable[Row[Any]]) -> list[EngineClassement]:
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
    bound = {(line.rubrique, line.regime) for line in classements}
    lines = [_listed_line(listed, choice, bound) for listed in shelf.index.list_orders(classements)]
    listed_cids = {line.order.cid for line in lines}
    undetermined = shelf.index.undetermined_orders(classements)
    return OrderList(
        applicable=tuple(line for line in lines if line.is_applicable),
        doubtful=tuple(line for line in lines if not line.is_applicable and line.masked),
        inapplicable=tuple(line for line in lines if not line.is_applicable and not line.masked),
        transverse=tuple(_transverse_line(order, choice) for order in shelf.index.transverse_orders),
        undetermined=tuple(order for order in undetermined if order.cid not in listed_cids),
    )


def masked_rubriques(order: Order) -> tuple[str, ...]:
    """Return the rubriques of an order whose lines are masked before publication, each once."""
    return tuple(sorted({binding.rubrique for binding in order.bindings if is_hidden(binding.rubrique)}))


def _listed_line(listed: ListedOrder, choice: Choice, bound: set[tuple[str, Regime]]) -> OrderLine:
    order = listed.order
    has_masked_lines = any(rubrique == HIDDEN_RUBRIQUE for rubrique, _ in bound)
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
                    if (binding.rubrique, binding.regime) in bound
                }
            )
        ),
        masked=masked_rubriques(order) if has_masked_lines else (),
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
