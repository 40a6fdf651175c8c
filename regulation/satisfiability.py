"""Whether conditions can hold together, over any number of parameters, with values that show it.

Alternatives are tried one after the other, those with the fewest branches first; the tests gathered on one
parameter can hold together exactly when one of a few candidate values passes them all. That is exact: where
some value passes, so does the least or the greatest one, and these lie on an end of a test or next to it.
Parameters are independent: the engine takes them from classements, but also from requests and previews.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from regulation.classement import Regime
from regulation.conditions import Condition, ConditionSet, ConditionType, Leaf, Parameter, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: Alternatives tried before giving up; real pairs need a dozen.
MAX_BRANCHES = 20_000

Tests: TypeAlias = dict[Parameter, tuple[Leaf, ...]]

_ONE_DAY = timedelta(days=1)
_LEAST_LETTER = "\x01"


class TooComplexError(ValueError):
    """The conditions have too many alternatives to be decided."""


def joint_example(*conditions: Condition) -> dict[Parameter, Value] | None:
    """Values under which every condition is satisfied, or None where there are none.

    Returns:
        A value for each parameter that the tests which hold are about.

    Raises:
        TooComplexError: `MAX_BRANCHES` alternatives were tried without an answer.
    """
    return _Search().solve(conditions, {})


class _Search:
    def __init__(self) -> None:
        self.branches = 0

    def solve(self, pending: Sequence[Condition], tests: Tests) -> dict[Parameter, Value] | None:
        """Values that pass the tests and satisfy what is pending; adds to the tests given."""
        alternatives: list[ConditionSet] = []
        stack = list(pending)
        while stack:
            condition = stack.pop()
            if isinstance(condition, Leaf):
                tests[condition.parameter] = (*tests.get(condition.parameter, ()), condition)
                if _witness(condition.parameter, tests[condition.parameter]) is None:
                    return None
            elif condition.type is ConditionType.AND:
                stack.extend(condition.conditions)
            else:
                alternatives.append(condition)
        return self._branch(alternatives, tests) if alternatives else _witnesses(tests)

    def _branch(self, alternatives: list[ConditionSet], tests: Tests) -> dict[Parameter, Value] | None:
        first, *others = sorted(alternatives, key=lambda alternative: len(alternative.conditions))
        for child in first.conditions:
            self.branches += 1
            if self.branches > MAX_BRANCHES:
                raise TooComplexError
            found = self.solve([child, *others], dict(tests))
            if found is not None:
                return found
        return None


def _witnesses(tests: Tests) -> dict[Parameter, Value]:
    found = {parameter: _witness(parameter, leaves) for parameter, leaves in tests.items()}
    return {parameter: value for parameter, value in found.items() if value is not None}


def _witness(parameter: Parameter, tests: Sequence[Leaf]) -> Value | None:
    """A value of the parameter that passes every test, the plainest first, or None."""
    ends = sorted({end for test in tests for end in (test.low, test.high) if end is not None}, key=_sort_key)
    for value in _candidates(parameter)(ends):
        if all(test.holds(value) for test in tests):
            return value
    return None


def _sort_key(end: Value) -> tuple[float, str]:
    """Ends of one parameter are of one type: numbers and dates sort as numbers, texts as texts."""
    if isinstance(end, date):
        return end.toordinal(), ""
    return (0, end) if isinstance(end, str) else (end, "")


def _candidates(parameter: Parameter) -> Callable[[Sequence[Value]], Iterator[Value]]:
    if parameter.is_date:
        return _days
    if parameter.is_number:
        return _numbers
    return _regimes if parameter is Parameter.REGIME else _words


def _days(ends: Sequence[Value]) -> Iterator[Value]:
    days = [end for end in ends if isinstance(end, date)]
    yield from days
    yield from (day - _ONE_DAY for day in days if day > date.min)
    yield from (day + _ONE_DAY for day in days if day < date.max)


def _numbers(ends: Sequence[Value]) -> Iterator[Value]:
    numbers = [float(end) for end in ends if isinstance(end, float | int)]
    yield from numbers
    yield from (number - 1 for number in numbers if number >= 1)
    yield from (number + 1 for number in numbers)
    yield from (low + (high - low) / 2 for low, high in pairwise([0.0, *numbers]))
    yield from (math.nextafter(number, -math.inf) for number in numbers)
    yield from (math.nextafter(number, math.inf) for number in numbers)


def _regimes(_: Sequence[Value]) -> Iterator[Value]:
    return (regime.value for regime in Regime if regime is not Regime.NONE)


def _words(ends: Sequence[Value]) -> Iterator[Value]:
    words = [end for end in ends if isinstance(end, str)]
    yield from words
    yield from (word + letter for word in words for letter in ("0", "a", " ", _LEAST_LETTER))
    yield from ("0", "A", " ", _LEAST_LETTER)
