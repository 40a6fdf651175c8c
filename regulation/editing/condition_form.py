"""A condition as a form: rows of parameter, operator and value, in groups joined by ET or OU.

A form is a value; each change gives another. `read_group` reads the fields that a page sends, `form_of` shows
a condition of an order, and `condition_building.build` gives the condition back. The fields of a row at
``c.0.2`` are ``c.0.2.parametre``, ``.operateur``, ``.valeur``, ``.fin``, and ``.etait`` with the parameter
that it was shown with; a group at ``c.0`` has ``c.0.lien``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from regulation.condition_file import MAX_DEPTH, MAX_LEAVES
from regulation.conditions import Condition, ConditionSet, ConditionType, Leaf, Parameter
from regulation.editing.condition_values import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = "c"
AND, OR = ConditionType.AND.value, ConditionType.OR.value

_PATH = re.compile(rf"{ROOT}((?:\.\d{{1,3}})*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Operator:
    """How a parameter is compared; ``low_strict`` and ``high_strict`` are those of the leaf."""

    code: str
    type: ConditionType
    date_label: str
    label: str
    low_strict: bool = False
    high_strict: bool = False

    @property
    def has_two_values(self) -> bool:
        """Whether it asks for both ends of a range."""
        return self.type is ConditionType.RANGE

    @property
    def value_labels(self) -> tuple[str, str]:
        """How the fields of its values are called; the second is of a range alone."""
        if not self.has_two_values:
            return "Valeur", ""
        low, high = "exclu" if self.low_strict else "inclus", "exclue" if self.high_strict else "incluse"
        return f"Début ({low})", f"Fin ({high})"


LESS = Operator("lt", ConditionType.LITTLER, "< avant le", "< inférieure à", high_strict=True)
LEAST = Operator("ge", ConditionType.GREATER, "≥ à partir du", "≥ au moins égale à")
BETWEEN = Operator("in", ConditionType.RANGE, "entre", "entre", high_strict=True)
EQUAL = Operator("eq", ConditionType.EQUAL, "= est le", "= est")
_OFFERED = (LESS, LEAST, BETWEEN)
# What orders may hold and the form does not offer: shown where it stands, so that nothing is lost.
_OTHERS = (
    Operator("le", ConditionType.LITTLER, "≤ jusqu'au", "≤ au plus égale à"),
    Operator("gt", ConditionType.GREATER, "> après le", "> supérieure à", low_strict=True),
    Operator("in-closed", ConditionType.RANGE, "entre (fin incluse)", "entre (fin incluse)"),
    Operator("in-left", ConditionType.RANGE, "entre (début exclu)", "entre (début exclu)", low_strict=True),
    Operator(
        "in-open",
        ConditionType.RANGE,
        "entre (bornes exclues)",
        "entre (bornes exclues)",
        low_strict=True,
        high_strict=True,
    ),
)
OPERATORS = {operator.code: operator for operator in (*_OFFERED, EQUAL, *_OTHERS)}


def offered_operators(parameter: Parameter) -> tuple[Operator, ...]:
    """The operators of a parameter's type, as the form offers them."""
    return _OFFERED if parameter.is_date or parameter.is_number else (EQUAL,)


