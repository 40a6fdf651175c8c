"""Search on a real database: what is forgiven, what comes first, what is never shown."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from etl.database import Role, connect, read_statement
from etl.settings import Settings
from tests.demo_site import site_settings
from tests.site_visits import add_installations, page_of, visitor_of

pytestmark = pytest.mark.postgres

SITES = {
    "benedetti": {"name": "ETS BÉNÉDETTI & Fils", "city": "SAINT-DENIS", "num_dep": "93"},
    "carrefour": {"name": "CARREFOUR SUPPLY CHAIN", "city": "COLLEGIEN", "code_postal": "77090"},
    "station": {"name": "STATION CARREFOUR", "city": "THIAIS", "code_postal": "94320", "num_dep": "94"},
    "oreal": {"name": "L'ORÉAL", "city": "AULNAY SOUS BOIS", "code_postal": "93600", "num_dep": "93"},
    "fleurs": {"name": "ŒUVRE DES FLEURS", "city": "PARIS 13", "code_postal": "75013", "num_dep": "75"},
    "lafarge": {"name": "LAFARGE GRANULATS", "city": "ST GERMAIN LES ARPAJON", "code_postal": "91180"},
    "gobain": {"name": "Saint-Gobain (ex. Isover)", "city": "MELUN", "code_postal": "77101", "regime": "E"},
    "logistique": {"name": "LOGISTIQUE DU NORD", "city": "ROISSY", "code_postal": "95700", "seveso": "SB"},
    "logis": {"name": "LOGIS", "city": "MEAUX", "code_postal": "77100", "active": "En construction"},
    "withdrawn": {"name": "VALFRANCE", "city": "USSY", "code_postal": "77260", "withdrawn_at": "2026-01-01"},
}  # fmt: skip
IDS = {name: f"0065.{place:05d}" for place, name in enumerate(SITES, start=1)}


@pytest.fixture(scope="module")
def searched(module_settings: Settings) -> Settings:
    """Settings of a site with a few installations."""
    ready = site_settings(module_settings)
    with connect(ready, Role.ETL) as connection:
        add_installations(connection, *({"s3ic_id": IDS[name], **site} for name, site in SITES.items()))
    with connect(ready, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(
            "WITH guest AS (INSERT INTO users (identity_hash) VALUES (sha256('guest')) RETURNING id) "
            "INSERT INTO installations (s3ic_id, owner_id, name, regime, active) "
            "SELECT '0065.90000', id, 'SECRET PROJECT', 'A', 'En fonctionnement' FROM guest"
        )
    return ready


@pytest.fixture(scope="module")
def client(searched: Settings) -> Iterator[FlaskClient]:
    """A visitor of that site."""
    yield from visitor_of(searched)


def suggested(client: FlaskClient, typed: str) -> list[str]:
    """Return the names (of SITES) of what is suggested."""
    answer = client.get("/installations/suggestions", query_string={"q": typed})
    assert answer.status_code == 200
    names = {identifier: name for name, identifier in IDS.items()}
    return [names[result["s3ic_id"]] for result in answer.json["results"]]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        # accents, case, apostrophes, hyphens, ligatures
        ("benedetti", "benedetti"),
        ("BÉNÉDETTI", "benedetti"),
        ("bénedetti fils", "benedetti"),
        ("l'oréal", "oreal"),
        ("oreal", "oreal"),
        ("oeuvre", "fleurs"),
        ("œuvre", "fleurs"),
        # any order, beginnings of words
        ("collegien carrefour", "carrefour"),
        ("carref coll", "carrefour"),
        ("paris fleurs", "fleurs"),
        ("75013", "fleurs"),
        ("fleurs 75", "fleurs"),
        # saint and st are one word
        ("st gobain", "gobain"),
        ("saint gobain", "gobain"),
        ("saint-germain", "lafarge"),
        ("st germain", "lafarge"),
        ("saint denis", "benedetti"),
        ("isover", "gobain"),
        # small mistakes: a letter missing, doubled, exchanged, replaced; in one word of two
        ("carefour supply", "carrefour"),
        ("carrrefour suply", "carrefour"),
        ("lafrage", "lafarge"),
        ("lafarje granulats", "lafarge"),
        ("granulat", "lafarge"),
        ("bennedeti", "benedetti"),
        ("logistiqe", "logistique"),
        # identifiers: whole, beginning, the number of Géorisques
        (IDS["lafarge"], "lafarge"),
        (IDS["lafarge"][:5] + IDS["lafarge"][5:].rstrip("0123456789") + "00006", "lafarge"),
        ("0" + IDS["oreal"].replace(".", ""), "oreal"),
    ],
)
def test_the_wanted_site_comes_first(client: FlaskClient, typed: str, first: str) -> None:
    assert suggested(client, typed)[:1] == [first]


def test_the_beginning_of_an_identifier_lists_all(client: FlaskClient) -> None:
    assert set(suggested(client, "0065.0")) == set(SITES) - {"withdrawn"}


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ("carrefour", ["carrefour", "station"]),  # the name begins with it
        ("logis", ["logis", "logistique"]),  # a whole word before the beginning of one
        ("7710", ["logis", "gobain"]),  # the shorter name
    ],
)
def test_best_first(client: FlaskClient, typed: str, order: list[str]) -> None:
    assert suggested(client, typed)[: len(order)] == order


@pytest.mark.parametrize("typed", ["valfrance", "ussy", IDS["withdrawn"], "secret", "project", "0065.90000"])
def test_withdrawn_and_owned_sites_are_not_found(client: FlaskClient, typed: str) -> None:
    answer = client.get("/installations/suggestions", query_string={"q": typed})

    assert IDS["withdrawn"] not in answer.text
    assert "SECRET" not in answer.text


@pytest.mark.parametrize("typed", ["", " ", "zzzzzzzz", "qqqq 99999"])
def test_nothing_found(client: FlaskClient, typed: str) -> None:
    assert suggested(client, typed) == []


HOSTILE = [
    "'",
    "\\",
    "%",
    "_",
    "& | !",
    "a:*",
    "'); DROP TABLE users; --",
    "\x00",
    "💥",
    "a" * 5000,
    "l' l'",
    "st",
    "<b>",
]


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.parametrize("path", ["/installations/suggestions", "/installations"])
def test_any_text_gets_an_answer(client: FlaskClient, path: str, typed: str) -> None:
    assert client.get(path, query_string={"q": typed}).status_code == 200


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(typed=st.text(max_size=60))
def test_no_text_breaks_the_search(client: FlaskClient, typed: str) -> None:
    assert client.get("/installations/suggestions", query_string={"q": typed}).status_code == 200


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"regime": "E"}, {"gobain"}),
        ({"seveso": "SB"}, {"logistique"}),
        ({"etat": "En construction"}, {"logis"}),
        ({"departement": "93"}, {"benedetti", "oreal"}),
        ({"departement": "93", "q": "oreal"}, {"oreal"}),
        ({"departement": "75", "regime": "E"}, set()),
    ],
)
def test_filters(client: FlaskClient, filters: dict[str, str], expected: set[str]) -> None:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    found = page_of(client, f"/installations?{query}")

    assert {link["href"].rpartition("/")[2] for link in found.select(".hit__name a")} == {
        IDS[name] for name in expected
    }


def test_near_matches_are_said_to_be_near(client: FlaskClient) -> None:
    found = page_of(client, "/installations?q=lafrage")

    assert "Aucune installation ne correspond exactement" in found.text
    assert [link.text for link in found.select(".similar .hit__name a")] == [SITES["lafarge"]["name"]]


def test_pages_hold_every_installation_once(empty_client: FlaskClient, connection: Any) -> None:
    add_installations(connection, *({"s3ic_id": f"0001.{n:05d}", "name": f"SITE {n % 7}"} for n in range(53)))

    seen = [
        [
            link["href"]
            for link in page_of(empty_client, f"/installations?q=site&page={number}").select(".hit__name a")
        ]
        for number in (1, 2, 3)
    ]

    assert [len(links) for links in seen] == [20, 20, 13]
    assert len(set(itertools.chain(*seen))) == 53
    page_of(empty_client, "/installations?q=site&page=4", status=404)


def test_the_index_serves_the_site_through_its_rights(settings: Settings) -> None:
    """Row-level security keeps some conditions from an index: the site must not fall into that."""
    values = dict.fromkeys(("identifier", "num_dep", "regime", "seveso", "active"))
    values |= {"text": "carrefour", "wanted": 10, "skipped": 0}
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO installations (s3ic_id, name, regime, active) "
            "SELECT '0001.' || lpad(n::text, 5, '0'), 'SITE ' || md5(n::text), 'A', 'En fonctionnement' "
            "FROM generate_series(1, 5000) AS n"
        )
        cursor.execute("ANALYZE installations")
    with connect(settings, Role.WEB) as connection, connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {read_statement('search/find_installations.sql')}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "installations_search_idx" in plan


def test_words_follow_the_table(settings: Settings, connection: Any) -> None:
    add_installations(connection, {"s3ic_id": "0001.00001", "name": "Première Usine 1234 abc"})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE installations SET name = 'Dernière' WHERE s3ic_id = '0001.00001'")
        cursor.execute("SELECT word FROM search_words ORDER BY word")
        words = [word for (word,) in cursor.fetchall()]

    assert words == ["amillis", "derniere", "premiere", "usine"]
