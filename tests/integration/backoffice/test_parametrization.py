"""Elements are added, changed and removed; contradictions are refused with an example."""

import json
from typing import Any

import pytest
from flask import Flask
from upath import UPath

from etl.database import Role, connect
from etl.settings import ROOT, Settings
from etl.sync import sync_nomenclature
from tests.ams import WAREHOUSES, demo_order, section_of
from tests.backoffice_orders import forget_versions, stored_document
from tests.editors import Visitor, editor_of, words_of
from tests.element_forms import DATE, fields_of, saved, send
from tests.site_visits import faultless, run

pytestmark = pytest.mark.postgres

OVERVIEW = f"/back-office/arretes/{WAREHOUSES}/parametrage"
BARE = "Bd735cD83474"  # two alineas, nothing on it, no section below
WITH_SECTIONS = "F8eE3c6acBac"  # an inapplicability, a section below
MODIFIED = "182D32Fd3A9e"
NEW = f"{OVERVIEW}/{BARE}/inapplicabilite/nouveau"
NOMENCLATURE = ROOT / "demo" / "idf" / "classement_references.csv"


@pytest.fixture(scope="module")
def signed_in(filled_office: Flask, filled_settings: Settings) -> Visitor:
    """An editor in a back-office with the demo's orders and nomenclature."""
    with connect(filled_settings, Role.ETL) as connection:
        sync_nomenclature(connection, UPath(NOMENCLATURE))
    return editor_of(filled_office, "ada", "editor")


@pytest.fixture
def ada(signed_in: Visitor, filled_settings: Settings) -> Visitor:
    """That editor, the order as it was imported."""
    forget_versions(filled_settings)
    return signed_in


def versions(settings: Settings) -> object:
    return run(settings, "SELECT max(number) FROM backoffice.order_versions")


def test_an_inapplicability_comes_and_goes(ada: Visitor, filled_settings: Settings) -> None:
    answer = saved(ada, NEW, **DATE, portee="choix", alinea=["1"])
    assert answer.location == f"{OVERVIEW}?fait=parametre-ajoute#s-{BARE}"
    page = ada.read(answer.location.partition("#")[0])
    assert "L’élément est ajouté." in page.text
    told = " ".join(page.select_one(f"#s-{BARE} .param-element").text.split())  # type: ignore[union-attr]
    assert (
        "L'alinéa 2 est inapplicable lorsque la date de mise en service est antérieure au 01/07/2003." in told
    )
    assert section_of(stored_document(filled_settings), BARE)["parametrization"][
        "potential_inapplicabilities"
    ] == [
        {
            "alineas": [1],
            "condition": {
                "parameter": {"id": "date-d-installation", "type": "DATE"},
                "strict": True,
                "target": "2003-07-01",
                "type": "LITTLER",
            },
            "subsections_are_inapplicable": True,
        }
    ]
    query = "SELECT details ->> 'comment' FROM backoffice.events WHERE action = 'parametrization'"
    assert run(filled_settings, query) == "Inapplicabilité ajoutée : Article 1 - Champ d'application"
    edit = f"{OVERVIEW}/{BARE}/inapplicabilite/0"
    assert saved(ada, edit).location.startswith(f"{OVERVIEW}?fait=inchange")
    assert versions(filled_settings) == 2
    fields = fields_of(ada.read(edit))
    gone = send(ada, f"{edit}/retirer", {"version": fields["version"], "csrf_token": ada.token})
    assert gone.location == f"{OVERVIEW}?fait=parametre-retire#s-{BARE}"
    assert json.dumps(stored_document(filled_settings)) == json.dumps(demo_order())


