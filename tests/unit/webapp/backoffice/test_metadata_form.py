"""The form of metadata: every rule and its sentence, and that a page sent back unchanged changes nothing."""

from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from etl.am_documents import Metadata
from regulation.archive import entries
from regulation.order_file import order_of
from regulation.reading import decode
from tests.ams import WAREHOUSES, Document, demo_order, demo_orders
from webapp.backoffice.metadata_form import (
    MetadataForm,
    form_of,
    new_document,
    orphans_of,
    read_form,
    with_metadata,
)

NOMENCLATURE = {("1510", "1"), ("1510", "2"), ("2925", "")}
NEW = {
    "cid": "JORFTEXT000012345678",
    "nor": "DEVP1234567A",
    "title": "Arrêté du 12/05/15 relatif aux entrepôts",
    "date_of_signature": "2015-05-12",
}


def typed_of(form: MetadataForm) -> MultiDict[str, str]:
    """What a browser sends of a page where nothing was touched."""
    fields = [
        ("title", form.title),
        ("date_of_signature", form.signed_on),
        ("nor", form.nor),
        ("nickname", form.nickname),
        ("aida_page", form.aida_page),
        *([("has_no_nor", "oui")] if form.has_no_nor else []),
        *([("is_transverse", "oui")] if form.is_transverse else []),
    ]
    for line in form.offered:
        fields += [("rubrique", line.rubrique), ("regime", line.regime), ("alinea", line.alinea)]
    return MultiDict(fields)


def sent_back(document: Document) -> Document:
    """The order after its page was sent back as it came."""
    form = form_of(document, Metadata())
    read = read_form(typed_of(form), set(), form)
    assert read.errors == {}, document["id"]
    return with_metadata(document, read)


def test_a_page_sent_back_unchanged_changes_nothing() -> None:
    for document in demo_orders().values():
        assert sent_back(document) == document


@pytest.mark.real_data
def test_it_changes_nothing_in_the_real_orders(real_data: Path) -> None:
    for entry in entries(real_data / "ams.zip"):
        document = decode(entry.data)
        assert isinstance(document, dict)
        assert sent_back(document) == document


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"cid": "JORFTEXT1"}, "cid", "douze chiffres"),
        ({"cid": ""}, "cid", "douze chiffres"),
        ({"cid": "JORFTEXT00001234567é"}, "cid", "douze chiffres"),
        ({"nor": "DEVP12"}, "nor", "sept chiffres"),
        ({"nor": ""}, "nor", "Donnez le NOR"),
        ({"has_no_nor": "oui"}, "nor", "pas les deux"),
        ({"title": "Décret du 12/05/15 relatif à"}, "title", "commence par"),
        ({"title": "Arrêté du 12/05/15 portant"}, "title", "commence par"),
        ({"title": "Arrêté du 13/05/15 relatif aux entrepôts"}, "title", "celle de la signature"),
        ({"title": "Arrêté du 12/05/15 relatif " + "x" * 1000}, "title", "caractères au plus"),
        ({"date_of_signature": "hier"}, "date_of_signature", "Donnez la date"),
        ({"date_of_signature": "20150512"}, "date_of_signature", "Donnez la date"),
        ({"date_of_signature": "1515-05-12"}, "date_of_signature", "entre 1850"),
        ({"date_of_signature": "2915-05-12"}, "date_of_signature", "entre 1850"),
        ({"aida_page": "https://aida"}, "aida_page", "nombre"),
        ({"nickname": "x" * 1001}, "nickname", "caractères au plus"),
        ({"rubrique": "1510", "regime": "A", "is_transverse": "oui"}, "classements", "transverse"),
        ({"rubrique": "15", "regime": "A"}, "classements", "corriger"),
    ],
)
def test_each_rule_has_its_sentence(change: dict[str, str], field: str, sentence: str) -> None:
    typed = {"regime": "", "alinea": "", **NEW, **change}
    form = read_form(MultiDict(typed), NOMENCLATURE)
    assert list(form.errors) == [field]
    assert sentence in form.errors[field]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (("5510", "A", ""), "quatre chiffres"),
        (("151", "A", ""), "quatre chiffres"),
        (("1510", "", ""), "Choisissez le régime"),
        (("1510", "NC", ""), "Choisissez le régime"),
        (("1510", "A", "9"), "n’a pas d’alinéa 9 dans la nomenclature : choisissez parmi 1, 2."),
        (("2925", "D", "9"), "n’a pas d’alinéa 9 dans la nomenclature."),
        (("1510", "A", "1"), ""),
        (("1510", "A", ""), ""),
    ],
)
def test_each_classement_is_judged(line: tuple[str, str, str], sentence: str) -> None:
    typed = MultiDict([*NEW.items(), *zip(("rubrique", "regime", "alinea"), line, strict=True)])
    (judged,) = read_form(typed, NOMENCLATURE).lines
    assert sentence in judged.error
    assert bool(judged.error) == bool(sentence)


def test_a_classement_twice_is_told() -> None:
    twice = [("rubrique", "1510"), ("regime", "A"), ("alinea", "")] * 2
    first, second = read_form(MultiDict([*NEW.items(), *twice]), NOMENCLATURE).lines
    assert not first.error
    assert "deux fois" in second.error


def test_what_is_new_is_written_and_the_rest_kept() -> None:
    document = demo_order(WAREHOUSES)
    form = form_of(document, Metadata())
    typed = typed_of(form)
    typed["nickname"], typed["aida_page"] = "Entrepôts", "42"
    typed.setlist("rubrique", [*(line.rubrique for line in form.lines[1:]), "2925"])
    typed.setlist("regime", [*(line.regime for line in form.lines[1:]), "D"])
    typed.setlist("alinea", [*(line.alinea for line in form.lines[1:]), ""])
    changed = with_metadata(document, read_form(typed, NOMENCLATURE, form))
    assert changed["nickname"] == "Entrepôts"
    assert changed["aida_url"] == "https://aida.ineris.fr/consultation_document/42"
    assert changed["classements"][:-1] == document["classements"][1:]
    assert changed["classements_with_alineas"] == [
        {"rubrique": "1510", "regime": "E", "alineas": ["2-a", "2-b"]},
        {"rubrique": "1530", "regime": "E", "alineas": []},
        {"rubrique": "2925", "regime": "D", "alineas": []},
    ]
    assert changed["sections"] == document["sections"]


@pytest.mark.parametrize(
    "known", [{"0a1b": ["Annexe I", "1. Objet"], "2c3d": ["Titre"]}, ["1. Objet", "Titre"]]
)
def test_orphans_are_forgotten_on_demand_alone(known: object) -> None:
    document = {**demo_order(WAREHOUSES), "orphan_titles": known}
    assert [chain[-1] for chain in orphans_of(document)] == ["1. Objet", "Titre"]
    assert sent_back(document) == document
    typed = typed_of(form_of(document, Metadata()))
    typed["forget_orphans"] = "oui"
    changed = with_metadata(document, read_form(typed, set(), form_of(document, Metadata())))
    assert changed == {**document, "orphan_titles": None}
    assert orphans_of(changed) == []


def test_a_new_order_is_an_order() -> None:
    lines = {"rubrique": "2925", "regime": "D", "alinea": ""}
    form = read_form(MultiDict({**NEW, **lines}), NOMENCLATURE)
    assert form.errors == {}
    order = order_of(new_document(form))
    assert (order.cid, order.signed_on.isoformat(), order.sections) == (NEW["cid"], "2015-05-12", ())
    assert [(binding.rubrique, binding.regime) for binding in order.bindings] == [("2925", "D")]
