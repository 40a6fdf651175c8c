"""Prescriptions of prefectoral orders, typed or pasted."""

import pytest

from tests.aps import georisques_id_of
from tests.people import (
    AP,
    AP_ELSEWHERE,
    Person,
    part,
    pick_ids,
)
from tests.site_visits import faultless

pytestmark = pytest.mark.postgres


def prefectoral(**changes: str) -> dict[str, str]:
    return {
        "arrete": AP,
        "reference": "Article 3.2",
        "nom": "Rejets",
        "page": "2",
        "contenu": "Les rejets\nsont mesu-\nrés.",
    } | changes


def test_a_prescription_of_a_prefectoral_order_is_mended_and_held(person: Person) -> None:
    answer = person.send("ajouter", query=f"ap={AP}", **prefectoral())

    assert answer.status_code == 303
    assert answer.location.endswith(f"#ap-{AP.replace('/', '-')}")
    page = person.collection()
    assert "Les rejets sont mesurés." in page.select(".pick__whole")[0].text
    assert "Article 3.2 – Rejets" in page.text
    assert page.select(".pick__where a")[0]["href"].endswith("-page-2")
    assert page.select(".collection__order")[0].text == "Arrêté du site"


def test_a_form_that_is_sent_twice_adds_once(person: Person) -> None:
    for _ in range(2):
        person.send("ajouter", **prefectoral())
    person.send("ajouter", **prefectoral(reference="Article 3.3"))

    assert len(pick_ids(person)) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"contenu": " \n "}, "Collez ou tapez"),
        ({"contenu": "x" * 20_001}, "20000 au plus"),
        ({"reference": "x" * 201}, "200 caractères"),
        ({"nom": "x" * 301}, "300 caractères"),
        ({"page": "deux"}, "un nombre"),
        ({"page": "0"}, "un nombre"),
    ],
)
@pytest.mark.parametrize("scripted", [True, False])
def test_what_is_wrong_is_said_and_kept(
    person: Person, changes: dict[str, str], said: str, *, scripted: bool
) -> None:
    typed = prefectoral(**changes)
    answer = person.ask("ajouter", **typed) if scripted else person.send("ajouter", **typed)

    assert answer.status_code == 422
    page = part(answer) if scripted else faultless(answer.text)
    assert said in page.text
    assert page.select("[aria-invalid=true]")
    kept = {name: page.select(f"[name={name}]")[0] for name in ("reference", "page")}
    assert {name: field["value"] for name, field in kept.items()} == {name: typed[name] for name in kept}
    assert person.held() == []
    assert pick_ids(person) == []


@pytest.mark.parametrize("order", [AP_ELSEWHERE, georisques_id_of("none"), "A/b/c", ""])
def test_an_order_of_another_installation_is_none_here(person: Person, order: str) -> None:
    assert person.send("ajouter", **prefectoral(arrete=order)).status_code == 404
