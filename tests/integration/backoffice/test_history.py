"""The history of an order: its versions, what changed between them, the way back, and the journal."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest
from flask import Flask

from etl.am_documents import IN_CREATION, Metadata
from etl.settings import Settings
from tests.ams import demo_order, section_of
from tests.demo_site import site_settings
from tests.editors import Visitor, editor_of, words_of
from tests.site_visits import run, visitor_of
from webapp.backoffice.store import Edit, StoredOrder, create, read_order, save

pytestmark = pytest.mark.postgres

DETECTION, LANDSCAPE = "367C0dDb99b2", "F8eE3c6acBac"
LOST = {
    "kind": "thème",
    "element": "EAU",
    "old": {"section_id": "x", "titles": ["3. Incendie", "3.9. Eaux"], "alineas": []},
    "new": None,
    "reason": "la section n'existe plus dans le nouveau texte",
}


def edited(document: dict[str, Any]) -> dict[str, Any]:
    """Return an order with another nickname, text, parameter and topic."""
    document = deepcopy(document)
    document["nickname"] = "Entrepôts"
    document["classements"] = document["classements"][1:]
    document["applicability"]["warnings"] = ["Cet arrêté est à lire avec sa circulaire."]
    section_of(document, DETECTION)["outer_alineas"][0]["text"] += " Elle est essayée chaque mois."
    landscape = section_of(document, LANDSCAPE)
    landscape["parametrization"]["potential_inapplicabilities"] = []
    landscape["annotations"] = {"topic": "EXPLOITATION"}
    return document


@dataclass
class Case:
    """An editor in front of an order of two versions, whose second changed everything."""

    office: Flask
    ada: Visitor
    cid: str
    nor: str
    first: dict[str, Any]

    @property
    def page(self) -> str:
        """The address of the order's history."""
        return f"/back-office/arretes/{self.cid}/historique"

    @property
    def back(self) -> str:
        """The address that goes back to its first version."""
        return f"{self.page}/1/retablir"

    def held(self, number: int | None = None) -> StoredOrder:
        """A version of it."""
        with self.office.app_context():
            held = read_order(self.cid, number)
        assert held is not None
        return held

    def change(self, action: str = "metadata", state: str = "", **changes: Any) -> None:
        """Save another version on top of the current one."""
        held = self.held()
        metadata = replace(held.metadata, state=state or held.metadata.state)
        with self.office.app_context():
            save(self.cid, held.version, {**held.document, **changes}, metadata, Edit(1, action))


@pytest.fixture(scope="module")
def settings_of_all(new_database: Callable[..., Settings]) -> Settings:
    """Settings of one site for the whole module: each test has an order of its own."""
    return site_settings(new_database())


@pytest.fixture(scope="module")
def office_of_all(settings_of_all: Settings) -> Iterator[Flask]:
    """That site."""
    for client in visitor_of(settings_of_all):
        yield client.application


@pytest.fixture(scope="module")
def ada(office_of_all: Flask) -> Visitor:
    """An editor; her account is the first."""
    return editor_of(office_of_all, "ada", "editor")


@pytest.fixture(scope="module")
def eve(office_of_all: Flask, ada: Visitor) -> Visitor:
    """A reader."""
    assert ada.token
    return editor_of(office_of_all, "eve", "reader")


@pytest.fixture(scope="module")
def paul(office_of_all: Flask, eve: Visitor) -> Visitor:
    """A publisher."""
    assert eve.token
    return editor_of(office_of_all, "paul", "publisher")


@pytest.fixture
def case(office_of_all: Flask, ada: Visitor, numbers: Iterator[int]) -> Case:
    """An order of two versions."""
    number = next(numbers)
    cid, nor = f"JORFTEXT{number:012d}", f"DEVP{number:07d}A"
    first = {**demo_order(), "id": cid}
    with office_of_all.app_context():
        create(first, Metadata(IN_CREATION, nor), Edit(1, "create"))
        metadata = Metadata(IN_CREATION, None, has_no_nor=True)
        save(cid, 1, edited(first), metadata, Edit(1, "text", "Nouvelle rédaction", [LOST]))
    return Case(office_of_all, ada, cid, nor, first)


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    """What tells the order of one test from those of others."""
    return count(1)


def words(page: Any) -> str:
    return " ".join(page.text.split())


def test_every_version_is_listed_with_what_it_lost(case: Case) -> None:
    rows = [words(row) for row in case.ada.read(case.page).select("tbody tr")]
    assert len(rows) == 2
    assert rows[0].startswith("Version 2")
    assert "ada Texte Nouvelle rédaction 1 élément" in rows[0]
    assert "ada Création Rien" in rows[1]
    page = words(case.ada.read(f"{case.page}/2"))
    assert "Thème : Eau" in page
    assert "3. Incendie \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} 3.9. Eaux" in page
    assert "la section n'existe plus dans le nouveau texte" in page


