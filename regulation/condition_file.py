"""Conditions and parameters from and to their JSON forms.

The orders' files name a parameter with its type (``{"id": "regime", "type": "REGIME"}``); what the engine
writes (the command line, the API) names it by its id alone.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from regulation.classement import Regime
from regulation.conditions import ConditionSet, ConditionType, Leaf, Parameter, leaves
from regulation.reading import (
    ReadingError,
    boolean,
    each,
    expected,
    field,
    iso_date,
    number,
    one_of,
    quoted,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from regulation.conditions import Condition, Parameters, Value

MAX_DEPTH = 10
MAX_LEAVES = 200

_read_type = one_of(ConditionType, "type de condition")
_read_id = one_of(Parameter, "paramètre")
_SETS = (ConditionType.AND, ConditionType.OR)


def read_condition(document: object) -> Condition:
    """A condition as an order's file has it.

    Raises:
        ReadingError: unknown type or parameter, a target of another type than its parameter's, an empty
            set (it would always or never hold), more than 10 levels or 200 tests.
    """
    condition = _read_nested(document, depth=1)
    if sum(1 for _ in leaves(condition)) > MAX_LEAVES:
        raise ReadingError(f"plus de {MAX_LEAVES} tests dans une condition")
    return condition


def _read_nested(document: object, depth: int) -> Condition:
    if depth > MAX_DEPTH:
        raise ReadingError(f"plus de {MAX_DEPTH} niveaux de conditions")
    kind = field(document, "type", _read_type)
    if kind not in _SETS:
        return _read_leaf(document, kind)
    children = field(document, "conditions", each(partial(_read_nested, depth=depth + 1)))
    if not children:
        raise ReadingError(f"un ensemble {kind} sans condition")
    return ConditionSet(kind, children)


def _read_leaf(document: object, kind: ConditionType) -> Leaf:
    parameter = field(document, "parameter", _read_parameter)
    read = value_reader(parameter)
    if kind is ConditionType.EQUAL:
        target = field(document, "target", read)
        return Leaf(kind, parameter, target, target)
    if kind is ConditionType.RANGE:
        return Leaf(
            kind,
            parameter,
            low=field(document, "left", read),
            high=field(document, "right", read),
            low_strict=field(document, "left_strict", boolean),
            high_strict=field(document, "right_strict", boolean),
        )
    target, is_strict = field(document, "target", read), field(document, "strict", boolean)
    if kind is ConditionType.GREATER:
        return Leaf(kind, parameter, low=target, low_strict=is_strict)
    return Leaf(kind, parameter, high=target, high_strict=is_strict)


def _read_parameter(document: object) -> Parameter:
    parameter, kind = field(document, "id", _read_id), field(document, "type", text)
    wanted = "DATE" if parameter.is_date else "REAL_NUMBER" if parameter.is_number else ""
    if kind != wanted and (wanted or kind in ("DATE", "REAL_NUMBER")):
        raise ReadingError(f"le paramètre {parameter} ne peut pas être de type {quoted(kind)}")
    return parameter


def value_reader(parameter: Parameter) -> Callable[[object], Value]:
    """The reader of a parameter's values: a date, a finite number, a regime, or a text that is not empty."""
    if parameter.is_date:
        return iso_date
    if parameter.is_number:
        return number
    return _read_regime if parameter is Parameter.REGIME else _read_word


def _read_word(value: object) -> str:
    word = text(value)
    if not word:
        raise ReadingError("le texte est vide")
    return word


_read_regime_member = one_of(Regime, "régime")


def _read_regime(value: object) -> str:
    return _read_regime_member(_read_word(value)).value


def read_parameters(document: object) -> dict[Parameter, Value]:
    """Parameters by id, as a request has them; a null value is an unknown parameter.

    Raises:
        ReadingError: an unknown parameter, or a value of another type than its parameter's.
    """
    if not isinstance(document, dict):
        raise expected("un objet", document)
    parameters: dict[Parameter, Value] = {}
    for key, value in document.items():
        parameter = _read_id(key)
        if value is not None:
            parameters[parameter] = field(document, key, value_reader(parameter))
    return parameters


def json_value(value: Value) -> str | float:
    """A value as JSON has it: dates in ISO form."""
    return value.isoformat() if isinstance(value, date) else value


def parameters_document(parameters: Parameters) -> dict[str, object]:
    """Parameters by id, with JSON values."""
    return {parameter.value: json_value(value) for parameter, value in parameters.items()}


def condition_document(condition: Condition) -> dict[str, object]:
    """A condition as plain JSON values, parameters by id; sets of one child are kept."""
    if isinstance(condition, ConditionSet):
        children = [condition_document(child) for child in condition.conditions]
        return {"type": condition.type.value, "conditions": children}
    document: dict[str, object] = {"type": condition.type.value, "parameter": condition.parameter.value}
    low, high = _json_end(condition.low), _json_end(condition.high)
    if condition.type is ConditionType.RANGE:
        strict = {"left_strict": condition.low_strict, "right_strict": condition.high_strict}
        return document | {"left": low, "right": high} | strict
    if condition.type is ConditionType.EQUAL:
        return document | {"target": low}
    if condition.type is ConditionType.GREATER:
        return document | {"target": low, "strict": condition.low_strict}
    return document | {"target": high, "strict": condition.high_strict}


def _json_end(value: Value | None) -> str | float | None:
    return None if value is None else json_value(value)
