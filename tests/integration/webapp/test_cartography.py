"""What the map shows of its parts: every site once, alone or gathered, under the filters of the search."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from etl.database import Role, connect
from etl.settings import Settings
from tests.demo_site import site_settings
from tests.site_visits import add_installations, page_of, visitor_of
from webapp.cartography.cells import View, read_view
from webapp.configuration import SETTINGS_KEY

pytestmark = pytest.mark.postgres
METROPOLIS = "-5.5,41.2,10,51.3"


@pytest.fixture(scope="module")
def client(module_settings: Settings) -> Iterator[FlaskClient]:
    """A site with sites here and there, one without a place, one withdrawn."""
    settings = site_settings(module_settings)
    with connect(settings, Role.ETL) as connection:
        add_installations(
            connection,
            {"s3ic_id": "0001.00001", "name": "A <b>", "longitude": 2.0, "latitude": 48.0},
            {"s3ic_id": "0001.00002", "name": "B", "longitude": 2.0001, "latitude": 48.0001, "regime": "E"},
            {"s3ic_id": "0001.00003", "name": "C", "longitude": 5.0, "latitude": 44.0, "num_dep": "26"},
            {"s3ic_id": "0001.00004", "name": "RÉUNION", "longitude": 55.5, "latitude": -21.1},
            {"s3ic_id": "0001.00005", "name": "SANS LIEU"},
            {
                "s3ic_id": "0001.00006", "name": "ANCIEN", "longitude": 3.0, "latitude": 48.0,
                "withdrawn_at": "2026-01-01",
            },
        )  # fmt: skip
    yield from visitor_of(settings)


def shown(client: FlaskClient, **asked: str) -> list[tuple[int, tuple[str, ...]]]:
    """Return how many sites each mark stands for, and their names."""
    answer = client.get("/carte/points", query_string={"zone": METROPOLIS, "zoom": "6", **asked})
    assert answer.status_code == 200
    cells = answer.get_json()["cells"]
    return [(cell["sites"], tuple(site["name"] for site in cell["named"])) for cell in cells]


def test_near_sites_are_one_mark_far_and_two_close(client: FlaskClient) -> None:
    assert shown(client) == [(2, ("A <b>", "B")), (1, ("C",))]
    assert sorted(shown(client, zoom="18", zone="1.99,47.99,2.01,48.01")) == [(1, ("A <b>",)), (1, ("B",))]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"regime": "E"}, [(1, ("B",))]),
        ({"departement": "26"}, [(1, ("C",))]),
        ({"q": "0001.00003"}, [(1, ("C",))]),
        ({"q": "b"}, [(1, ("B",))]),
        ({"zone": "50,-25,60,-15"}, [(1, ("RÉUNION",))]),
        ({"zone": "-20,0,-10,10"}, []),
    ],
)
def test_the_filters_are_those_of_the_search(
    client: FlaskClient, asked: dict[str, str], expected: list[tuple[int, tuple[str, ...]]]
) -> None:
    assert shown(client, **asked) == expected


def test_many_sites_are_counted_and_not_named(client: FlaskClient) -> None:
    with connect(client.application.extensions[SETTINGS_KEY], Role.ETL) as connection:
        rows = [
            {"s3ic_id": f"0002.{n:05}", "name": f"N{n}", "longitude": 0.0, "latitude": 47.0}
            for n in range(13)
        ]
        add_installations(connection, *rows)

    assert shown(client, zone="-1,46,1,48") == [(13, ())]


@pytest.mark.parametrize(
    ("zone", "zoom"),
    [
        ("", "6"),
        ("1,2,3", "6"),
        ("3,41,2,51", "6"),
        ("1,41,2,nan", "6"),
        (METROPOLIS, "19"),
        (METROPOLIS, "x"),
    ],
)
def test_a_part_that_is_none_is_a_bad_request(client: FlaskClient, zone: str, zoom: str) -> None:
    assert client.get("/carte/points", query_string={"zone": zone, "zoom": zoom}).status_code == 400


def test_a_view_beyond_the_poles_ends_there() -> None:
    assert read_view("-180,-90,180,90", "3") == View(-180, -85, 180, 85, 3)


def test_the_page_lists_the_same_sites_and_opens_where_they_are(client: FlaskClient) -> None:
    everywhere, island = page_of(client, "/carte"), page_of(client, "/carte?q=reunion")
    names = [link.text for link in everywhere.select("#resultats .hit__name a")]

    assert {"A <b>", "B", "C", "RÉUNION", "SANS LIEU"} <= set(names)
    assert "ANCIEN" not in names
    assert island.select_one("#resultats")["data-box"] == "55.5000,-21.1000,55.5000,-21.1000"


def test_a_page_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/carte?page=500").status_code == 404
