"""The page of a ministerial order: its own text, contents, topics, links, and words marked."""

import json
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from etl.database import Role, connect
from etl.settings import Settings
from etl.sync import apply_ams
from regulation.order import walk
from regulation.order_file import read_order
from tests.ams import WAREHOUSES, Document, demo_archive, demo_order, demo_orders
from tests.demo_site import site_settings
from tests.site_visits import page_of, visitor_of

pytestmark = pytest.mark.postgres

TRANSVERSE = "JORFTEXT900000000005"


def unsafe(documents: dict[str, Document]) -> None:
    """Give one order addresses that no page may link to, and a title that is no HTML."""
    documents[TRANSVERSE]["legifrance_url"] = "javascript:alert(1)"
    documents[TRANSVERSE]["title"]["text"] += " <b>gras</b>"


@pytest.fixture(scope="module")
def visitor(module_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = site_settings(module_settings)
    archive = demo_archive(tmp_path_factory.mktemp("ams") / "latest.zip", unsafe)
    with connect(settings, Role.ETL) as connection:
        apply_ams(connection, archive)
    yield from visitor_of(settings)


def order_page(client: FlaskClient, cid: str, query: str = "") -> BeautifulSoup:
    return page_of(client, f"/arretes-ministeriels/{cid}{query}")


@pytest.mark.parametrize("cid", sorted(demo_orders()))
def test_every_alinea_has_its_anchor(visitor: FlaskClient, cid: str) -> None:
    order = read_order(json.dumps(demo_order(cid)).encode(), cid)
    wanted = {
        f"a-{section.id}_{index}" for section in walk(order.sections) for index in range(len(section.alineas))
    }
    page = order_page(visitor, cid)

    assert wanted == {str(element["id"]) for element in page.select("article [id^='a-']")}
    assert not page.select(".is-off, .is-modified, article input")


def test_what_is_said_of_the_order(visitor: FlaskClient) -> None:
    page = order_page(visitor, WAREHOUSES)
    facts = " ".join(page.select_one(".order-head__facts").text.split())  # type: ignore[union-attr]  # it is there

    assert "rubriques 1510 (" in facts or "rubrique 1510 (" in facts
    assert "12\u00a0mai 2015" in page.select_one(".order-head__facts").text  # type: ignore[union-attr]  # it is there
    assert {link.text for link in page.select(".text__links a")} == {"Légifrance", "AIDA"}
    assert page.select(".contents a[href^='#s-']")


def test_a_transverse_order_with_unsafe_fields(visitor: FlaskClient) -> None:
    page = order_page(visitor, TRANSVERSE)

    assert "toutes" in page.select_one(".order-head__facts").text  # type: ignore[union-attr]  # it is there
    assert [link.text for link in page.select(".text__links a")] == ["AIDA"]
    assert "<b>gras</b>" in page.select_one("h1").text  # type: ignore[union-attr]  # it is there


def test_a_topic_leaves_what_is_about_it(visitor: FlaskClient) -> None:
    every, some = (order_page(visitor, WAREHOUSES, query) for query in ("", "?theme=EAU"))

    assert 0 < len(some.select("article p")) < len(every.select("article p"))
    assert some.select_one(".topics [aria-current]").text == "Eau"  # type: ignore[union-attr]  # it is there
    assert "n’a pas de prescription pour le thème" in order_page(visitor, TRANSVERSE, "?theme=EAU").text


def test_words_are_marked_in_every_form(visitor: FlaskClient) -> None:
    page = order_page(visitor, WAREHOUSES, "?mots=Cellule")
    marked = {mark.text.lower() for mark in page.select("article mark")}

    assert marked == {"cellule", "cellules"}
    assert not page.select(".contents mark, h1 mark")
    assert page.select_one(".trail a")["href"] == "/recherche?q=Cellule"  # type: ignore[index]  # it is there


@pytest.mark.parametrize("asked", ["", "%00", "de+la", "-eau", "%22%3E%3Cb%3E", "x" * 2000])
def test_nothing_to_mark_leaves_the_text(visitor: FlaskClient, asked: str) -> None:
    text = order_page(visitor, WAREHOUSES).article
    assert order_page(visitor, WAREHOUSES, f"?mots={asked}").article == text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/arretes-ministeriels/JORFTEXT999999999999", 404),
        ("/arretes-ministeriels/jorftext900000000001", 404),
        ("/arretes-ministeriels/..%2f..%2fetc", 404),
        ("/arretes-ministeriels/", 404),
        (f"/arretes-ministeriels/{WAREHOUSES}?theme=AUCUN", 400),
        (f"/arretes-ministeriels/{WAREHOUSES}?theme=x", 400),
    ],
)
def test_addresses_that_lead_nowhere(visitor: FlaskClient, address: str, status: int) -> None:
    page_of(visitor, address, status=status)
