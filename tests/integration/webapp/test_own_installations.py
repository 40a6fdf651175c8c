"""Own installations: copies and fictive ones, made, named and deleted."""

import pytest
from flask import Flask

from etl.database import Role, connect
from etl.settings import Settings
from tests.owners import LINE_SHOWN, Owner, execute
from tests.people import AP, BOILERS, SITE, Person, alineas
from tests.site_visits import add_installations, faultless, page_of

pytestmark = pytest.mark.postgres

MASKED = "0099.00989"
WITHDRAW = "UPDATE installations SET withdrawn_at = now() WHERE s3ic_id = %(site)s AND owner_id IS NULL"
DELETE = "DELETE FROM installations WHERE s3ic_id = %(site)s AND owner_id IS NULL"


def test_a_copy_has_the_lines_and_the_orders_of_its_source(owner: Owner) -> None:
    ref = owner.copy()
    source, own = (page_of(owner.client, f"/installations/{each}") for each in (SITE, ref))

    assert own.select("h1")[0].text == source.select("h1")[0].text
    assert [row.text for row in own.select(".classements tr")] == [
        row.text for row in source.select(".classements tr")
    ]
    for kind in ("am", "ap"):
        ticks = [[box["value"] for box in page.select(f"input[name={kind}]")] for page in (source, own)]
        assert ticks[0] == ticks[1] != []
    assert "Copie privée" in own.select(".sheet-head__tags")[0].text
    assert own.select(f".own-about a[href='/installations/{SITE}']")


def test_asking_twice_opens_the_first(owner: Owner, app: Flask) -> None:
    ref = owner.copy()
    assert owner.copy() == ref
    assert "Ouvrir ma copie" in page_of(owner.client, f"/installations/{SITE}/copie").text
    assert Owner(app).copy() != ref, "another person has another copy"


def test_links_of_an_own_page_stay_on_it(owner: Owner) -> None:
    ref = owner.copy()
    for path in (f"/installations/{ref}", f"/installations/{ref}/arretes?am={BOILERS}&ap={AP}"):
        page = page_of(owner.client, path)
        addresses = [str(each.get("href") or each.get("action")) for each in page.select("main a, main form")]
        foreign = [each for each in addresses if f"/installations/{SITE}" in each]
        assert foreign == ([f"/installations/{SITE}"] if "arretes" not in path else []), path
        assert any(f"/installations/{ref}/" in each for each in addresses), path


def test_picks_of_a_copy_are_its_own(owner: Owner, app: Flask) -> None:
    ref = owner.copy()
    person = Person(app, site=ref)
    person.client = owner.client
    first = alineas(person.read())[0]
    assert person.tick(first).status_code == 303
    added = person.send("ajouter", query=f"ap={AP}", arrete=AP, reference="Article 1", contenu="Un texte")
    assert added.status_code == 303

    assert person.held() == [first]
    assert len(person.collection().select(".pick")) == 2
    person.site = SITE
    assert person.held() == []
    exported = owner.client.get(f"/installations/{ref}/collection.csv")
    assert exported.mimetype == "text/csv"
    assert "Un texte" in exported.text


def test_masked_lines_stay_masked_in_a_copy_and_may_be_written(owner: Owner, own_settings: Settings) -> None:
    ref = owner.copy(MASKED)
    page = page_of(owner.client, f"/installations/{ref}")
    assert page.select(".is-hidden")
    said = (
        "SELECT count(*) FROM classements WHERE installation_id = %(ref)s AND rubrique = '47xx' AND "
        "num_nonnulls(alinea, activite, volume, unit, date_autorisation, date_mise_en_service) > 0"
    )
    assert execute(own_settings, said, ref=ref) == 0
    masked = next(path for path in owner.forms(ref) if owner.form(path)["rubrique"] == "47xx")

    kept = owner.form(masked) | {"volume": "3 t"}
    assert owner.send(masked, **kept).status_code == 303, "the rubrique is kept as it was"
    known = owner.form(masked) | {"rubrique": "2910", "alinea": "A-2", "regime": "D"}
    assert owner.send(masked, **known).status_code == 303
    assert any(line.startswith("2910 A-2") for line in owner.lines(ref))
    act = "SELECT rubrique_acte FROM classements WHERE id = %(line)s"
    assert execute(own_settings, act, line=masked.rpartition("/")[2]) is None


