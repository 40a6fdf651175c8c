"""The values under the hidden rubriques are in no answer of the API, on no page, in no export, in no log."""

import io
import logging
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from etl.settings import Settings
from tests.aps import demo_aps
from tests.leak_values import hidden_values
from tests.people import Person, alineas

pytestmark = pytest.mark.postgres

LISTS = [
    "/api/v1/",
    "/api/v1/docs",
    "/api/v1/openapi.json",
    "/api/v1/datasets",
    "/api/v1/installations?q=4718",
    "/api/v1/installations?page=0",
    "/api/v1/installations/9999.99999",
    "/api/v1/search?q=4718",
    "/api/v1/search?q=hydrogène",
    "/recherche?q=4718",
    "/recherche?q=substances dangereuses",
    "/donnees",
    "/sante",
]
FORMATS = ("odt", "docx", "ods", "csv")
BOUND_TO_MASKED = "JORFTEXT900000000006"


def pages_of(api: FlaskClient, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the address and the content of every page of a list."""
    address: str | None = path
    while address:
        found = api.get(address).get_json()
        yield address, found
        address = found["links"]["next"]


def every_address(api: FlaskClient) -> Iterator[str]:
    """Give every address of the API, and the pages of the site that say the same."""
    yield from LISTS
    for start in ("/api/v1/nomenclature?per_page=100", "/api/v1/ams?per_page=100"):
        for address, found in pages_of(api, start):
            yield address
            yield from (item["links"]["self"] for item in found["items"] if "links" in item)
    for order in demo_aps():
        yield f"/api/v1/aps/{order.georisques_id}"
        yield f"/api/v1/aps/{order.georisques_id}/pages?per_page=100"
    for address, found in pages_of(api, "/api/v1/installations?per_page=100"):
        yield address
        for item in found["items"]:
            yield from item["links"].values()
            listed = api.get(item["links"]["ams"]).get_json()["items"]
            yield from (each["links"]["personalised"] for each in listed)
            chosen = "&".join(f"am={each['cid']}" for each in listed)
            yield f"/installations/{item['s3ic_id']}/arretes?{chosen}"


def masked_sites(api: FlaskClient) -> list[str]:
    """Return the sites that have lines under a hidden rubrique."""
    sites = api.get("/api/v1/installations?per_page=100").get_json()["items"]
    return [
        site["s3ic_id"]
        for site in sites
        if "47xx" in {line["rubrique"] for line in api.get(site["links"]["classements"]).get_json()["items"]}
    ]


def texts_of(data: bytes) -> Iterator[str]:
    """Give the texts of a file, of every part of it where it is a package."""
    if not data.startswith(b"PK"):
        yield data.decode()
        return
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        yield from (package.read(name).decode(errors="replace") for name in package.namelist())


def leaks_in(where: str, text: str) -> list[tuple[str, str]]:
    return [(where, value) for value in hidden_values() if value in text]


def test_no_answer_holds_a_hidden_value(api: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    addresses = list(dict.fromkeys(every_address(api)))
    assert len(addresses) > 400

    leaks = [leak for address in addresses for leak in leaks_in(address, api.get(address).text)]

    assert leaks == []
    assert leaks_in("log", caplog.text) == []


def test_no_export_holds_a_hidden_value(
    api: FlaskClient, api_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sites = masked_sites(api)
    assert sites
    for site in sites:
        person = Person(api.application, site, BOUND_TO_MASKED)
        assert person.tick(*alineas(person.read())[:3]).status_code == 303
        for ending in FORMATS:
            for grouping in ("arrete", "theme"):
                answer = person.client.get(f"/installations/{site}/collection.{ending}?par={grouping}")
                assert "Content-Disposition" in answer.headers
                assert [leak for text in texts_of(answer.data) for leak in leaks_in(site, text)] == []
        assert leaks_in(site, person.collection().text) == []
    assert leaks_in("log", caplog.text) == []


def test_no_line_names_a_hidden_rubrique(api: FlaskClient) -> None:
    sites = api.get("/api/v1/installations?per_page=100").get_json()["items"]
    lines = [line for site in sites for line in api.get(site["links"]["classements"]).get_json()["items"]]
    rubriques = {line[name] for line in lines for name in ("rubrique", "rubrique_acte") if line[name]}

    assert [rubrique for rubrique in rubriques if rubrique.startswith("47")] == ["47xx"]
