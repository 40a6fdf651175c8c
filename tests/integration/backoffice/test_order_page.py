"""The page of an order: metadata, states, and who may write."""

import pytest
from flask import Flask
from upath import UPath

from etl.am_import import import_ams
from etl.database import Role, connect
from etl.settings import ROOT, Settings
from etl.sync import sync_nomenclature
from tests.ams import WAREHOUSES, Document, demo_archive
from tests.editors import Visitor, editor_of, words_of
from tests.site_visits import run

pytestmark = pytest.mark.postgres

PAGE = f"/back-office/arretes/{WAREHOUSES}/"
ORPHANED = "JORFTEXT900000000002"
NEW = "/back-office/arretes/nouveau"
CID = "JORFTEXT000012345678"
FIELDS = {
    "cid": CID,
    "nor": "DEVP1234567A",
    "title": "Arrêté du 12/05/15 relatif aux essais",
    "date_of_signature": "2015-05-12",
}
NOMENCLATURE = ROOT / "demo" / "idf" / "classement_references.csv"
WRITES = [NEW, f"{PAGE}metadonnees", f"{PAGE}etat"]


def with_orphans(documents: dict[str, Document]) -> None:
    """Let an order know a section that was gone when its file was made."""
    documents[ORPHANED]["orphan_titles"] = {"0a1b2c3d4e5f": ["Annexe I", "1. Objet"]}


