"""Conditions through their form: every real one comes back as it was, and what is wrong is said by field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from regulation.condition_file import read_condition
from regulation.conditions import ConditionSet, ConditionType, Leaf, Parameter
from regulation.editing.condition_building import (
    NEVER,
    NO_PARAMETER,
    NOT_BELOW,
    NOT_OFFERED,
    TWICE,
    Built,
    build,
)
from regulation.editing.condition_form import (
    BLANK,
    OPERATORS,
    Group,
    Row,
    form_of,
    read_group,
    rows_of,
    with_group,
    with_row,
    without,
)
from regulation.editing.condition_values import Known, written
from regulation.warnings import clause
from tests.unit.regulation import fictitious as f
from tests.unit.regulation import strategies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regulation.conditions import Condition

DATE, QUANTITY = "date-d-installation", "quantite-rubrique"
KNOWN = Known(frozenset({"1510", "2910"}), frozenset({"1", "2-a"}))


def fields_of(item: Group | Row, path: str = "c") -> dict[str, str]:
    """What a page sends of a form."""
    if isinstance(item, Group):
        fields = {f"{path}.lien": item.join}
        for place, child in enumerate(item.children):
            fields |= fields_of(child, f"{path}.{place}")
        return fields
    name = item.parameter.value if item.parameter else ""
    fields = {f"{path}.parametre": name, f"{path}.etait": name, f"{path}.valeur": item.value}
    return fields | {f"{path}.operateur": item.operator.code, f"{path}.fin": item.end}


def sent(*rows: tuple[str, ...], join: str = "AND") -> Built:
    """The condition of one group of rows (parameter, operator, value, end)."""
    fields = {"c.lien": join}
    for place, row in enumerate(rows):
        for name, value in zip(("parametre", "operateur", "valeur", "fin"), row, strict=False):
            fields[f"c.{place}.{name}"] = value
        fields[f"c.{place}.etait"] = row[0]
    return build(read_group(fields), KNOWN)


def through_the_page(raw: dict[str, Any]) -> Built:
    return build(read_group(fields_of(form_of(read_condition(raw)))), KNOWN, raw)


def merged(condition: Condition) -> Condition:
    """The condition without sets of one, with two bounds of an AND as a range: what a form makes of it."""
    if isinstance(condition, Leaf):
        return condition
    children = [merged(child) for child in condition.conditions]
    if condition.type is ConditionType.AND:
        for high in [
            leaf for leaf in children if isinstance(leaf, Leaf) and leaf.type is ConditionType.LITTLER
        ]:
            for low in children:
                is_low = isinstance(low, Leaf) and low.type is ConditionType.GREATER
                if is_low and low.parameter is high.parameter:
                    ends = {"low": low.low, "high": high.high, "high_strict": True}
                    children.insert(
                        min(children.index(low), children.index(high)),
                        Leaf(ConditionType.RANGE, low.parameter, **ends),
                    )
                    children.remove(low)
                    children.remove(high)
                    break
    return children[0] if len(children) == 1 else ConditionSet(condition.type, tuple(children))


def real_conditions(value: Any) -> Iterator[dict[str, Any]]:
    """Every condition of orders, wherever it stands."""
    if isinstance(value, list):
        for item in value:
            yield from real_conditions(item)
    elif isinstance(value, dict):
        names = [name for name in ("condition", "condition_of_inapplicability") if value.get(name)]
        yield from (value[name] for name in names)
        for name, item in value.items():
            if name != "outer_alineas" and name not in names:
                yield from real_conditions(item)


@pytest.mark.real_data
def test_every_real_condition_comes_back_as_it_was(real_documents: dict[str, dict[str, Any]]) -> None:
    found = list(real_conditions(list(real_documents.values())))
    assert len(found) == 1_492 + 40 + 16
    for raw in found:
        built = through_the_page(raw)
        assert built.document is raw
        anew = build(read_group(fields_of(form_of(read_condition(raw)))), Known())
        assert anew.condition == merged(read_condition(raw))
        assert anew.document is not None
        assert json.dumps(anew.document, sort_keys=True) == json.dumps(anew.document)


@given(strategies.conditions())
@settings(max_examples=150)
def test_any_condition_comes_back_as_it_was(raw: dict[str, Any]) -> None:
    assert through_the_page(raw).document is raw


def test_a_condition_of_all_kinds() -> None:
    fields = {
        "c.lien": "AND",
        "c.0.parametre": "regime",
        "c.0.operateur": "eq",
        "c.0.valeur": "A",
        "c.1.lien": "OR",
        "c.1.0.parametre": DATE,
        "c.1.0.operateur": "in",
        "c.1.0.valeur": "01/07/1998",
        "c.1.0.fin": "2003-07-01",
        "c.1.1.parametre": QUANTITY,
        "c.1.1.operateur": "ge",
        "c.1.1.valeur": "50 000,5",
        "c.1.2.parametre": "alinea",
        "c.1.2.valeur": "2-a",
    }
    built = build(read_group(fields), KNOWN)
    between = f.between(DATE, "1998-07-01", "2003-07-01")
    wanted = f.both(f.eq("regime", "A"), f.either(between, f.gt(QUANTITY, 50_000.5), f.eq("alinea", "2-a")))
    assert built.document == wanted
    assert built.condition is not None
    assert "comprise entre le 01/07/1998 et le 01/07/2003" in clause(built.condition)


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([(DATE, "lt", "2003-07-01")], f.lt(DATE, "2003-07-01")),
        ([(QUANTITY, "ge", "2")], f.gt(QUANTITY, 2.0)),
        ([(QUANTITY, "ge", "2"), (QUANTITY, "lt", "5")], f.between(QUANTITY, 2.0, 5.0)),
        ([(QUANTITY, "lt", "5"), (QUANTITY, "ge", "2")], f.between(QUANTITY, 2.0, 5.0)),
        (
            [(DATE, "ge", "1998-07-01"), ("regime", "eq", "D"), (DATE, "lt", "2003-07-01")],
            f.both(f.between(DATE, "1998-07-01", "2003-07-01"), f.eq("regime", "D")),
        ),
    ],
)
def test_two_bounds_become_a_range(rows: list[tuple[str, ...]], wanted: dict[str, Any]) -> None:
    assert sent(*rows).document == wanted


def test_two_bounds_under_or_stay_two() -> None:
    built = sent((QUANTITY, "lt", "2"), (QUANTITY, "ge", "5"), join="OR")
    assert built.document == f.either(f.lt(QUANTITY, 2.0), f.gt(QUANTITY, 5.0))


@pytest.mark.parametrize(
    ("rows", "place", "value_error", "end_error"),
    [
        ([("", "", "")], 0, NO_PARAMETER, ""),
        ([(DATE, "lt", "")], 0, "Donnez une date qui existe, comme 01/07/2003.", ""),
        ([(DATE, "lt", "31/02/2003")], 0, "Donnez une date qui existe, comme 01/07/2003.", ""),
        ([(DATE, "lt", "0203-01-01")], 0, "Donnez une date entre 1850 et 2199.", ""),
        ([(QUANTITY, "lt", "50 kW")], 0, "Donnez une quantité, comme 50000 ou 0,5, sans son unité.", ""),
        ([(QUANTITY, "lt", "-1")], 0, "Donnez une quantité, comme 50000 ou 0,5, sans son unité.", ""),
        (
            [("regime", "eq", "Z")],
            0,
            "Choisissez le régime : autorisation, enregistrement ou déclaration.",
            "",
        ),
        ([("regime", "lt", "A")], 0, NOT_OFFERED, ""),
        ([(DATE, "eq", "2003-07-01")], 0, NOT_OFFERED, ""),
        ([("rubrique", "eq", "")], 0, "Donnez une rubrique, comme 1510.", ""),
        ([("alinea", "eq", "")], 0, "Donnez un alinéa, comme 2-a.", ""),
        ([(QUANTITY, "in", "5", "2")], 0, "", NOT_BELOW),
        ([(QUANTITY, "in", "5", "5")], 0, "", NOT_BELOW),
        ([(QUANTITY, "in", "5", "")], 0, "", "Donnez une quantité, comme 50000 ou 0,5, sans son unité."),
        ([(QUANTITY, "ge", "5"), (QUANTITY, "lt", "5")], 1, NOT_BELOW, ""),
        ([(DATE, "lt", "2003-07-01"), (DATE, "ge", "2010-01-01")], 1, NOT_BELOW, ""),
        ([(DATE, "lt", "2003-07-01"), (DATE, "lt", "2010-01-01")], 1, TWICE, ""),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    rows: list[tuple[str, ...]], place: int, value_error: str, end_error: str
) -> None:
    built = sent(*rows)
    row = list(rows_of(built.group))[place]
    assert built.document is None
    assert (row.value_error, row.end_error) == (value_error, end_error)
    assert [row.value for row in rows_of(built.group)] == [written_as_typed(row) for row in rows]


def written_as_typed(row: tuple[str, ...]) -> str:
    return row[2] if len(row) > 2 else ""


@pytest.mark.parametrize(("name", "typed"), [("rubrique", "9999"), ("alinea", "9-z")])
def test_texts_come_from_the_nomenclature_or_stay(name: str, typed: str) -> None:
    assert "nomenclature" in next(rows_of(sent((name, "eq", typed)).group)).value_error
    assert through_the_page(f.eq(name, typed)).document == f.eq(name, typed)
    assert build(read_group(fields_of(form_of(read_condition(f.eq(name, typed))))), Known()).document


def test_a_condition_that_cannot_hold_is_refused() -> None:
    assert sent(("regime", "eq", "A"), ("regime", "eq", "D")).group.error == NEVER


def test_rows_and_groups_come_and_go() -> None:
    form = with_group(with_row(BLANK, "c"), "c")
    assert [type(child) for child in form.children] == [Row, Row, Group]
    assert form.children[2] == Group("OR", (Row(), Row()))
    form = with_row(form, "c.2")
    assert sum(1 for _ in rows_of(form)) == 5
    assert without(form, "c.2").children == (Row(), Row())
    for _ in range(3):
        form = without(form, "c.2.0")
    assert form.children == (Row(), Row())
    assert without(without(form, "c.0"), "c.0") == BLANK
    assert with_row(form, "c.7") == with_row(form, "nonsense") == without(form, "c") == form


def test_a_row_that_gets_another_parameter_gets_its_operators() -> None:
    fields = {"c.0.parametre": "regime", "c.0.etait": DATE, "c.0.operateur": "lt", "c.0.valeur": "A"}
    row = next(rows_of(read_group(fields)))
    assert (row.parameter, row.operator, row.value) == (Parameter.REGIME, OPERATORS["eq"], "A")
    fields = {"c.0.parametre": QUANTITY, "c.0.etait": "regime", "c.0.operateur": "eq", "c.0.valeur": "2"}
    row = next(rows_of(read_group(fields)))
    assert row.operator is OPERATORS["lt"]
    assert [operator.code for operator in row.operators] == ["lt", "ge", "in"]


@pytest.mark.parametrize(
    ("value", "shown"), [(50_000.0, "50000"), (0.5, "0,5"), (1e-7, "0,0000001"), (None, "")]
)
def test_quantities_are_shown_with_a_comma(value: float | None, shown: str) -> None:
    assert written(value) == shown


def test_a_form_without_end_is_cut() -> None:
    deep = {f"c{'.0' * depth}.lien": "AND" for depth in range(30)}
    many = {f"c.{place}.parametre": "regime" for place in range(500)}
    assert read_group(deep).children
    assert len(read_group(many).children) == 200