def test_changing_one_keeps_the_others(ada: Visitor, filled_settings: Settings) -> None:
    path = f"{OVERVIEW}/{WITH_SECTIONS}/inapplicabilite/0"
    page = ada.read(path)
    assert page.select_one("#sous-sections") is not None
    fields = fields_of(page, faire="verifier", **{"sous-sections": "oui"})
    checked = faultless(send(ada, path, fields).text)
    assert "Ses sous-sections suivent le même sort." in checked.text
    assert send(ada, path, fields_of(checked, faire="enregistrer")).status_code == 303
    before, after = demo_order(), stored_document(filled_settings)
    rules = section_of(before, WITH_SECTIONS)["parametrization"]["potential_inapplicabilities"]
    assert rules[0]["subsections_are_inapplicable"] is False
    rules[0]["subsections_are_inapplicable"] = True
    assert json.dumps(after) == json.dumps(before)


def test_nothing_is_saved_before_its_sentence_was_read(ada: Visitor, filled_settings: Settings) -> None:
    fields = fields_of(ada.read(NEW), **DATE, faire="enregistrer")
    first = send(ada, NEW, fields)
    said = words_of(first)
    assert first.status_code == 200
    assert "Relisez ce que liront les inspecteurs" in said
    assert "Cette section n'est pas applicable à cette installation, car la date de mise en service" in said
    changed = fields_of(faultless(first.text), faire="enregistrer", **{"c.0.valeur": "2004-01-01"})
    assert "Relisez ce que liront" in words_of(send(ada, NEW, changed))
    assert versions(filled_settings) == 1


def test_the_form_grows_and_shrinks_without_scripts(ada: Visitor) -> None:
    page = ada.read(NEW)
    assert page.select_one("#element button[type=submit]")["value"] == "verifier"  # type: ignore[index]
    steps = [("ligne:c", 2), ("groupe:c", 4), ("ligne:c.2", 5), ("retirer:c.0", 4), ("retirer:c.1.0", 3)]
    typed: dict[str, Any] = dict(DATE)
    for step, rows in steps:
        answer = send(ada, NEW, fields_of(page, **typed, faire=step))
        page = faultless(answer.text)
        assert (step, len(page.select(".cond-row"))) == (step, rows)
        assert not page.select(".office-error")
        typed = {}
    assert len(page.select(".cond-group .cond-group")) == 1
    kept = send(
        ada, NEW, fields_of(faultless(send(ada, NEW, fields_of(ada.read(NEW), **DATE)).text), faire="ligne:c")
    )
    assert 'value="2003-07-01"' in kept.text


def test_a_parameter_brings_its_operators_without_scripts(ada: Visitor) -> None:
    page = ada.read(NEW)
    assert page.select_one("noscript") is not None
    chosen = {"c.0.parametre": "quantite-rubrique", "faire": "suite"}
    page = faultless(send(ada, NEW, fields_of(page, **chosen)).text)
    operators = [str(option["value"]) for option in page.select("select[name='c.0.operateur'] option")]
    assert operators == ["lt", "ge", "in"]
    assert not page.select(".office-error")


def test_a_nested_condition_is_saved(ada: Visitor, filled_settings: Settings) -> None:
    nested = {
        **DATE,
        "c.1.lien": "OR",
        "c.1.0.parametre": "quantite-rubrique",
        "c.1.0.operateur": "ge",
        "c.1.0.valeur": "50 000,5",
        "c.1.1.parametre": "rubrique",
        "c.1.1.valeur": "1510",
    }
    fields = fields_of(ada.read(NEW), **nested, faire="verifier")
    page = faultless(send(ada, NEW, fields).text)
    assert (
        "la quantité autorisée pour la rubrique est supérieure ou égale à 50\N{NO-BREAK SPACE}000,5"
        in page.text
    )
    assert send(ada, NEW, fields_of(page, faire="enregistrer")).status_code == 303
    rule = section_of(stored_document(filled_settings), BARE)["parametrization"][
        "potential_inapplicabilities"
    ][0]
    assert rule["condition"]["type"] == "AND"
    assert [leaf["target"] for leaf in rule["condition"]["conditions"][1]["conditions"]] == [50_000.5, "1510"]
    again = ada.read(f"{OVERVIEW}/{BARE}/inapplicabilite/0")
    assert [entry["value"] for entry in again.select("input[name$='.valeur']")] == [
        "2003-07-01",
        "50000,5",
        "1510",
    ]


