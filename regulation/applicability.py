"""Which orders are listed for an installation, which of them apply, and why (docs/rules.md, "Listing").

    index = OrderIndex(orders)                   # once
    for listed in index.list_orders(classements):
        listed.order, listed.applicable, listed.regime, [sentence(w) for w in listed.warnings]
    parameters = parameters_for(order, classements)          # what `regulation.personalise` needs
    index.undetermined_orders(classements)       # bound to 47xx rubriques that the publication masks

Orders that do not apply stay in the list: the reader must see that they were thought of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from regulation.classement import HIDDEN_RUBRIQUE, Regime, agreed_parameters, is_hidden
from regulation.conditions import Outcome, Value
from regulation.warnings import OrderWarning, WarningKind, static_warning

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regulation.classement import Classement
    from regulation.conditions import Parameter
    from regulation.order import Binding, Order


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """An order in the list of an installation; ``regime`` is the strongest of its matching classements."""

    order: Order
    applicable: bool
    regime: Regime
    warnings: tuple[OrderWarning, ...]


class OrderIndex:
    """The orders by rubrique and regime, ready to answer for any installation."""

    def __init__(self, orders: Iterable[Order]) -> None:
        self.orders = tuple(orders)
        self._entries: dict[tuple[str, Regime], list[tuple[_Entry, Binding]]] = {}
        for entry in map(_Entry, self.orders):
            if not entry.order.is_transverse:
                for binding in entry.order.bindings:
                    key = (binding.rubrique, binding.regime)
                    self._entries.setdefault(key, []).append((entry, binding))

    @property
    def transverse_orders(self) -> tuple[Order, ...]:
        """The orders that stand for every site, which classements do not decide."""
        return tuple(order for order in self.orders if order.is_transverse)

    def list_orders(self, classements: Iterable[Classement]) -> list[ListedOrder]:
        """The orders bound to the rubrique and regime of at least one classement.

        Returns:
            Applicable ones first, then by strength of regime, newest signature, cid; transverse orders are
            left out.
        """
        matches: dict[_Entry, _Match] = {}
        for classement in classements:
            for entry, binding in self._entries.get((classement.rubrique, classement.regime), ()):
                match = matches.get(entry)
                if match is None:
                    match = matches[entry] = _Match(entry)
                match.add(classement, binding)
        decided = [match.decide() for match in matches.values()]
        decided.sort(key=_place)
        return [listed for _, listed in decided]

    def undetermined_orders(self, classements: Iterable[Classement]) -> tuple[Order, ...]:
        """The orders that may or may not be bound to the masked ``47xx`` lines of an installation.

        Returns:
            Every order bound to a rubrique that begins with 47 where a line is masked, else nothing.
        """
        if not any(classement.rubrique == HIDDEN_RUBRIQUE for classement in classements):
            return ()
        return tuple(
            order for order in self.orders if any(is_hidden(binding.rubrique) for binding in order.bindings)
        )


def parameters_for(order: Order, classements: Iterable[Classement]) -> dict[Parameter, Value]:
    """What the classements that match the order on rubrique, regime and alinea agree on."""
    return agreed_parameters(
        classement
        for classement in classements
        if any(
            binding.rubrique == classement.rubrique
            and binding.regime is classement.regime
            and binding.covers(classement.alinea)
            for binding in order.bindings
        )
    )


class _Entry:
    """An order with what its listing needs, made once."""

    __slots__ = ("_settled", "condition", "order", "recency", "static")

    def __init__(self, order: Order) -> None:
        self.order = order
        self.condition = order.condition_of_inapplicability
        self.recency = (-order.signed_on.toordinal(), order.cid)
        self.static = tuple(static_warning(text) for text in order.warnings)
        self._settled: dict[tuple[Regime, bool], _Decided] = {}

    def settle(self, regime: Regime, *, has_alinea: bool) -> _Decided:
        """The answer where no condition has a say: one of a handful, shared by all installations."""
        key = (regime, has_alinea)
        decided = self._settled.get(key)
        if decided is None:
            warnings = self.static if has_alinea else (*self.static, _ALINEA_MISMATCH)
            decided = self._settled[key] = self.decided(regime, warnings, is_applicable=has_alinea)
        return decided

    def decided(self, regime: Regime, warnings: tuple[OrderWarning, ...], *, is_applicable: bool) -> _Decided:
        """The answer with its place in the list."""
        listed = ListedOrder(self.order, is_applicable, regime, warnings)
        return _Decided((not is_applicable, regime.rank, *self.recency), listed)


class _Decided(NamedTuple):
    """An answer and its place in the list."""

    place: tuple[bool, int, int, str]
    listed: ListedOrder


def _place(decided: _Decided) -> tuple[bool, int, int, str]:
    return decided.place


class _Match:
    """An order being matched with the classements of one installation."""

    __slots__ = ("classements", "entry", "has_alinea", "regime")

    def __init__(self, entry: _Entry) -> None:
        self.entry = entry
        self.classements: list[Classement] = []
        self.has_alinea = False
        self.regime = Regime.NONE

    def add(self, classement: Classement, binding: Binding) -> None:
        if not self.classements or self.classements[-1] is not classement:
            self.classements.append(classement)
        if not self.has_alinea:
            self.has_alinea = not binding.alineas or classement.alinea in binding.alineas
        if classement.regime is not self.regime and classement.regime.rank < self.regime.rank:
            self.regime = classement.regime

    def decide(self) -> _Decided:
        entry, condition = self.entry, self.entry.condition
        if condition is None:
            return entry.settle(self.regime, has_alinea=self.has_alinea)
        outcome = condition.outcome(agreed_parameters(self.classements))
        if outcome is Outcome.UNSATISFIED:
            return entry.settle(self.regime, has_alinea=self.has_alinea)
        warnings = (*entry.static, OrderWarning(_KINDS[outcome], condition))
        if not self.has_alinea:
            warnings = (*warnings, _ALINEA_MISMATCH)
        is_applicable = self.has_alinea and outcome is not Outcome.SATISFIED
        return entry.decided(self.regime, warnings, is_applicable=is_applicable)


_KINDS = {
    Outcome.SATISFIED: WarningKind.AM_INAPPLICABLE,
    Outcome.POSSIBLE: WarningKind.AM_POSSIBLY_INAPPLICABLE,
}
_ALINEA_MISMATCH = OrderWarning(WarningKind.ALINEA_MISMATCH)
