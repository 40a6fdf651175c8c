"""Errors are pages in French, whatever is down."""

import html5lib
import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from webapp.errors import MESSAGES

PAGE = {"Accept": "text/html"}


@pytest.fixture
def failing_client(app: Flask) -> FlaskClient:
    """A visitor of a site with a page for each error, and one that breaks."""
    app.add_url_rule("/abandon/<int:code>", "abandon", abort)

    def break_down() -> str:
        raise RuntimeError("the secret cause")

    app.add_url_rule("/panne", "panne", break_down)
    return app.test_client()


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_each_error_has_its_page(failing_client: FlaskClient, code: int) -> None:
    answer = failing_client.get(f"/abandon/{code}", headers=PAGE)

    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert answer.status_code == code
    assert MESSAGES[code][0] in answer.text
    assert 'lang="fr"' in answer.text
    assert "noindex" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_error_without_words_of_its_own(failing_client: FlaskClient) -> None:
    answer = failing_client.get("/abandon/418", headers=PAGE)

    assert (answer.status_code, "La demande n’a pas abouti" in answer.text) == (418, True)


def test_a_fault_of_ours_says_nothing_of_its_cause(
    failing_client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = failing_client.get("/panne", headers=PAGE)

    assert answer.status_code == 500
    assert "the secret cause" not in answer.text
    assert "Traceback" not in answer.text
    assert "the secret cause" in caplog.text


def test_wrong_method(failing_client: FlaskClient) -> None:
    answer = failing_client.put("/", headers=PAGE)

    assert answer.status_code == 405
    assert MESSAGES[405][0] in answer.text
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["/installations", "/installations?q=a", "/installations/0065.00005", "/donnees"]
)
def test_a_page_when_the_database_is_down(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=PAGE)

    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert answer.status_code == 503
    assert "Service momentanément indisponible" in answer.text
    assert "Retry-After" in answer.headers
    assert "Traceback" not in answer.text
    assert "127.0.0.1" not in answer.text


def test_the_first_page_without_a_database(client: FlaskClient) -> None:
    answer = client.get("/")

    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert answer.status_code == 200
    assert "Rechercher une installation" in answer.text


def test_json_for_those_who_ask_for_it(client: FlaskClient) -> None:
    answer = client.get("/installations/suggestions?q=paris", headers={"Accept": "application/json"})

    assert answer.status_code == 503
    assert answer.json["error"]["code"] == 503


@pytest.mark.parametrize(
    "path", ["/installations/1", "/installations/0065.0000a", "/installations/..%2Fetc", "/rien/"]
)
def test_what_is_no_identifier_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("query", ["regime=Z", "seveso=oui", "etat=ferm%C3%A9", "regime=D"])
def test_filters_that_do_not_exist(client: FlaskClient, query: str) -> None:
    assert client.get(f"/installations?{query}").status_code == 400


@pytest.mark.parametrize("page", ["0", "-1", "99999999999"])
def test_pages_that_do_not_exist(client: FlaskClient, page: str) -> None:
    assert client.get(f"/installations?page={page}").status_code == 404
