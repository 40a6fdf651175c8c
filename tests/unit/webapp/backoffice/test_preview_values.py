"""The fields of the preview: those that the conditions of an order test, and what is wrong with them."""

from datetime import date

import pytest

from regulation.conditions import Parameter
from regulation.order import Order
from regulation.order_file import order_of
from tests.ams import demo_order, demo_orders
from webapp.backoffice.preview.reading import preview_with
from webapp.backoffice.preview.values import (
    OF_ANOTHER_REGIME,
    ONE_ACT,
    conditions_of,
    read_values,
    value_fields,
)

BOILERS = "JORFTEXT900000000002"
TRANSVERSE = "JORFTEXT900000000005"
MASKED = "JORFTEXT900000000006"
OF_THE_WHOLE_ORDER = "JORFTEXT900000000003"


def order(cid: str) -> Order:
    return order_of(demo_order(cid))


@pytest.mark.parametrize(
    ("cid", "names"),
    [
        (
            BOILERS,
            "regime alinea quantite-rubrique date-d-installation date-d-enregistrement date-d-declaration",
        ),
        (TRANSVERSE, "regime"),
        (MASKED, "rubrique date-d-declaration"),
        (OF_THE_WHOLE_ORDER, "regime alinea quantite-rubrique date-d-installation date-d-enregistrement"),
    ],
)
def test_fields_are_those_that_conditions_test(cid: str, names: str) -> None:
    assert " ".join(field.parameter for field in value_fields(order(cid))) == names


def test_no_condition_no_field() -> None:
    bare = order_of({**demo_order(TRANSVERSE), "sections": []})
    assert value_fields(bare) == []
    assert list(conditions_of(bare)) == []


def test_values_that_conditions_and_bindings_name_are_offered() -> None:
    offered = {field.parameter: field.offered for field in value_fields(order(BOILERS))}
    assert offered[Parameter.ALINEA] == ("A-1", "A-2", "B")
    assert offered[Parameter.REGIME] == ("A", "E", "D", "NC")
    assert offered[Parameter.QUANTITE] == ()


def test_what_is_typed_becomes_parameters() -> None:
    typed = {
        "regime": "D",
        "alinea": " A-2 ",
        "quantite-rubrique": "1 250,5",
        "date-d-declaration": "2005-06-01",
        "date-d-installation": "",
        "rubrique": "2910",
    }
    form = read_values(order(BOILERS), typed)
    assert not form.is_wrong
    assert form.parameters == {
        Parameter.REGIME: "D",
        Parameter.ALINEA: "A-2",
        Parameter.QUANTITE: 1250.5,
        Parameter.DATE_DECLARATION: date(2005, 6, 1),
    }


@pytest.mark.parametrize(
    ("typed", "wrong", "sentence"),
    [
        ({"regime": "Z"}, "regime", "Choisissez un régime"),
        ({"regime": "unknown"}, "regime", "Choisissez un régime"),
        ({"quantite-rubrique": "beaucoup"}, "quantite-rubrique", "Donnez un nombre"),
        ({"quantite-rubrique": "-1"}, "quantite-rubrique", "Donnez un nombre"),
        ({"quantite-rubrique": "inf"}, "quantite-rubrique", "Donnez un nombre"),
        ({"date-d-installation": "2020-02-30"}, "date-d-installation", "Donnez une date"),
        ({"date-d-installation": "20200201"}, "date-d-installation", "Donnez une date"),
        ({"date-d-installation": "0012-02-01"}, "date-d-installation", "Donnez une date"),
        ({"alinea": "a" * 41}, "alinea", "caractères au plus"),
        ({"alinea": "a\0"}, "alinea", "caractères au plus"),
        ({"regime": "E", "date-d-declaration": "2005-06-01"}, "date-d-declaration", OF_ANOTHER_REGIME),
        ({"regime": "D", "date-d-enregistrement": "2005-06-01"}, "date-d-enregistrement", OF_ANOTHER_REGIME),
    ],
)
def test_what_is_wrong_is_said_of_its_field(typed: dict[str, str], wrong: str, sentence: str) -> None:
    form = read_values(order(BOILERS), typed)
    assert form.is_wrong
    assert {field.parameter.value for field in form.fields if field.error} == {wrong}
    assert any(sentence in field.error for field in form.fields)


def test_an_installation_has_one_act() -> None:
    form = read_values(
        order(BOILERS), {"date-d-declaration": "2005-06-01", "date-d-enregistrement": "2005-06-01"}
    )
    assert [field.error for field in form.fields if field.error] == [ONE_ACT, ONE_ACT]


@pytest.mark.parametrize(
    ("day", "is_applicable", "said"),
    [
        ("2004-11-30", False, "n'est pas applicable"),
        ("2004-12-01", True, ""),
        ("", True, "pourrait ne pas être applicable"),
    ],
)
def test_the_condition_of_the_order_decides(day: str, said: str, *, is_applicable: bool) -> None:
    cooling = order(OF_THE_WHOLE_ORDER)
    preview = preview_with(cooling, read_values(cooling, {"date-d-enregistrement": day}).parameters)
    line = preview.reading.line
    assert line is not None
    assert line.is_applicable is is_applicable
    assert [said in reason for reason in line.reasons if "pplicable" in reason] == [True] * bool(said)


def test_what_the_parametrization_does_is_listed_once_for_each_section() -> None:
    boilers = order(BOILERS)
    form = read_values(boilers, {"date-d-installation": "1997-01-01", "date-d-declaration": "1999-01-01"})
    effects = {effect.section_id: effect.said for effect in preview_with(boilers, form.parameters).effects}
    assert effects["Da8520A444f5"] == "non applicable, en tout ou partie"
    assert effects["Fbe71a5dc0b7"] == "texte modifié"
    assert effects["F7d255C62902"] == "peut-être non applicable"


def test_every_order_of_the_demo_can_be_previewed() -> None:
    for document in demo_orders().values():
        assert preview_with(order_of(document), {}).reading.has_text
