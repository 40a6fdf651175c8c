"""The values under the hidden rubriques of the demo appear on no page and in no file."""

import logging
import re

import pytest
from flask.testing import FlaskClient

from etl.settings import Settings
from tests.leak_values import hidden_values
from webapp.data.catalogue import PUBLIC_FILES

pytestmark = pytest.mark.postgres


def every_address(client: FlaskClient) -> list[str]:
    """Return the addresses of the site: all installations, lists, suggestions, files."""
    header, *lines = client.get("/donnees/fichiers/installations_all.csv").text.splitlines()
    assert header.startswith("s3ic_id")
    sites = [f"/installations/{line.partition(',')[0]}" for line in lines if line.startswith("0")]
    files = [f"/donnees/fichiers/{name}" for name in PUBLIC_FILES]
    lists = [
        "/",
        "/installations",
        "/installations?q=47",
        "/installations?q=4718",
        "/recherche?q=47",
        "/recherche?q=arr%C3%AAt%C3%A9&rubrique=4718",
        "/donnees",
        "/sante",
        "/robots.txt",
    ]
    return [*sites, *files, *lists, "/installations/suggestions?q=val"]


def test_hidden_values_are_nowhere(
    demo_client: FlaskClient, demo_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    addresses = every_address(demo_client)
    assert len(addresses) > 64
    values = hidden_values()
    assert values

    leaks = [
        (address, value)
        for address in addresses
        for text in [demo_client.get(address).text]
        for value in values
        if value in text
    ]

    assert leaks == []
    assert [value for value in values if value in caplog.text] == []


def test_the_numbers_of_hidden_rubriques_are_on_no_sheet(demo_client: FlaskClient) -> None:
    sheets = [address for address in every_address(demo_client) if address.startswith("/installations/0")]

    numbers = [
        (sheet, number)
        for sheet in sheets
        for number in re.findall(">(47[0-9]+)<", demo_client.get(sheet).text)
    ]

    assert numbers == []
