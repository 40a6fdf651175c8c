"""Conditions: a table of cases for each form, and the rule's own definition as an oracle."""

from __future__ import annotations

import operator
from typing import Any

import pytest
from hypothesis import given

from regulation.condition_file import (
    condition_document,
    parameters_document,
    read_condition,
    read_parameters,
)
from regulation.conditions import Outcome, is_possibly_satisfied, is_satisfied
from regulation.reading import ReadingError
from tests.unit.regulation import fictitious as f
from tests.unit.regulation import strategies

QUANTITY, DAY = "quantite-rubrique", "date-d-installation"
YES, NO, MAYBE = Outcome.SATISFIED, Outcome.UNSATISFIED, Outcome.POSSIBLE


@pytest.mark.parametrize(
    ("condition", "parameters", "outcome"),
    [
        (f.eq("rubrique", "1510"), {"rubrique": "1510"}, YES),
        (f.eq("rubrique", "1510"), {"rubrique": "01510"}, NO),
        (f.eq("rubrique", "1510"), {"alinea": "1510"}, MAYBE),
        (f.eq(DAY, "2010-04-16"), {DAY: "2010-04-16"}, YES),
        (f.lt(QUANTITY, 2), {QUANTITY: 2}, NO),
        (f.lt(QUANTITY, 2), {QUANTITY: 0}, YES),
        (f.lt(QUANTITY, 2, strict=False), {QUANTITY: 2.0}, YES),
        (f.gt(QUANTITY, 2), {QUANTITY: 2}, YES),
        (f.gt(QUANTITY, 2, strict=True), {QUANTITY: 2}, NO),
        (f.gt(QUANTITY, 2), {QUANTITY: 10}, YES),
        (f.lt(DAY, "2003-07-01"), {DAY: "0019-12-09"}, YES),
        (f.lt(DAY, "2003-07-01"), {DAY: "2003-07-01"}, NO),
        (f.between(DAY, "2003-07-01", "2010-04-16"), {DAY: "2003-07-01"}, YES),
        (f.between(DAY, "2003-07-01", "2010-04-16"), {DAY: "2010-04-16"}, NO),
        (f.between(DAY, "2003-07-01", "2010-04-16", strict=(True, False)), {DAY: "2003-07-01"}, NO),
        (f.between(DAY, "2003-07-01", "2010-04-16", strict=(True, False)), {DAY: "2010-04-16"}, YES),
        (f.both(f.eq("regime", "A")), {"regime": "A"}, YES),
        (f.both(f.eq("regime", "A"), f.lt(QUANTITY, 2)), {"regime": "A"}, MAYBE),
        (f.both(f.eq("regime", "A"), f.lt(QUANTITY, 2)), {"regime": "E"}, NO),
        (f.either(f.eq("regime", "A"), f.lt(QUANTITY, 2)), {"regime": "A"}, YES),
        (f.either(f.eq("regime", "A"), f.lt(QUANTITY, 2)), {"regime": "E"}, MAYBE),
        (f.either(f.eq("regime", "A"), f.lt(QUANTITY, 2)), {"regime": "E", QUANTITY: 3}, NO),
        (
            f.either(f.both(f.eq("regime", "A"), f.lt(QUANTITY, 2)), f.eq("alinea", "b")),
            {"alinea": "c"},
            MAYBE,
        ),
    ],
)
def test_outcomes(condition: f.Document, parameters: f.Document, outcome: Outcome) -> None:
    assert read_condition(condition).outcome(read_parameters(parameters)) is outcome


def test_zero_is_a_known_quantity() -> None:
    assert is_satisfied(read_condition(f.lt(QUANTITY, 2)), read_parameters({QUANTITY: 0}))


def satisfied(condition: f.Document, parameters: f.Document, *, unknown: bool) -> bool:
    """The rule as written: ``unknown`` is what a leaf whose parameter is unknown gives."""
    if "conditions" in condition:
        combine = all if condition["type"] == "AND" else any
        return combine(satisfied(child, parameters, unknown=unknown) for child in condition["conditions"])
    value: Any = parameters.get(condition["parameter"]["id"])
    if value is None:
        return unknown
    if condition["type"] == "EQUAL":
        return bool(value == condition["target"])
    if condition["type"] == "RANGE":
        above = (operator.gt if condition["left_strict"] else operator.ge)(value, condition["left"])
        return bool(
            above and (operator.lt if condition["right_strict"] else operator.le)(value, condition["right"])
        )
    tests = {
        ("GREATER", True): operator.gt,
        ("GREATER", False): operator.ge,
        ("LITTLER", True): operator.lt,
        ("LITTLER", False): operator.le,
    }
    return bool(tests[condition["type"], condition["strict"]](value, condition["target"]))


@given(strategies.conditions(), strategies.parameters())
def test_both_questions_follow_the_rule(condition: f.Document, parameters: f.Document) -> None:
    read, known = read_condition(condition), read_parameters(parameters)
    assert is_satisfied(read, known) == satisfied(condition, parameters, unknown=False)
    assert is_possibly_satisfied(read, known) == satisfied(condition, parameters, unknown=True)


@given(strategies.conditions(), strategies.parameters())
def test_satisfied_implies_possibly_satisfied(condition: f.Document, parameters: f.Document) -> None:
    read, known = read_condition(condition), read_parameters(parameters)
    assert is_possibly_satisfied(read, known) or not is_satisfied(read, known)


