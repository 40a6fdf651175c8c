"""The values under which an order is previewed: fields for what its conditions test, and nothing else."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from regulation.classement import Regime
from regulation.conditions import Condition, Leaf, Parameter, Value, leaves
from regulation.order import Order, walk
from webapp.installations.wording import REGIMES

LABELS = {
    Parameter.REGIME: "Régime",
    Parameter.RUBRIQUE: "Rubrique",
    Parameter.ALINEA: "Alinéa de la rubrique",
    Parameter.QUANTITE: "Quantité autorisée, dans l’unité de la rubrique",
    Parameter.DATE_INSTALLATION: "Date de mise en service",
    Parameter.DATE_AUTORISATION: "Date d’autorisation",
    Parameter.DATE_ENREGISTREMENT: "Date d’enregistrement",
    Parameter.DATE_DECLARATION: "Date de déclaration",
}
# A line of the classification has one act, and its regime says which.
REGIME_OF_DATE = {
    Parameter.DATE_AUTORISATION: Regime.A,
    Parameter.DATE_ENREGISTREMENT: Regime.E,
    Parameter.DATE_DECLARATION: Regime.D,
}
OF_ANOTHER_REGIME = "Cette date ne va pas avec ce régime : videz-la, ou changez le régime."
ONE_ACT = "Une installation n’a qu’un acte pour sa rubrique : gardez une seule de ces dates."
OFFERED_REGIMES = {code: name for code, name in REGIMES.items() if code != Regime.UNKNOWN}
EARLIEST_YEAR = 1800
LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class ValueField:
    """A field of the form: what was typed, and the sentence about it; an empty one is an unknown value.

    `offered` are values that the order's conditions test, or that it is bound to.
    """

    parameter: Parameter
    offered: tuple[str, ...]
    typed: str = ""
    error: str = ""

    @property
    def label(self) -> str:
        """Return the name of the field."""
        return LABELS[self.parameter]


@dataclass(frozen=True, slots=True)
class ValuesForm:
    """The fields of an order, and the parameters that they give."""

    fields: tuple[ValueField, ...]
    parameters: Mapping[Parameter, Value]

    @property
    def is_wrong(self) -> bool:
        """Tell whether a field is to be corrected."""
        return any(field.error for field in self.fields)


def read_values(order: Order, typed: Mapping[str, str]) -> ValuesForm:
    """Return the form of an order with what was typed (by the name of the parameter), judged."""
    fields: list[ValueField] = []
    parameters: dict[Parameter, Value] = {}
    for blank in value_fields(order):
        field = replace(blank, typed=" ".join(typed.get(blank.parameter.value, "").split()))
        if field.typed:
            try:
                parameters[field.parameter] = _reader(field.parameter)(field.typed)
            except ValueError as error:
                field = replace(field, error=str(error))
        fields.append(field)
    return ValuesForm(tuple(replace(field, error=_clash(field, fields)) for field in fields), parameters)


def value_fields(order: Order) -> list[ValueField]:
    """Return a blank field for each parameter that the conditions of an order test."""
    tests = [test for condition in conditions_of(order) for test in leaves(condition)]
    tested = {test.parameter for test in tests}
    return [ValueField(name, _offered(name, order, tests)) for name in LABELS if name in tested]


def conditions_of(order: Order) -> Iterator[Condition]:
    """Give every condition that decides how an order reads: its own, then those of its sections."""
    if order.condition_of_inapplicability is not None:
        yield order.condition_of_inapplicability
    for section in walk(order.sections):
        rules = section.parametrization
        yield from (element.condition for element in rules.inapplicabilities)
        yield from (element.condition for element in rules.modifications)


def _offered(parameter: Parameter, order: Order, tests: list[Leaf]) -> tuple[str, ...]:
    if parameter is Parameter.REGIME:
        return tuple(OFFERED_REGIMES)
    bound: set[str] = set()
    if parameter is Parameter.RUBRIQUE:
        bound = {binding.rubrique for binding in order.bindings}
    elif parameter is Parameter.ALINEA:
        bound = {alinea for binding in order.bindings for alinea in binding.alineas}
    else:
        return ()
    return tuple(sorted(bound | {str(test.low) for test in tests if test.parameter is parameter}))


def _reader(parameter: Parameter) -> Callable[[str], Value]:
    if parameter.is_date:
        return _date
    if parameter.is_number:
        return _number
    return _regime if parameter is Parameter.REGIME else _word


def _date(typed: str) -> date:
    try:
        value = date.fromisoformat(typed)
    except ValueError:
        value = date.min
    if len(typed) != len("2015-05-12") or value.year < EARLIEST_YEAR:
        raise ValueError("Donnez une date qui existe, comme 2015-05-12.")
    return value


def _number(typed: str) -> float:
    try:
        value = float(typed.replace(" ", "").replace(",", "."))
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise ValueError("Donnez un nombre positif ou nul, comme 12,5.")
    return value


def _regime(typed: str) -> str:
    if typed not in OFFERED_REGIMES:
        raise ValueError("Choisissez un régime de la liste.")
    return typed


def _word(typed: str) -> str:
    if len(typed) > LONGEST_WORD or not typed.isprintable():
        raise ValueError(f"Donnez {LONGEST_WORD} caractères au plus.")
    return typed


def _clash(field: ValueField, fields: list[ValueField]) -> str:
    """Return what is wrong with a field, beside the others."""
    regime = REGIME_OF_DATE.get(field.parameter)
    if field.error or not field.typed or regime is None:
        return field.error
    chosen = next((other.typed for other in fields if other.parameter is Parameter.REGIME), "")
    if chosen and (Regime(chosen) if chosen in (Regime.A, Regime.D) else Regime.E) is not regime:
        return OF_ANOTHER_REGIME
    acts = [other for other in fields if other.typed and other.parameter in REGIME_OF_DATE]
    return ONE_ACT if len(acts) > 1 else ""
