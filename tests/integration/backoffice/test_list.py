"""The list of orders, as editors search, filter and sort it."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from etl.settings import Settings
from tests.ams import WAREHOUSES, demo_orders
from tests.editors import OFFICE, Visitor, editor_of
from tests.site_visits import run

pytestmark = pytest.mark.postgres

PUT = "UPDATE backoffice.orders SET"


@pytest.fixture(scope="module")
def reader(filled_office: Flask, filled_settings: Settings) -> Visitor:
    """A reader in a back-office where some orders need a look."""
    for statement in (
        f"{PUT} state = 'ABROGE' WHERE cid = 'JORFTEXT900000000002'",
        f"{PUT} nor = 'DEVP1234567A', upstream_changed_at = now() WHERE cid = 'JORFTEXT900000000001'",
        PUT + " attention = '{\"conflicts\": 2}' WHERE cid = 'JORFTEXT900000000003'",
        f"{PUT} sections = 0, sections_with_topic = 0 WHERE cid = 'JORFTEXT900000000004'",
    ):
        run(filled_settings, statement)
    return editor_of(filled_office, "ada", "reader")


def cids(page: BeautifulSoup) -> list[str]:
    return [
        next(word for word in row.text.split() if word.startswith(("JORFTEXT", "LEGITEXT")))
        for row in page.select(".office-table tbody tr")
    ]


def test_all_orders_newest_first(reader: Visitor) -> None:
    expected = sorted(demo_orders().values(), key=lambda order: order["date_of_signature"], reverse=True)
    assert cids(reader.read()) == [order["id"] for order in expected]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=entrepots+papier", {WAREHOUSES}),
        ("q=DEVP1234567A", {WAREHOUSES}),
        ("q=9002", set()),
        ("etat=ABROGE", {"JORFTEXT900000000002"}),
        ("rubrique=1510", {WAREHOUSES}),
        ("rubrique=1510&regime=D", set()),
        ("attention=contradictions", {"JORFTEXT900000000003"}),
        ("attention=source", {WAREHOUSES}),
        ("attention=tout", {WAREHOUSES, "JORFTEXT900000000003"}),
        ("attention=orphelins", set()),
        ("etat=INCONNU", set()),
    ],
)
def test_filters(query: str, expected: set[str], reader: Visitor) -> None:
    page = reader.read(f"{OFFICE}?{query}")
    assert set(cids(page)) == expected
    assert bool(page.select(".notice")) == (not expected)


@pytest.mark.parametrize("topics", ["aucun", "partiel", "complet"])
def test_topic_coverage(topics: str, reader: Visitor, filled_settings: Settings) -> None:
    rule = {
        "aucun": "sections > 0 AND sections_with_topic = 0",
        "partiel": "sections_with_topic > 0 AND sections_with_topic < sections",
        "complet": "sections > 0 AND sections_with_topic = sections",
    }[topics]
    counted = run(filled_settings, f"SELECT count(*) FROM backoffice.orders WHERE {rule}")  # noqa: S608
    assert len(cids(reader.read(f"{OFFICE}?themes={topics}"))) == counted


def test_installations_are_those_with_a_line_it_is_bound_to(
    reader: Visitor, filled_settings: Settings
) -> None:
    counted = run(
        filled_settings,
        "SELECT count(DISTINCT installation_id) FROM classements"
        " WHERE owner_id IS NULL AND (rubrique, regime) IN (('1510', 'A'), ('1510', 'E'), ('1530', 'E'))",
    )
    assert counted > 0
    row = reader.read(f"{OFFICE}?rubrique=1510").select(".office-table tbody tr")[0]
    assert row.select("td")[3].text == str(counted)
    shown = [
        row.select("td")[3].text for row in reader.read(f"{OFFICE}?tri=installations").select("tbody tr")
    ]
    everywhere = shown.count("Toutes")
    assert everywhere > 0
    assert shown[:everywhere] == ["Toutes"] * everywhere
    by_number = list(map(int, shown[everywhere:]))
    assert by_number == sorted(by_number, reverse=True)


def test_an_empty_back_office_says_what_to_do(office: Flask) -> None:
    assert "import-ams" in editor_of(office, "ada", "reader").read().text