def test_the_list_has_pages(case: Case) -> None:
    for number in range(2, 28):
        case.change(nickname=f"n° {number}")
    assert len(case.ada.read(case.page).select("tbody tr")) == 25
    rows = [words(row) for row in case.ada.read(f"{case.page}?page=2").select("tbody tr")]
    assert [row[:10] for row in rows] == ["Version 3 ", "Version 2 ", "Version 1 "]
    for wrong in ("3", "0", "-1"):
        assert case.ada.client.get(f"{case.page}?page={wrong}").status_code == 404


def test_a_version_shows_the_order_as_it_was(case: Case) -> None:
    first, second = case.ada.read(f"{case.page}/1"), case.ada.read(f"{case.page}/2")
    assert "essayée chaque mois" not in first.text
    assert case.nor in first.text
    assert "essayée chaque mois" in second.text
    assert "déclaré inexistant" in second.text
    assert first.select("a[href$='/apercu?version=1']")
    assert first.select(f"a[href='{case.back}']")
    assert not second.select("a[href$='/retablir']")


def test_two_versions_are_compared_field_by_field_and_word_by_word(case: Case) -> None:
    page = case.ada.read(f"{case.page}/comparaison?avant=1&apres=2")
    fields = [words(line) for line in page.select("dl.facts-changed > div")]
    assert [line.split(" ", 1)[0] for line in fields] == ["NOR", "Nom", "Classements"]
    assert [words(mark) for mark in page.select("dl.facts-changed > div:first-child :is(del, ins)")] == [
        case.nor,
        "déclaré inexistant",
    ]
    elements = [words(line) for line in page.select("ul.facts-changed > li")]
    assert len(elements) == 3
    assert elements[0].startswith("Avertissement, ajout : Cet arrêté est à lire")
    assert elements[0].endswith("L’arrêté entier")
    assert elements[1].startswith(
        "Inapplicabilité, retrait : toute la section, sans les sous-sections, lorsque"
    )
    assert "Thème, ajout : Exploitation" in elements[2]
    (section,) = page.select(".change")
    assert "3.2. Détection" in words(section)
    assert [ins.text.strip() for ins in section.select("ins")] == ["Elle est essayée chaque mois."]
    assert not section.select("del")
    newest = case.ada.read(f"{case.page}/comparaison")
    assert [words(part) for part in newest.select("main h2, main .facts-changed, main .change")] == [
        words(part) for part in page.select("main h2, main .facts-changed, main .change")
    ]


def test_the_other_way_round_and_the_same_version(case: Case) -> None:
    back = case.ada.read(f"{case.page}/comparaison?avant=2&apres=1")
    assert [mark.text.strip() for mark in back.select(".change del")] == ["Elle est essayée chaque mois."]
    assert "disent la même chose" in case.ada.read(f"{case.page}/comparaison?avant=2&apres=2").text


def test_a_version_can_be_restored(case: Case, settings_of_all: Settings) -> None:
    asked = case.ada.read(case.back)
    assert "L’état ne change pas" in asked.text
    assert [mark.text.strip() for mark in asked.select(".change del")] == ["Elle est essayée chaque mois."]
    answer = case.ada.send(case.back, version="2")
    assert answer.location == f"{case.page}?fait=retabli"
    page = case.ada.read(answer.location)
    assert "Retour à la version 1" in page.select("tbody tr")[0].text
    now, first = case.held(), case.held(1)
    assert (now.version, now.action) == (3, "rollback")
    assert now.document == first.document
    assert now.metadata == first.metadata
    assert case.held(2).document == edited(case.first)
    assert case.ada.send(case.back, version="3").location == f"{case.page}?fait=inchange"
    query = "SELECT string_agg(action, ' ' ORDER BY id) FROM backoffice.events"
    assert run(settings_of_all, f"{query} WHERE cid = '{case.cid}'") == "create text rollback"


def test_the_state_is_not_brought_back(case: Case) -> None:
    state = f"/back-office/arretes/{case.cid}/etat"
    assert case.ada.send(state, version="2", vers="DELETED", motif="créé par erreur").status_code == 303
    assert case.ada.send(case.back, version="3").status_code == 303
    now = case.held()
    assert (now.metadata.state, now.metadata.reason_deleted) == ("DELETED", "créé par erreur")
    assert now.metadata.nor == case.nor


# What a page sends that was opened on version 2; the metadata have a test of their own (test_order_page).
LATE = {"historique/1/retablir": {}, "etat": {"vers": "VIGUEUR"}}


