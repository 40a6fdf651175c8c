"""Pages seen are counted without anything of the person, written aside, and shown."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from etl.settings import Settings
from tests.site_visits import page_of, run, visitor_of
from webapp.audience.counting import AUDIENCE_KEY, Audience
from webapp.audience.queries import read_statistics
from webapp.formats import PARIS, now
from webapp.models import AudienceViews, db

pytestmark = pytest.mark.postgres

FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}


@pytest.fixture
def client(empty_settings: Settings) -> Iterator[FlaskClient]:
    for visitor in visitor_of(empty_settings):
        yield visitor
        audience_of(visitor).close()


def audience_of(client: FlaskClient) -> Audience:
    found: Audience = client.application.extensions[AUDIENCE_KEY]
    return found


def counted(client: FlaskClient) -> dict[str, int]:
    """What is in the table once everything is written."""
    audience_of(client).write()
    with client.application.app_context():
        return dict(db.session.execute(select(AudienceViews.kind, AudienceViews.views)).tuples().all())


def test_pages_are_counted_by_kind(client: FlaskClient) -> None:
    for path in (
        "/",
        "/",
        "/aide",
        "/a-propos",
        "/installations?q=x",
        "/api/v1/nomenclature",
        "/api/v1/docs",
    ):
        assert client.get(path, headers=FIREFOX).status_code == 200
    assert counted(client) == {"home": 2, "about": 3, "installations": 1, "api": 1}

    client.get("/", headers=FIREFOX)
    assert counted(client)["home"] == 3


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"User-Agent": "Googlebot/2.1"}),
        ("/", {"User-Agent": ""}),
        ("/", FIREFOX | {"HX-Request": "true"}),
        ("/", FIREFOX | {"Sec-Purpose": "prefetch;prerender"}),
        ("/rien", FIREFOX),
        ("/installations?regime=Z", FIREFOX),
        ("/installations/suggestions?q=x", FIREFOX),
        ("/sante", FIREFOX),
        ("/robots.txt", FIREFOX),
        ("/back-office/connexion", FIREFOX),
    ],
)
def test_what_no_person_sees_is_not(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    client.get(path, headers=headers)

    assert counted(client) == {}


def test_a_page_waits_for_no_writing(client: FlaskClient, empty_settings: Settings) -> None:
    client.get("/", headers=FIREFOX)

    assert run(empty_settings, "SELECT count(*) FROM audience") == 0
    assert "audience" in {thread.name for thread in threading.enumerate()}


def test_it_is_written_now_and_then(client: FlaskClient, empty_settings: Settings) -> None:
    soon = Audience(client.application, seconds=0.05)
    soon.count(date(2026, 11, 20), "home")
    deadline = now() + timedelta(seconds=10)
    while now() < deadline and not run(empty_settings, "SELECT sum(views) FROM audience"):
        threading.Event().wait(0.05)

    assert run(empty_settings, "SELECT sum(views) FROM audience") == 1
    soon.close()


def test_without_the_database_nothing_is_lost(
    client: FlaskClient, empty_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/", headers=FIREFOX)
    run(empty_settings, "ALTER TABLE audience RENAME TO away")
    audience_of(client).write()
    assert "cannot be written yet" in caplog.text
    run(empty_settings, "ALTER TABLE away RENAME TO audience")

    assert counted(client) == {"home": 1}


def test_two_processes_add_up(client: FlaskClient, empty_settings: Settings) -> None:
    for one in (audience_of(client), Audience(client.application)):
        one.count(date(2026, 11, 20), "home")
        one.write()

    assert run(empty_settings, "SELECT views FROM audience") == 2


def test_the_page_before_anything_was_counted(client: FlaskClient) -> None:
    page = page_of(client, "/statistiques")

    assert "Aucune page n’a encore été comptée" in page.text
    assert page.find("svg", class_="chart__bars") is None


def fill(settings: Settings, today: date) -> None:
    rows = [
        (today, "home", 40), (today, "api", 1000), (today - timedelta(days=1), "home", 80),
        (today - timedelta(days=1), "installation", 1200), (today - timedelta(days=400), "home", 7),
        (today - timedelta(days=45), "texts", 5),
    ]  # fmt: skip
    values = ", ".join(f"('{day}', '{kind}', {views})" for day, kind, views in rows)
    run(settings, f"INSERT INTO audience VALUES {values}")  # noqa: S608  (constants of this test)


def test_the_page_shows_days_kinds_and_months(client: FlaskClient, empty_settings: Settings) -> None:
    today = now().astimezone(PARIS).date()
    fill(empty_settings, today)
    page = page_of(client, "/statistiques")

    assert len(page.select(".chart__bars rect")) == 30
    assert page.select(".chart__bars rect")[-2]["height"] == "100.00"
    assert "1 320 pages vues" in " ".join(page.text.replace("\u202f", " ").replace("\xa0", " ").split())
    kinds = [row.get_text(" ", strip=True) for row in page.select("[aria-labelledby=genres] tbody tr")]
    assert kinds == ["Accueil 120", "Fiche d’une installation 1\u202f200"]
    assert page.find("footer").find("a", string="Statistiques")["href"] == "/statistiques"


def test_figures_stay_within_their_days_and_months(app_of_figures: Flask) -> None:
    with app_of_figures.app_context():
        figures = read_statistics(date(2026, 3, 15))

    assert (figures.pages, figures.api_calls, figures.most) == (1320, 1000, 1280)
    assert figures.months == [(date(2026, 3, 1), 1320), (date(2026, 1, 1), 5)]
    assert figures.counted_since == date(2025, 2, 8)


@pytest.fixture
def app_of_figures(client: FlaskClient, empty_settings: Settings) -> Flask:
    fill(empty_settings, date(2026, 3, 15))
    return client.application


def test_the_page_of_personal_data_says_what_is_measured(client: FlaskClient) -> None:
    page = page_of(client, "/donnees-personnelles")

    assert page.find("h2", string="Ce qui est mesuré")
    assert page.find("main").find("a", href="/statistiques")
