"""The panel of a collection: remove, undo, group; and nobody else's."""

import pytest
from flask import Flask

from etl.settings import Settings
from tests.people import (
    AP,
    BOILERS,
    Person,
    alineas,
    pick_ids,
    ticked,
    words,
)
from tests.site_visits import page_of, run

LANDFILLS = "LEGITEXT900000000007"

pytestmark = pytest.mark.postgres


def test_remove_one_and_undo(person: Person) -> None:
    names = alineas(person.read())
    person.tick(*names[:3])
    before = pick_ids(person)

    assert person.send("retirer", id=before[1]).status_code == 303
    assert person.held() == [names[0], names[2]]
    assert person.send("retirer", id=before[1]).status_code == 303, "another tab may have been faster"
    person.send("remettre")
    assert pick_ids(person) == before


def test_remove_all_and_undo_restores_exactly(person: Person, picking_settings: Settings) -> None:
    names = alineas(person.read())
    person.tick(*names[:4])
    before, page = pick_ids(person), person.collection().select("#collection-body form")[0].decode()

    assert "Oui, tout retirer" in page
    person.send("retirer", tout="oui")
    assert person.held() == []
    assert "4 prescriptions retirées" in " ".join(person.collection().text.split())
    person.send("remettre")
    assert pick_ids(person) == before
    assert "Annuler le retrait" not in person.collection().text


def test_undo_leaves_what_was_picked_since(person: Person) -> None:
    names = alineas(person.read())
    person.tick(*names[:3])
    person.send("retirer", tout="oui")
    person.tick(names[0])
    assert "2 prescriptions retirées" in " ".join(person.collection().text.split())

    person.send("remettre")
    assert person.held() == names[:3]
    assert "Annuler le retrait" not in person.collection().text
    assert "plus rien à remettre" in words(person.ask("remettre"))


def test_undo_ends_after_a_day(person: Person, picking_settings: Settings) -> None:
    names = alineas(person.read())
    person.tick(*names[:2])
    person.send("retirer", tout="oui")
    run(picking_settings, "UPDATE prescriptions SET removed_at = removed_at - interval '25 hours'")

    assert "Annuler le retrait" not in person.collection().text
    assert person.send("remettre").status_code == 303
    assert person.held() == []
    person.tick(names[0])
    person.untick(names[0])
    old = """
    SELECT count(*) FROM prescriptions
    WHERE removed_at < now() - interval '1 day' AND user_id = (SELECT max(id) FROM users)
    """
    assert run(picking_settings, old) == 0, "the next removal deletes it"


def test_the_grouping_is_remembered(person: Person, picking_app: Flask) -> None:
    names = alineas(person.read())
    person.tick(names[0], names[-1])
    assert not person.collection().select(".collection__topic")

    person.send("regroupement", par="theme")
    assert person.collection().select(".collection__topic")
    other = Person(picking_app, site="0099.00323", cid=LANDFILLS)
    other.client = person.client
    page = page_of(other.client, f"/installations/{other.site}/prescriptions")
    assert not page.select(".pick"), "another installation's collection is another one"
    assert person.send("regroupement", par="couleur").status_code == 400


def test_nobody_sees_or_touches_another_person_s_picks(person: Person, picking_app: Flask) -> None:
    names = alineas(person.read())
    person.tick(*names[:2])
    (first, second) = pick_ids(person)
    stranger = Person(picking_app)
    stranger.read()

    assert stranger.held() == []
    assert ticked(stranger.read()) == []
    for where, fields in [
        ("retirer", {"id": first}),
        ("retirer", {"tout": "oui"}),
        ("remettre", {}),
        ("nouveau-texte", {"id": first}),
        ("regroupement", {"par": "theme"}),
    ]:
        assert stranger.send(where, **fields).status_code == 404, where
    stranger.tick(names[5])
    for where in ("retirer", "nouveau-texte"):
        assert stranger.send(where, id=second).status_code == 404
    stranger.send("retirer", tout="oui")
    assert person.held() == names[:2]


def test_a_pick_belongs_to_its_installation(person: Person) -> None:
    person.tick(alineas(person.read())[0])
    (pick,) = pick_ids(person)
    person.site = "0099.00323"

    assert person.send("retirer", id=pick).status_code == 404


@pytest.mark.parametrize("site", ["9999.99999", "12", "0", "x", "0099.01211%00"])
@pytest.mark.parametrize("where", ["", "retirer", "remettre", "nouveau-texte", "regroupement", "ajouter"])
def test_an_installation_that_is_none(person: Person, site: str, where: str) -> None:
    person.site = site

    assert person.send(where, cid=BOILERS, p="x_0", arrete=AP, contenu="x").status_code == 404


@pytest.mark.parametrize("where", ["", "retirer", "remettre", "nouveau-texte", "regroupement", "ajouter"])
def test_nothing_is_written_without_the_token_of_a_page(person: Person, where: str) -> None:
    person.tick(alineas(person.read())[0])
    person.token = "forged"

    assert person.send(where, cid=BOILERS, p="x_0", tout="oui", arrete=AP, contenu="x").status_code == 400
    assert len(person.held()) == 1