def filled(parameter: str, operator: str, value: str, end: str = "") -> dict[str, str]:
    return {
        "c.0.parametre": parameter,
        "c.0.etait": parameter,
        "c.0.operateur": operator,
        "c.0.valeur": value,
        "c.0.fin": end,
    }


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"c.0.parametre": ""}, "Choisissez un paramètre"),
        (filled("date-d-autorisation", "lt", "31/02/2003"), "Donnez une date qui existe"),
        (filled("quantite-rubrique", "ge", "50 kW"), "sans son unité"),
        (filled("quantite-rubrique", "in", "5", "2"), "doit être inférieure à la seconde"),
        (filled("regime", "eq", ""), "Choisissez le régime"),
        (filled("rubrique", "eq", "9999"), "n'a pas de rubrique « 9999 »"),
        (filled("alinea", "eq", "9-z"), "n'a d'alinéa « 9-z »"),
        (
            {**filled("regime", "eq", "A"), "c.1.parametre": "regime", "c.1.valeur": "D"},
            "ne peut jamais être remplie",
        ),
        ({**filled("regime", "eq", "A"), "portee": "choix"}, "Cochez au moins un alinéa"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    ada: Visitor, filled_settings: Settings, fields: dict[str, str], said: str
) -> None:
    answer = send(ada, NEW, fields_of(ada.read(NEW), **fields, faire="enregistrer"))
    page = faultless(answer.text)
    assert answer.status_code == 422
    assert any(said in error.text for error in page.select(".office-error"))
    assert "Rien n’est enregistré" in page.text
    kept = fields_of(page)
    assert {name: kept[name][0] for name, value in fields.items() if value and name in kept} == {
        name: value for name, value in fields.items() if value and name in kept
    }
    assert versions(filled_settings) == 1


def test_the_orders_own_rubriques_come_first(ada: Visitor) -> None:
    page = ada.read(NEW)
    rubriques = [str(option["value"]) for option in page.select("#rubriques option")]
    assert rubriques[:2] == ["1510", "1530"]
    assert len(rubriques) == len(set(rubriques)) > 10
    assert {"2-a", "2-b"} <= {str(option["value"]) for option in page.select("#alineas option")}


def test_a_contradiction_is_refused_with_an_example(ada: Visitor, filled_settings: Settings) -> None:
    assert saved(ada, NEW, **DATE).status_code == 303
    other = {**DATE, "c.0.operateur": "ge", "c.0.valeur": "2001-01-01", "portee": "choix", "alinea": ["0"]}
    fields = fields_of(ada.read(NEW), **other, faire="enregistrer")
    answer = send(ada, NEW, fields)
    said = words_of(answer)
    assert answer.status_code == 422
    assert "il ne peut pas être enregistré" in said
    assert "avec des effets différents : par exemple si la date de mise en service est le 01/01/2001" in said
    text = f"{OVERVIEW}/{BARE}/modification/nouveau"
    assert "des effets différents" in words_of(
        send(ada, text, fields_of(ada.read(text), **DATE, faire="verifier"))
    )
    assert versions(filled_settings) == 2


def test_the_same_effect_is_noted_and_allowed(ada: Visitor, filled_settings: Settings) -> None:
    assert saved(ada, NEW, **DATE).status_code == 303
    answer = saved(ada, NEW, **{**DATE, "c.0.valeur": "2001-01-01"})
    assert answer.status_code == 303
    page = ada.read(answer.location.partition("#")[0])
    noted = page.select_one(f"#s-{BARE} .param-finding")
    assert noted is not None
    assert "avec le même effet" in noted.text
    assert versions(filled_settings) == 3