@pytest.fixture
def ada(office: Flask, office_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    """An editor in a back-office with the demo's orders."""
    archive = demo_archive(tmp_path_factory.mktemp("archive") / "orders.zip", with_orphans)
    with connect(office_settings, Role.ETL) as connection:
        import_ams(connection, archive)
    return editor_of(office, "ada", "editor")


def fields_of(visitor: Visitor, path: str = PAGE, **changes: str) -> dict[str, list[str] | str]:
    """What a browser would send of the metadata, some of it changed."""
    form = visitor.read(path).select("form.office-form")[0]
    sent: dict[str, list[str]] = {}
    for entry in form.select("input[name], select[name]"):
        if entry.get("type") == "checkbox" and not entry.has_attr("checked"):
            continue
        chosen = entry.select_one("option[selected]") if entry.name == "select" else entry
        sent.setdefault(str(entry["name"]), []).append(str(chosen["value"]) if chosen else "")
    return {**sent, **changes}


def test_metadata_are_saved_once_with_author(ada: Visitor, office_settings: Settings) -> None:
    fields = fields_of(ada, nor="DEVP1234567A", nickname="Entrepôts")
    answer = ada.client.post(f"{PAGE}metadonnees", data=fields)
    assert answer.location == f"{PAGE}?fait=enregistre"
    page = ada.read(answer.location)
    assert "Version 2" in page.text
    assert "par ada" in page.text
    again = ada.client.post(f"{PAGE}metadonnees", data=fields_of(ada))
    assert again.location == f"{PAGE}?fait=inchange"
    assert run(office_settings, "SELECT max(number) FROM backoffice.order_versions") == 2
    query = "SELECT editor_id || ' ' || action FROM backoffice.events ORDER BY id DESC LIMIT 1"
    assert run(office_settings, query) == "1 metadata"


def test_the_second_of_two_editors_is_told(ada: Visitor, office_settings: Settings) -> None:
    late = fields_of(ada, nickname="en retard")
    ada.client.post(f"{PAGE}metadonnees", data=fields_of(ada, nickname="d’abord"))
    answer = ada.client.post(f"{PAGE}metadonnees", data=late)
    assert answer.status_code == 409
    assert "la version 2" in words_of(answer)
    assert 'value="en retard"' in answer.text
    kept = run(office_settings, "SELECT nickname FROM backoffice.orders WHERE version = 2")
    assert kept == "d’abord"


def test_the_second_of_two_is_told_before_what_is_wrong(ada: Visitor, office_settings: Settings) -> None:
    late = fields_of(ada, title="Titre")
    ada.client.post(f"{PAGE}metadonnees", data=fields_of(ada, nickname="d’abord"))
    answer = ada.client.post(f"{PAGE}metadonnees", data=late)
    assert answer.status_code == 409
    assert "la version 2" in words_of(answer)
    assert "commence par" in words_of(answer)
    refused = ada.send(f"{PAGE}etat", version="1", vers="DELETED", motif="court")
    assert refused.status_code == 409
    assert 'value="d’abord"' in refused.text
    assert run(office_settings, "SELECT count(*) FROM backoffice.order_versions WHERE number > 1") == 1


def test_what_is_wrong_is_said_beside_its_field(ada: Visitor) -> None:
    answer = ada.client.post(f"{PAGE}metadonnees", data=fields_of(ada, title="Titre", aida_page="x"))
    assert answer.status_code == 422
    said = words_of(answer)
    assert "commence par" in said
    assert "nombre qui termine" in said
    assert 'value="Titre"' in answer.text


def test_orphans_are_shown_until_somebody_has_seen_to_them(ada: Visitor) -> None:
    listed, path = "/back-office/?attention=orphelins", f"/back-office/arretes/{ORPHANED}/"
    assert [flag.text for flag in ada.read(listed).select(".office-flag")] == ["1\xa0élément orphelin"]
    assert "Annexe I" in ada.read(path).select("details li")[0].text
    untouched = ada.client.post(f"{path}metadonnees", data=fields_of(ada, path))
    assert untouched.location == f"{path}?fait=inchange"
    seen = ada.client.post(f"{path}metadonnees", data=fields_of(ada, path, forget_orphans="oui"))
    assert seen.location == f"{path}?fait=enregistre"
    assert "orphelin" not in ada.read(path).text
    assert not ada.read(listed).select("tbody tr")


@pytest.mark.parametrize("path", [PAGE, NEW])
def test_rubriques_and_alineas_are_chosen_from_the_nomenclature(
    path: str, ada: Visitor, office_settings: Settings
) -> None:
    with connect(office_settings, Role.ETL) as connection:
        sync_nomenclature(connection, UPath(NOMENCLATURE))
    page = ada.read(path)
    for name in ("rubrique", "alinea"):
        (chosen_from,) = {str(entry["list"]) for entry in page.select(f"input[name={name}]")}
        assert len(page.select(f"datalist#{chosen_from} option")) > 1
    assert "1435" in {str(option["value"]) for option in page.select("datalist#rubriques option")}


def test_an_order_lives(ada: Visitor, office_settings: Settings) -> None:
    ada.read(NEW)
    assert ada.send(NEW, **FIELDS).location == f"/back-office/arretes/{CID}/?fait=cree"
    state = f"/back-office/arretes/{CID}/etat"
    steps = [
        ("ABROGE", "", 422),
        ("VIGUEUR", "", 303),
        ("EN_CREATION", "", 422),
        ("ABROGE", "", 303),
        ("DELETED", "court", 422),
        ("DELETED", "créé par erreur", 303),
        ("VIGUEUR", "", 422),
        ("EN_CREATION", "", 303),
        ("n’importe quoi", "", 422),
    ]
    version = 1
    for to, reason, status in steps:
        answer = ada.send(state, version=str(version), vers=to, motif=reason)
        assert (to, answer.status_code) == (to, status)
        version += status == 303
    query = "SELECT string_agg(metadata ->> 'state', ' ' ORDER BY number) FROM backoffice.order_versions"
    states = run(office_settings, f"{query} WHERE cid = '{CID}'")
    assert states == "EN_CREATION VIGUEUR ABROGE DELETED EN_CREATION"


def test_identifiers_and_nors_are_of_one_order(ada: Visitor) -> None:
    ada.read(NEW)
    ada.send(NEW, **FIELDS)
    same = ada.send(NEW, **{**FIELDS, "nor": "DEVP7654321A"})
    assert "déjà cet identifiant" in words_of(same)
    taken = ada.send(NEW, **{**FIELDS, "cid": "FAKE1"})
    assert (same.status_code, taken.status_code) == (422, 422)
    assert "déjà ce NOR" in words_of(taken)


@pytest.mark.parametrize("path", WRITES)
def test_nobody_writes_without_the_role(
    path: str, ada: Visitor, office: Flask, office_settings: Settings
) -> None:
    def versions() -> object:
        return run(office_settings, "SELECT count(*) || ' ' || max(number) FROM backoffice.order_versions")

    before = versions()
    fields = {**FIELDS, "version": "1", "vers": "ABROGE"}
    stranger = Visitor(office)
    stranger.read("/back-office/connexion")
    assert stranger.send(path, **fields).status_code == 401
    reader = editor_of(office, "eve", "reader")
    assert reader.send(path, **fields).status_code == 403
    ada.token = "stale"
    assert ada.send(path, **fields).status_code == 400
    assert versions() == before


def test_a_reader_sees_and_cannot_send(ada: Visitor, office: Flask) -> None:
    reader = editor_of(office, "eve", "reader")
    page = reader.read(PAGE)
    assert page.select("fieldset[disabled]")
    assert not page.select("main button:not(.office-bar button)")
    assert reader.client.get(NEW).status_code == 403
    assert "Nouvel arrêté" not in page.text
    assert reader.client.get("/back-office/arretes/JORFTEXT000000000000/").status_code == 404
