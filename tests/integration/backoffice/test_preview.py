"""The preview: the order as the site would show it, under values, for an installation, of any version."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from etl.database import Role, connect
from etl.settings import Settings
from etl.sync import apply_ams
from tests.ams import WAREHOUSES, demo_archive
from tests.editors import Visitor, editor_of
from tests.site_visits import add_installations, run
from webapp.backoffice.store import Edit, read_order, save

pytestmark = pytest.mark.postgres

PAGE = f"/back-office/arretes/{WAREHOUSES}/apercu"
SITE = "0199.00001"
UNBOUND = "0199.00002"
LINE = """
INSERT INTO classements (
    installation_id, position, rubrique, alinea, regime, date_autorisation, date_mise_en_service, volume, unit
)
SELECT id, 0, '1510', '1', 'A', '1998-03-02', '1998-06-01', '52000.000', 'm3'
FROM installations WHERE s3ic_id = '0199.00001'
"""
DISTANCES, LANDSCAPE = "785D8eE8d8ee", "F8eE3c6acBac"


@pytest.fixture(scope="module")
def eve(filled_office: Flask, filled_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    """A reader, where the demo's orders are published too, and two more sites."""
    archive = demo_archive(tmp_path_factory.mktemp("ams") / "latest.zip")
    with connect(filled_settings, Role.ETL) as connection:
        apply_ams(connection, archive)
    with connect(filled_settings, Role.ETL) as connection:
        bakery = {"s3ic_id": UNBOUND, "name": "BOULANGERIE"}
        add_installations(connection, {"s3ic_id": SITE, "name": "ENTREPÔT D'ESSAI"}, bakery)
    run(filled_settings, LINE)
    return editor_of(filled_office, "eve", "reader")


def sections(page: BeautifulSoup) -> list[tuple[str, str, str]]:
    """Return what a page says of each section: its id, how it is marked, its warnings."""
    return [
        (
            str(section["id"]),
            " ".join(section["class"]),
            " ".join(warning.text for warning in section.select(":scope > .text-warnings li")),
        )
        for section in page.select(".text-section")
    ]


def standing(page: BeautifulSoup) -> list[str]:
    """Return what is said of the order before its text."""
    before = page.select(".text > .notice, .text > .text-warnings li")
    return [" ".join(each.text.split()) for each in before]


def marks(page: BeautifulSoup, section_id: str) -> str:
    return next(classes for name, classes, _ in sections(page) if name == f"s-{section_id}")


def test_values_decide_what_reads_how(eve: Visitor) -> None:
    old = eve.read(f"{PAGE}?regime=A&date-d-installation=1998-06-01&quantite-rubrique=52000")
    assert "is-modified" in marks(old, DISTANCES)
    assert "is-off" in marks(old, LANDSCAPE)
    assert "car la date de mise en service est antérieure au 01/07/2003" in old.text
    new = eve.read(f"{PAGE}?regime=A&date-d-installation=2020-06-01&quantite-rubrique=52000")
    assert "is-modified" not in marks(new, DISTANCES)
    assert "is-off" not in marks(new, LANDSCAPE)
    assert 'value="2020-06-01"' in str(new)
    unknown = eve.read(PAGE)
    assert "pourrait ne pas être applicable" in unknown.text


@pytest.mark.parametrize(
    ("cid", "site"),
    [
        (WAREHOUSES, SITE),
        (WAREHOUSES, UNBOUND),
        ("JORFTEXT900000000005", SITE),  # transverse
        ("JORFTEXT900000000006", "0099.00989"),  # the site has masked lines
        ("JORFTEXT900000000003", "0099.01211"),
    ],
)
def test_an_installation_reads_as_on_the_site(eve: Visitor, cid: str, site: str) -> None:
    pages = (
        eve.read(f"/back-office/arretes/{cid}/apercu?installation={site}"),
        eve.read(f"/installations/{site}/arretes?am={cid}"),
    )
    previewed, published = ([*sections(page), *standing(page)] for page in pages)
    assert previewed
    assert previewed == published
    assert not pages[0].select(".text-section input")


def test_an_installation_is_found_by_name(eve: Visitor) -> None:
    found = eve.read(f"{PAGE}?installation=entrepot+d'essai")
    link = found.select_one(f"main a[href*='installation={SITE}']")
    assert link
    assert "ENTREPÔT D'ESSAI" in link.text
    assert not found.select(".text-section")
    assert eve.read(f"{PAGE}?installation=0199.").select("main a[href*='installation=0199.00002']")
    assert "Aucune installation trouvée" in eve.read(f"{PAGE}?installation=zzzzzz").text


def test_the_concerned_installations_are_offered(eve: Visitor) -> None:
    offered = [str(option["value"]) for option in eve.read(PAGE).select("#visee option")]
    assert SITE in offered
    assert UNBOUND not in offered


def test_an_installation_that_is_not_concerned_reads_the_text_as_it_is(eve: Visitor) -> None:
    page = eve.read(f"{PAGE}?installation={UNBOUND}")
    assert "n’est pas lié aux classements" in page.text
    assert not any("is-off" in classes for _, classes, _ in sections(page))


def test_wrong_values_are_said_and_nothing_is_shown(eve: Visitor) -> None:
    page = eve.read(f"{PAGE}?date-d-installation=hier", 422)
    assert page.select("[aria-invalid]")
    assert "Donnez une date" in page.text
    assert not page.select(".text-section")


def test_the_current_version_is_previewed_and_an_older_one_if_asked(
    eve: Visitor, filled_office: Flask
) -> None:
    with filled_office.app_context():
        held = read_order(WAREHOUSES)
        assert held is not None
        document = dict(held.document)
        first, *others = document["sections"]
        document["sections"] = [{**first, "title": {"text": "Article premier, réécrit"}}, *others]
        save(WAREHOUSES, 1, document, held.metadata, Edit(1, "text"))
    assert "Article premier, réécrit" in eve.read(PAGE).select(".text")[0].text
    before = eve.read(f"{PAGE}?version=1&installation={SITE}")
    assert "Article premier, réécrit" not in before.select(".text")[0].text
    assert "C’est la version 1" in before.text
    assert before.select("form input[name=version][value='1']")


@pytest.mark.parametrize("number", ["3", "0", "-1", "un", "99999999999999999999"])
def test_a_version_that_is_not_there_is_not_found(eve: Visitor, number: str) -> None:
    assert eve.client.get(f"{PAGE}?version={number}").status_code == 404