def test_a_copy_outlives_its_source(owner: Owner, own_settings: Settings) -> None:
    site = "0099.77001"
    with connect(own_settings, Role.ETL) as connection:
        add_installations(connection, {"s3ic_id": site, "name": "USINE QUI PART"})
    ref = owner.copy(site)
    execute(own_settings, WITHDRAW, site=site)
    assert "n’est plus publiée" in said_of(owner, ref)

    execute(own_settings, DELETE, site=site)
    assert "n’existe plus dans les données publiées" in said_of(owner, ref)

    with connect(own_settings, Role.ETL) as connection:
        add_installations(connection, {"s3ic_id": site, "name": "USINE QUI REVIENT"})
    assert "USINE QUI REVIENT" in said_of(owner, ref)
    assert owner.copy(site) == ref
    assert (
        execute(own_settings, "SELECT source_id FROM installations WHERE id = %(ref)s", ref=ref) is not None
    )


def said_of(owner: Owner, ref: str) -> str:
    return " ".join(page_of(owner.client, f"/installations/{ref}").select(".own-about")[0].text.split())


def test_a_fictive_installation_has_its_orders(owner: Owner, own_settings: Settings) -> None:
    ref = owner.invent("  Projet\0 d’usine ")
    page = page_of(owner.client, f"/installations/{ref}")

    assert page.select("h1")[0].text == "Projet d’usine"
    assert "Installation fictive" in page.select(".sheet-head__tags")[0].text
    assert page.select("input[name=am][checked]")
    assert "pas d’arrêté préfectoral" in page.text
    assert (
        execute(own_settings, "SELECT s3ic_id FROM installations WHERE id = %(ref)s", ref=ref) == "0000.00000"
    )
    assert execute(own_settings, "SELECT regime FROM installations WHERE id = %(ref)s", ref=ref) == "D"
    assert owner.lines(ref) == [LINE_SHOWN]
    owner.send(f"/installations/{ref}/classements/ajouter", rubrique="2510", alinea="1", regime="A")
    assert execute(own_settings, "SELECT regime FROM installations WHERE id = %(ref)s", ref=ref) == "A"


def test_names_change_and_are_listed(owner: Owner) -> None:
    first, second = owner.copy(), owner.invent()
    assert owner.send(f"/installations/{second}/nom", nom="").status_code == 422
    assert owner.send(f"/installations/{second}/nom", nom="Autre nom").status_code == 303

    page = page_of(owner.client, "/mes-installations")
    assert [card["href"] for card in page.select(".own-card__name a")] == [
        f"/installations/{second}",
        f"/installations/{first}",
    ]
    assert "Autre nom" in page.select(".own-card")[0].text
    assert "1\xa0classement" in page.select(".own-card")[0].text


def test_the_list_is_in_the_navigation_of_who_has_one(owner: Owner) -> None:
    link = "nav a[href='/mes-installations']"
    assert not page_of(owner.client, "/").select(link)
    assert "pas encore d’installation" in page_of(owner.client, "/mes-installations").text
    ref = owner.invent()
    assert page_of(owner.client, "/").select(link)
    owner.send(f"/installations/{ref}/suppression", prescriptions="0")
    assert not page_of(owner.client, "/").select(link)


def test_a_deletion_says_what_goes_and_takes_it_all(owner: Owner, app: Flask, own_settings: Settings) -> None:
    ref = owner.copy()
    person = Person(app, site=ref)
    person.client = owner.client
    names = alineas(person.read())
    person.tick(*names[:3])
    person.untick(names[0])
    path = f"/installations/{ref}/suppression"
    assert "2\xa0prescriptions retenues" in page_of(owner.client, path).text

    person.tick(names[4])
    stale = owner.send(path, prescriptions="2")
    assert stale.status_code == 422
    assert "3\xa0prescriptions retenues" in faultless(stale.text).text
    assert owner.send(path, prescriptions="3").status_code == 303
    for left in (
        "SELECT count(*) FROM installations WHERE id = %(ref)s",
        "SELECT count(*) FROM classements WHERE installation_id = %(ref)s",
        "SELECT count(*) FROM prescriptions WHERE installation_id = %(ref)s",
    ):
        assert execute(own_settings, left, ref=ref) == 0
    page_of(owner.client, f"/installations/{ref}", 404)


def test_erasing_a_person_takes_their_installations(owner: Owner, app: Flask, own_settings: Settings) -> None:
    ref = owner.copy()
    person = Person(app, site=ref)
    person.client = owner.client
    person.tick(alineas(person.read())[0])
    assert owner.send("/donnees-personnelles/effacer", confirmation="oui").status_code == 303

    assert execute(own_settings, "SELECT count(*) FROM installations WHERE id = %(ref)s", ref=ref) == 0
    assert not page_of(owner.client, "/").select("nav a[href='/mes-installations']")