def test_a_modification_with_sections_below(ada: Visitor, filled_settings: Settings) -> None:
    path = f"{OVERVIEW}/{BARE}/modification/nouveau"
    page = ada.read(path)
    assert page.select_one("#texte").text.startswith("# Article 1")  # type: ignore[union-attr]
    wrong = send(ada, path, fields_of(page, **DATE, texte="# Un\n# Deux\n", faire="enregistrer"))
    assert wrong.status_code == 422
    assert "ligne 2 : le nouveau texte remplace une seule section" in words_of(wrong)
    typed = fields_of(page, **DATE, texte="# Neuf\nUn.\n\n| a | b |\n## Dessous\nDeux.\n", faire="verifier")
    shown = faultless(send(ada, path, typed).text).select(".param-new-text .text")[0]
    assert [cell.text for cell in shown.select("td")] == ["a", "b"]
    assert "Dessous" in shown.text
    assert saved(ada, path, **DATE, texte="# Neuf\nUn.\n## Dessous\nDeux.\n").status_code == 303
    rule = section_of(stored_document(filled_settings), BARE)["parametrization"]["potential_modifications"][0]
    assert rule["new_version"]["outer_alineas"] == [{"text": "Un."}]
    assert [below["title"]["text"] for below in rule["new_version"]["sections"]] == ["Dessous"]
    assert "Le texte de cette section est modifié" in ada.read(f"{OVERVIEW}/{BARE}/modification/0").text
    assert "Nouveau texte : « Neuf »" in ada.read(OVERVIEW).text


def test_a_warning_has_more_than_ten_characters(ada: Visitor, filled_settings: Settings) -> None:
    path = f"{OVERVIEW}/{BARE}/avertissement/nouveau"
    short = send(ada, path, fields_of(ada.read(path), texte=" dix lettre ", faire="enregistrer"))
    assert short.status_code == 422
    assert "plus de 10 caractères" in words_of(short)
    fine = send(
        ada, path, fields_of(ada.read(path), texte="onze lettre\r\net deux lignes", faire="enregistrer")
    )
    assert fine.status_code == 303
    warnings = section_of(stored_document(filled_settings), BARE)["parametrization"]["warnings"]
    assert warnings == ["onze lettre\net deux lignes"]


def test_the_whole_order(ada: Visitor, filled_settings: Settings) -> None:
    whole = f"{OVERVIEW}/@arrete"
    assert ada.client.get(f"{whole}/modification/nouveau").status_code == 404
    assert saved(ada, f"{whole}/inapplicabilite/nouveau", **DATE).status_code == 303
    assert "Inapplicable lorsque" in ada.read(OVERVIEW).select_one("section .param-said").text  # type: ignore[union-attr]
    assert ada.client.get(f"{whole}/inapplicabilite/nouveau").location.endswith("/inapplicabilite/0")
    fields = fields_of(ada.read(f"{whole}/inapplicabilite/0"), faire="enregistrer", avant="")
    assert "a déjà une condition" in words_of(send(ada, f"{whole}/inapplicabilite/nouveau", fields))
    assert (
        saved(ada, f"{whole}/avertissement/nouveau", texte="Pour toutes les installations.").status_code
        == 303
    )
    applicability = stored_document(filled_settings)["applicability"]
    assert applicability["warnings"] == ["Pour toutes les installations."]
    assert applicability["condition_of_inapplicability"]["target"] == "2003-07-01"
    page = ada.read(f"{whole}/inapplicabilite/0")
    assert "Cet arrêté n'est pas applicable à cette installation" in page.text
    send(ada, f"{whole}/inapplicabilite/0/retirer", {**fields_of(page), "faire": ""})
    assert stored_document(filled_settings)["applicability"]["condition_of_inapplicability"] is None


def test_the_short_view_has_what_carries_something(ada: Visitor) -> None:
    whole = ada.read(OVERVIEW).select(".param-tree li[id]")
    short = ada.read(f"{OVERVIEW}?vue=portees").select(".param-tree li[id]")
    assert len(whole) == 25
    assert 0 < len(short) < len(whole)
    assert f"s-{BARE}" not in {str(section["id"]) for section in short}
    assert f"s-{MODIFIED}" in {str(section["id"]) for section in short}