@pytest.mark.parametrize("path", LATE)
def test_the_second_of_two_is_told_and_overwrites_nothing(case: Case, path: str) -> None:
    address = f"/back-office/arretes/{case.cid}/{path}"
    case.change(nickname="d’abord")
    answer = case.ada.send(address, version="2", **LATE[path])
    assert answer.status_code == 409
    said = words_of(answer)
    assert "la version 3" in said
    assert "d’abord" in answer.text
    now = case.held()
    assert (now.version, now.document["nickname"], now.metadata.state) == (3, "d’abord", IN_CREATION)
    assert case.ada.send(address, version="3", **LATE[path]).status_code == 303


def test_a_nor_that_is_another_orders_now_is_refused(case: Case) -> None:
    other = {**demo_order(), "id": f"FAKE{case.cid}"}
    with case.office.app_context():
        create(other, Metadata(IN_CREATION, case.nor), Edit(1, "create"))
    answer = case.ada.send(case.back, version="2")
    assert answer.status_code == 422
    assert f"Le NOR de la version 1, {case.nor}, est maintenant celui d’un autre arrêté" in words_of(answer)
    assert case.held().version == 2


def test_an_order_in_force_does_not_go_back_to_what_cannot_be_published(case: Case) -> None:
    good = case.held().document
    bad = deepcopy(good)
    (rule,) = section_of(case.first, LANDSCAPE)["parametrization"]["potential_inapplicabilities"]
    rules = [rule, {**rule, "alineas": [0]}]
    section_of(bad, LANDSCAPE)["parametrization"]["potential_inapplicabilities"] = rules
    case.change("parametrization", sections=bad["sections"])
    case.change("parametrization", sections=good["sections"])
    case.change("state", state="VIGUEUR")
    answer = case.ada.send(f"{case.page}/3/retablir", version="5")
    assert answer.status_code == 422
    assert "la version 3 ne peut pas l’être" in words_of(answer)
    assert case.held().version == 5
    assert case.ada.send(case.back, version="5").status_code == 303


def test_only_editors_bring_back_and_only_what_is_there(case: Case, eve: Visitor) -> None:
    assert not eve.read(f"{case.page}/1").select("a[href$='/retablir']")
    assert eve.client.get(case.back).status_code == 403
    assert eve.send(case.back, version="2").status_code == 403
    case.ada.token, token = "stale", case.ada.token
    assert case.ada.send(case.back, version="2").status_code == 400
    case.ada.token = token
    for wrong in ("3", "0", "99999999999"):
        assert case.ada.client.get(f"{case.page}/{wrong}").status_code == 404
        assert case.ada.send(f"{case.page}/{wrong}/retablir", version="2").status_code == 404
        assert case.ada.client.get(f"{case.page}/comparaison?avant={wrong}").status_code == 404
    assert case.held().version == 2


@pytest.mark.parametrize("page", ["", "apercu", "historique", "historique/1", "historique/comparaison"])
@pytest.mark.parametrize("cid", ["JORFTEXT000000000000", "a%00", "x" * 500])
def test_an_order_that_is_not_there_is_not_found(eve: Visitor, cid: str, page: str) -> None:
    assert eve.client.get(f"/back-office/arretes/{cid}/{page}").status_code == 404


def test_the_journal_tells_who_did_what(case: Case, eve: Visitor, paul: Visitor) -> None:
    for other in (case.ada, eve):
        assert other.client.get("/back-office/journal").status_code == 403
    page = paul.read("/back-office/journal")
    rows = [words(row) for row in page.select("tbody tr")]
    assert any(f"ada Texte {case.cid}, version 2 Nouvelle rédaction" in row for row in rows)
    assert any(
        "une commande Compte ouvert" in row and "compte paul · rôle publication" in row for row in rows
    )
    assert page.select(f"a[href='{case.page}/2']")
    of_ada = [words(row) for row in paul.read("/back-office/journal?compte=ada").select("tbody tr")]
    assert of_ada
    assert all(" ada " in row for row in of_ada)
    of_nobody = [words(row) for row in paul.read("/back-office/journal?compte=-").select("tbody tr")]
    assert all("une commande" in row for row in of_nobody)
    about = paul.read(f"/back-office/journal?arrete={case.cid[5:].lower()}")
    assert len(about.select("tbody tr")) == 2
    assert "Aucun événement" in paul.read("/back-office/journal?arrete=%25%00").text


def test_the_journal_has_pages(paul: Visitor, settings_of_all: Settings) -> None:
    more = "INSERT INTO backoffice.events (action) SELECT 'signed_in' FROM generate_series(1, 60)"
    run(settings_of_all, more)
    assert len(paul.read("/back-office/journal").select("tbody tr")) == 50
    assert paul.read("/back-office/journal?page=2&compte=-").select("tbody tr")
    assert paul.client.get("/back-office/journal?page=9").status_code == 404