@dataclass(frozen=True, slots=True)
class Row:
    """A test as typed: ``parameter`` is None until one is chosen; errors are French sentences."""

    parameter: Parameter | None = None
    operator: Operator = EQUAL
    value: str = ""
    end: str = ""
    value_error: str = ""
    end_error: str = ""

    @property
    def operators(self) -> tuple[Operator, ...]:
        """The operators to choose from, its own among them."""
        if self.parameter is None:
            return ()
        offered = offered_operators(self.parameter)
        return offered if self.operator in offered else (*offered, self.operator)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into it."""
        return self.parameter is None and not self.value

    @property
    def errors(self) -> tuple[str, ...]:
        """What is wrong with it."""
        return tuple(filter(None, (self.value_error, self.end_error)))


@dataclass(frozen=True, slots=True)
class Group:
    """Rows and groups joined by AND or OR."""

    join: str = AND
    children: tuple[Row | Group, ...] = ()
    error: str = ""


Item: TypeAlias = Row | Group

BLANK = Group(AND, (Row(),))


def rows_of(item: Item) -> Iterator[Row]:
    """Every row, in order."""
    if isinstance(item, Row):
        yield item
    else:
        for child in item.children:
            yield from rows_of(child)


def has_errors(item: Item) -> bool:
    """Whether something is wrong in it."""
    if isinstance(item, Row):
        return bool(item.errors)
    return bool(item.error) or any(map(has_errors, item.children))


def form_of(condition: Condition) -> Group:
    """The form that shows a condition; a single test stands in a group of its own."""
    item = _item_of(condition)
    return item if isinstance(item, Group) else Group(AND, (item,))


def _item_of(condition: Condition) -> Item:
    if isinstance(condition, ConditionSet):
        return Group(condition.type.value, tuple(map(_item_of, condition.conditions)))
    operator = _operator_of(condition)
    first = condition.high if operator.type is ConditionType.LITTLER else condition.low
    end = written(condition.high) if operator.has_two_values else ""
    return Row(condition.parameter, operator, written(first), end)


def _operator_of(leaf: Leaf) -> Operator:
    return next(
        operator
        for operator in OPERATORS.values()
        if operator.type is leaf.type
        and (operator.low_strict, operator.high_strict) == (leaf.low_strict, leaf.high_strict)
    )


def read_group(typed: Mapping[str, str]) -> Group:
    """The form that a page sends; what is beyond the limits of a condition is passed over."""
    group = _read_group(typed, ROOT, 1)
    return group if group.children else replace(group, children=BLANK.children)


def _read_group(typed: Mapping[str, str], path: str, depth: int) -> Group:
    children: list[Item] = []
    while len(children) < MAX_LEAVES:
        place = f"{path}.{len(children)}"
        if f"{place}.lien" in typed and depth < MAX_DEPTH:
            children.append(_read_group(typed, place, depth + 1))
        elif f"{place}.parametre" in typed:
            children.append(_read_row(typed, place))
        else:
            break
    return Group(OR if typed.get(f"{path}.lien") == OR else AND, tuple(children))


def _read_row(typed: Mapping[str, str], place: str) -> Row:
    name = typed[f"{place}.parametre"]
    if name not in set(Parameter):
        return Row(value=typed.get(f"{place}.valeur", ""), end=typed.get(f"{place}.fin", ""))
    parameter = Parameter(name)
    offered = offered_operators(parameter)
    operator = OPERATORS.get(typed.get(f"{place}.operateur", ""), offered[0])
    is_ordered = parameter.is_date or parameter.is_number
    if not is_ordered and operator is not EQUAL and typed.get(f"{place}.etait") != name:
        operator = EQUAL
    if is_ordered and operator is EQUAL and typed.get(f"{place}.etait") != name:
        operator = offered[0]
    return Row(parameter, operator, typed.get(f"{place}.valeur", ""), typed.get(f"{place}.fin", ""))


def with_row(group: Group, path: str) -> Group:
    """The form with a blank row at the end of the group at this path."""
    return _changed(group, path, lambda found: replace(found, children=(*found.children, Row())))


def with_group(group: Group, path: str) -> Group:
    """The form with a group, of the other join, at the end of the group at this path."""

    def grow(found: Group) -> Group:
        other = Group(AND if found.join == OR else OR, (Row(), Row()))
        return replace(found, children=(*found.children, other))

    return _changed(group, path, grow) if path.count(".") < MAX_DEPTH - 1 else group


def without(group: Group, path: str) -> Group:
    """The form without the row or group at this path; a group left empty goes too, the form itself stays."""
    above, _, last = path.rpartition(".")
    if not above or not last.isdecimal():
        return group
    place = int(last)

    def shrink(found: Group) -> Group:
        return replace(found, children=found.children[:place] + found.children[place + 1 :])

    shrunk = _without_empty(_changed(group, above, shrink))
    return shrunk if isinstance(shrunk, Group) else replace(group, children=BLANK.children)


def _without_empty(item: Item) -> Item | None:
    if isinstance(item, Row):
        return item
    kept = tuple(child for child in map(_without_empty, item.children) if child is not None)
    return replace(item, children=kept) if kept else None


def _changed(group: Group, path: str, change: Callable[[Group], Group]) -> Group:
    """The form with the group at this path changed; where there is none, as it was."""
    found = _PATH.fullmatch(path)
    steps = [int(step) for step in found[1].split(".")[1:]] if found else None
    return group if steps is None else _changed_at(group, steps, change)


def _changed_at(group: Group, steps: list[int], change: Callable[[Group], Group]) -> Group:
    if not steps:
        return change(group)
    place = steps[0]
    child = group.children[place] if place < len(group.children) else None
    if not isinstance(child, Group):
        return group
    children = (*group.children[:place], _changed_at(child, steps[1:], change), *group.children[place + 1 :])
    return replace(group, children=children)
