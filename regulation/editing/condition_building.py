"""From the form of a condition to the condition as an order's file has it, or to what is wrong in each field.

Under ET, a lower and an upper bound on one parameter become one range. What was not changed comes back as it
was, to the key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from regulation.condition_file import json_value, read_condition
from regulation.conditions import ConditionType, Parameter, leaves
from regulation.editing.condition_form import (
    AND,
    BETWEEN,
    LEAST,
    LESS,
    Group,
    Row,
    form_of,
    has_errors,
    offered_operators,
    rows_of,
)
from regulation.editing.condition_values import Known, read_value, written
from regulation.reading import ReadingError
from regulation.satisfiability import TooComplexError, joint_example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regulation.conditions import Condition, Value
    from regulation.editing.condition_form import Item, Operator
    from regulation.editing.drafts import Document

NOT_BELOW = "La première borne doit être inférieure à la seconde."
NO_PARAMETER = "Choisissez un paramètre, ou retirez cette ligne."
NOT_OFFERED = "Cet opérateur ne convient pas à ce paramètre : choisissez-en un autre."
TWICE = "Ce paramètre a déjà une borne de ce côté dans ce groupe : retirez l'une des deux."
NEVER = "Cette condition ne peut jamais être remplie : ses tests s'excluent."

_TYPES = {
    Parameter.REGIME: "REGIME",
    Parameter.ALINEA: "STRING",
    Parameter.RUBRIQUE: "RUBRIQUE",
    Parameter.QUANTITE: "REAL_NUMBER",
}


@dataclass(frozen=True, slots=True)
class Built:
    """The form, judged; and the condition in its raw form, None where something is wrong."""

    group: Group
    document: Document | None = None

    @property
    def condition(self) -> Condition | None:
        """The condition as a value."""
        return None if self.document is None else read_condition(self.document)


@dataclass(frozen=True, slots=True)
class _Test:
    """A row whose values are read."""

    parameter: Parameter
    operator: Operator
    values: tuple[Value, ...]

    def document(self) -> Document:
        """The raw form, its keys in the order of the published files."""
        parameter = {"id": self.parameter.value, "type": _TYPES.get(self.parameter, "DATE")}
        type_, first = self.operator.type, json_value(self.values[0])
        low_strict, high_strict = self.operator.low_strict, self.operator.high_strict
        if type_ is ConditionType.RANGE:
            right = json_value(self.values[1])
            ends = {"left": first, "left_strict": low_strict, "parameter": parameter}
            return {**ends, "right": right, "right_strict": high_strict, "type": type_.value}
        strict = {} if type_ is ConditionType.EQUAL else {"strict": low_strict or high_strict}
        return {"parameter": parameter, **strict, "target": first, "type": type_.value}


def known_values(known: Known, before: Condition | None) -> Known:
    """What is known, and what the condition said before."""
    if before is None:
        return known
    kept = {
        (leaf.parameter, end) for leaf in leaves(before) for end in (leaf.low, leaf.high) if end is not None
    }
    return replace(known, kept=known.kept | kept)


def build(group: Group, known: Known, before: Document | None = None) -> Built:
    """The condition that a form makes.

    Args:
        group: the form as typed.
        known: what texts may be.
        before: the raw condition that is being changed; a form that says the same gives it back.
    """
    condition = None if before is None else read_condition(before)
    old = None if condition is None else form_of(condition)
    known = known_values(known, condition)
    operators = {(row.parameter, row.operator) for row in rows_of(old)} if old else set()
    judged = _judged(group, known, operators)
    if not isinstance(judged, Group):
        raise TypeError("a group is judged as a group")
    if not has_errors(judged) and judged == old:
        return Built(judged, before)
    judged = _with_bounds(judged, known)
    if has_errors(judged):
        return Built(judged)
    return _finished(judged, _document(judged, known))


def _finished(judged: Group, document: Document) -> Built:
    try:
        if joint_example(read_condition(document)) is None:
            return Built(replace(judged, error=NEVER))
    except ReadingError as error:
        return Built(replace(judged, error=f"Cette condition est trop longue : {error.reason}."))
    except TooComplexError:
        return Built(replace(judged, error="Cette condition a trop d'alternatives : simplifiez-la."))
    return Built(judged, document)


def _judged(item: Item, known: Known, operators: set[tuple[Any, Any]]) -> Item:
    """The same form, each value as it is kept or with what is wrong with it."""
    if isinstance(item, Group):
        children = tuple(_judged(child, known, operators) for child in item.children)
        error = "" if children else "Ce groupe est vide : retirez-le."
        return replace(item, children=children, error=error)
    if item.parameter is None:
        return replace(item, value_error=NO_PARAMETER)
    offered = offered_operators(item.parameter)
    if item.operator not in offered and (item.parameter, item.operator) not in operators:
        return replace(item, value_error=NOT_OFFERED)
    return _judged_values(item, item.parameter, known)


def _judged_values(row: Row, parameter: Parameter, known: Known) -> Row:
    value, value_error = _read(parameter, row.value, known)
    if not row.operator.has_two_values:
        return replace(row, value=value, end="", value_error=value_error, end_error="")
    end, end_error = _read(parameter, row.end, known)
    return replace(row, value=value, end=end, value_error=value_error, end_error=end_error)


def _read(parameter: Parameter, typed: str, known: Known) -> tuple[str, str]:
    """What a field keeps, and what is wrong with it."""
    try:
        return written(read_value(parameter, typed, known)), ""
    except ReadingError as error:
        return typed, error.reason


def _with_bounds(item: Group, known: Known) -> Group:
    """The form with what is wrong between the bounds of its ranges."""
    children: list[Item] = []
    for child in item.children:
        if isinstance(child, Group):
            children.append(_with_bounds(child, known))
        elif (
            child.operator.has_two_values
            and not child.errors
            and not _is_below(child, child.value, child.end, known)
        ):
            children.append(replace(child, end_error=NOT_BELOW))
        else:
            children.append(child)
    if item.join == AND:
        for low, high in _bounds(item.children):
            children[high] = _judged_bound(item.children[low], item.children[high], children[high], known)
    return replace(item, children=tuple(children))


def _judged_bound(one: Item, other: Item, judged: Item, known: Known) -> Item:
    if not isinstance(one, Row) or not isinstance(other, Row) or not isinstance(judged, Row):
        return judged
    if one.operator == other.operator:
        return replace(judged, value_error=TWICE)
    if one.errors or other.errors:
        return judged
    first, second = (one, other) if one.operator == LEAST else (other, one)
    return (
        judged if _is_below(one, first.value, second.value, known) else replace(judged, value_error=NOT_BELOW)
    )


def _bounds(children: tuple[Item, ...]) -> Iterator[tuple[int, int]]:
    """The places of each pair of bounds on one parameter, in the order of the form."""
    seen: dict[Parameter, int] = {}
    for place, child in enumerate(children):
        if isinstance(child, Row) and child.parameter is not None and child.operator in (LESS, LEAST):
            if child.parameter in seen:
                yield seen[child.parameter], place
            else:
                seen[child.parameter] = place


def _is_below(row: Row, left: str, right: str, known: Known) -> bool:
    if row.parameter is None:
        return False
    low, high = (read_value(row.parameter, typed, known) for typed in (left, right))
    return bool(low < high)  # type: ignore[operator]  # both are of the parameter's type


def _document(group: Group, known: Known) -> Document:
    partners = dict(_bounds(group.children)) if group.join == AND else {}
    seconds = set(partners.values())
    documents: list[Document] = []
    for place, child in enumerate(group.children):
        if isinstance(child, Group):
            documents.append(_document(child, known))
        elif place in partners:
            documents.append(_range(child, group.children[partners[place]], known).document())
        elif place not in seconds:
            documents.append(_test(child, known).document())
    return documents[0] if len(documents) == 1 else {"conditions": documents, "type": group.join}


def _test(row: Row, known: Known) -> _Test:
    if row.parameter is None:
        raise ReadingError(NO_PARAMETER)
    typed = (row.value, row.end) if row.operator.has_two_values else (row.value,)
    return _Test(
        row.parameter, row.operator, tuple(read_value(row.parameter, words, known) for words in typed)
    )


def _range(one: Row, other: Item, known: Known) -> _Test:
    if not isinstance(other, Row):
        raise TypeError("two bounds are two rows")
    first, second = _test(one, known), _test(other, known)
    low, high = (first, second) if first.operator == LEAST else (second, first)
    return _Test(low.parameter, BETWEEN, (*low.values, *high.values))