@given(strategies.conditions(), strategies.parameters(), strategies.parameters())
def test_more_knowledge_never_turns_an_answer(
    condition: f.Document, parameters: f.Document, more: f.Document
) -> None:
    read = read_condition(condition)
    before = read.outcome(read_parameters(parameters))
    after = read.outcome(read_parameters(more | parameters))
    assert before is MAYBE or after is before


@given(strategies.conditions())
def test_written_form_names_parameters_by_id(condition: f.Document) -> None:
    def by_id(document: f.Document) -> f.Document:
        if "conditions" in document:
            return {**document, "conditions": [by_id(child) for child in document["conditions"]]}
        return {**document, "parameter": document["parameter"]["id"]}

    assert condition_document(read_condition(condition)) == by_id(condition)


@given(strategies.parameters())
def test_parameters_come_back_as_they_were(parameters: f.Document) -> None:
    assert parameters_document(read_parameters(parameters)) == parameters


def test_null_is_an_unknown_parameter() -> None:
    assert read_parameters({"regime": None, "alinea": "2"}) == {"alinea": "2"}


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({}, "clé « type » absente"),
        (None, "attendu : un objet, trouvé : null"),
        ([], "attendu : un objet, trouvé : une liste"),
        ({"type": "XOR"}, "type : type de condition « XOR » inconnu"),
        ({"type": ["AND"]}, 'type : type de condition « ["AND"] » inconnu'),
        ({"type": "AND"}, "clé « conditions » absente"),
        ({"type": "AND", "conditions": {}}, "conditions : attendu : une liste, trouvé : un objet"),
        ({"type": "OR", "conditions": []}, "un ensemble OR sans condition"),
        (
            f.both(f.eq("regime", "A"), {"type": "NOT"}),
            "conditions[1].type : type de condition « NOT » inconnu",
        ),
        ({"type": "EQUAL", "parameter": f.parameter("regime")}, "clé « target » absente"),
        (f.eq("couleur", "rouge"), "parameter.id : paramètre « couleur » inconnu"),
        (f.eq("regime", "Z"), "target : régime « Z » inconnu ; attendu : A, E, D, NC, unknown"),
        (f.eq("alinea", ""), "target : le texte est vide"),
        (f.lt(DAY, "2010-13-01"), "target : « 2010-13-01 » n'est pas une date de la forme aaaa-mm-jj"),
        (f.lt(DAY, "20100101"), "n'est pas une date"),
        (f.lt(DAY, "2010-W01-1"), "n'est pas une date"),
        (f.lt(DAY, 2010), "target : attendu : un texte, trouvé : un nombre"),
        (f.lt(QUANTITY, "2"), "target : attendu : un nombre, trouvé : un texte"),
        (f.lt(QUANTITY, True), "target : attendu : un nombre, trouvé : un booléen"),
        (f.lt(QUANTITY, 10**400), "target : le nombre est trop grand"),
        (
            {"type": "LITTLER", "parameter": f.parameter(DAY), "target": "2010-01-01"},
            "clé « strict » absente",
        ),
        (
            {**f.between(DAY, "2010-01-01", "2011-01-01"), "left_strict": 0},
            "left_strict : attendu : un booléen",
        ),
        (
            {**f.eq("regime", "A"), "parameter": {"id": "regime", "type": "DATE"}},
            "parameter : le paramètre regime ne peut pas être de type « DATE »",
        ),
        (
            {**f.lt(DAY, "2010-01-01"), "parameter": {"id": DAY, "type": "STRING"}},
            "ne peut pas être de type « STRING »",
        ),
    ],
)
def test_bad_conditions_are_refused(condition: object, sentence: str) -> None:
    with pytest.raises(ReadingError) as caught:
        read_condition(condition)
    assert sentence in str(caught.value)


def nested(depth: int) -> f.Document:
    condition = f.eq("regime", "A")
    for _ in range(depth - 1):
        condition = f.both(condition)
    return condition


def test_conditions_nest_ten_levels_at_most() -> None:
    assert read_condition(nested(10)).outcome({}) is MAYBE
    with pytest.raises(ReadingError, match="plus de 10 niveaux de conditions"):
        read_condition(nested(11))


def test_conditions_have_two_hundred_tests_at_most() -> None:
    assert read_condition(f.either(*[f.eq("regime", "A")] * 200)).outcome({}) is MAYBE
    with pytest.raises(ReadingError, match="plus de 200 tests"):
        read_condition(f.either(*[f.eq("regime", "A")] * 201))


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ([], "attendu : un objet"),
        ({"couleur": None}, "paramètre « couleur » inconnu"),
        ({"regime": "B"}, "regime : régime « B » inconnu"),
        ({"quantite-rubrique": "90"}, "quantite-rubrique : attendu : un nombre"),
        ({"date-d-installation": "01/02/2003"}, "date-d-installation : « 01/02/2003 » n'est pas une date"),
        ({"alinea": 2}, "alinea : attendu : un texte"),
    ],
)
def test_bad_parameters_are_refused(parameters: object, sentence: str) -> None:
    with pytest.raises(ReadingError) as caught:
        read_parameters(parameters)
    assert sentence in str(caught.value)
