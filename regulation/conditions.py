"""Conditions of the orders, and what they give under parameters (docs/rules.md, "Conditions").

Every leaf is one interval on one parameter: EQUAL is the closed interval on its target, GREATER and
LITTLER are half-lines, RANGE has both ends. A condition answers with one of three outcomes, which settle
both of the rule's questions at once: *satisfied* is `Outcome.SATISFIED`, *possibly satisfied* is anything
but `Outcome.UNSATISFIED`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator


class Parameter(StrEnum):
    """What a condition may test: facts of a classement, under the names of the orders' files."""

    REGIME = "regime"
    ALINEA = "alinea"
    RUBRIQUE = "rubrique"
    QUANTITE = "quantite-rubrique"
    DATE_INSTALLATION = "date-d-installation"
    DATE_AUTORISATION = "date-d-autorisation"
    DATE_DECLARATION = "date-d-declaration"
    DATE_ENREGISTREMENT = "date-d-enregistrement"

    @property
    def is_date(self) -> bool:
        """Whether its values are dates."""
        return self in _DATES

    @property
    def is_number(self) -> bool:
        """Whether its values are real numbers; what is neither date nor number compares as text."""
        return self is Parameter.QUANTITE


_DATES = frozenset(
    {
        Parameter.DATE_INSTALLATION,
        Parameter.DATE_AUTORISATION,
        Parameter.DATE_DECLARATION,
        Parameter.DATE_ENREGISTREMENT,
    }
)

#: A known value. An unknown one is simply absent from the parameters.
Value: TypeAlias = date | float | str
Parameters: TypeAlias = Mapping[Parameter, Value]


class ConditionType(StrEnum):
    """The ``type`` of a condition in an order's file."""

    AND = "AND"
    OR = "OR"
    EQUAL = "EQUAL"
    GREATER = "GREATER"
    LITTLER = "LITTLER"
    RANGE = "RANGE"


class Outcome(IntEnum):
    """What a condition gives, ordered: AND is the least outcome of its children, OR the greatest."""

    UNSATISFIED = 0
    POSSIBLE = 1
    SATISFIED = 2


@dataclass(frozen=True, slots=True)
class Leaf:
    """One test of one parameter.

    ``low`` and ``high`` are the ends of the interval in which the parameter's value must lie, None where
    there is no end; a strict end is not part of it. EQUAL has both ends on its target. The values are of
    the parameter's type.
    """

    type: ConditionType
    parameter: Parameter
    low: Value | None = None
    high: Value | None = None
    low_strict: bool = False
    high_strict: bool = False

    def holds(self, value: Any) -> bool:
        """Whether a known value, of the parameter's type, lies in the interval."""
        low, high = self.low, self.high
        if low is not None and (value < low or (self.low_strict and value == low)):
            return False
        return high is None or value < high or (value == high and not self.high_strict)

    def outcome(self, parameters: Parameters) -> Outcome:
        """Evaluate: an unknown parameter leaves the test possible, a known one settles it."""
        value = parameters.get(self.parameter)
        if value is None:
            return Outcome.POSSIBLE
        return Outcome.SATISFIED if self.holds(value) else Outcome.UNSATISFIED


@dataclass(frozen=True, slots=True)
class ConditionSet:
    """AND or OR over at least one child; a single child is kept as it is written."""

    type: ConditionType
    conditions: tuple[Condition, ...]

    def outcome(self, parameters: Parameters) -> Outcome:
        """Evaluate: the least outcome of the children for AND, the greatest for OR."""
        outcomes = [condition.outcome(parameters) for condition in self.conditions]
        return min(outcomes) if self.type is ConditionType.AND else max(outcomes)


Condition: TypeAlias = Leaf | ConditionSet


def is_satisfied(condition: Condition, parameters: Parameters) -> bool:
    """Whether the condition holds; a leaf whose parameter is unknown does not."""
    return condition.outcome(parameters) is Outcome.SATISFIED


def is_possibly_satisfied(condition: Condition, parameters: Parameters) -> bool:
    """Whether the condition holds or could, once the unknown parameters are known."""
    return condition.outcome(parameters) is not Outcome.UNSATISFIED


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every leaf of a condition, in the order they are written."""
    if isinstance(condition, Leaf):
        yield condition
    else:
        for child in condition.conditions:
            yield from leaves(child)


def equal(parameter: Parameter, target: Value) -> Leaf:
    """The parameter is the target."""
    return Leaf(ConditionType.EQUAL, parameter, target, target)


def all_of(*conditions: Condition) -> ConditionSet:
    """AND."""
    return ConditionSet(ConditionType.AND, conditions)
