"""The pages that explain, and what a link shows of them elsewhere."""

import html5lib
import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from etl.settings import Settings
from webapp import create_app

TITLES = {
    "/aide": "Aide",
    "/a-propos": "À propos",
    "/accessibilite": "Accessibilité",
    "/mentions-legales": "Mentions légales",
    "/donnees-personnelles": "Données personnelles",
}
WHO = {
    "legal_publisher": "DREAL de démonstration <service risques>",
    "legal_director": "La directrice",
    "legal_host": "Hébergeur, 1 rue du Serveur, 01 23 45 67 89",
    "contact_email": "contact@envinorma.example",
}


def visit(client: FlaskClient, path: str) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == 200
    html5lib.HTMLParser(strict=True).parse(answer.text)
    return BeautifulSoup(answer.text, "html5lib")


@pytest.fixture
def known_client(lonely_settings: Settings) -> FlaskClient:
    """A visitor of a site that says who runs it."""
    return create_app(lonely_settings.model_copy(update=WHO)).test_client()


@pytest.mark.parametrize("path", TITLES)
def test_pages_are_there_even_without_a_database_and_lead_to_each_other(
    client: FlaskClient, path: str
) -> None:
    page = visit(client, path)
    links = {link["href"] for link in page.select(".site-footer__nav a")}
    anchors = {link["href"][1:] for link in page.select("main a[href^='#']")}

    assert [title.text for title in page.select("h1")] == [TITLES[path]]
    assert links == {*TITLES, "/statistiques", "/api/v1/docs"}
    assert anchors <= {str(element["id"]) for element in page.select("[id]")}


def test_the_legal_notice_names_who_runs_the_site(known_client: FlaskClient) -> None:
    page = visit(known_client, "/mentions-legales")
    told = [" ".join(fact.text.split()) for fact in page.select("dd")]

    assert told == [WHO["legal_publisher"], WHO["legal_director"], WHO["legal_host"]]
    assert page.select_one("a[href='mailto:contact@envinorma.example']")


def test_what_is_not_known_of_who_runs_the_site_is_said(client: FlaskClient) -> None:
    page = visit(client, "/mentions-legales")

    assert page.text.count("Non renseigné par l’exploitant de ce site.") == len(page.select("dd"))
    assert "n’est pas renseignée" in visit(client, "/aide").text


def test_a_link_shows_title_words_and_picture(lonely_settings: Settings) -> None:
    settings = lonely_settings.model_copy(update={"site_url": "https://envinorma.example/"})
    client = create_app(settings).test_client()
    page = visit(client, "/aide")
    shown = {tag["property"]: tag["content"] for tag in page.select("meta[property]")}
    picture = shown["og:image"].removeprefix("https://envinorma.example")

    assert shown["og:title"] == page.title.text
    assert shown["og:description"].startswith("Préparer une inspection")
    assert client.get(picture).mimetype == "image/png"
