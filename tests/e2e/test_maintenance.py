"""The page of the maintenance, as browsers get it while a command holds the site closed."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from etl.database import Role, database_url
from etl.maintenance import maintenance
from tests.e2e.test_every_page import barriers

PATIENCE_SECONDS = 20


@pytest.fixture
def closed(site: Any) -> Iterator[None]:
    """The site, closed; open again at the end, for the tests that follow."""
    with maintenance(database_url(site.settings, Role.OWNER)):
        wait_for(site.address, 503)
        yield
    wait_for(site.address, 200)


def wait_for(address: str, status: int) -> None:
    """Wait until all workers of the site have looked at the door."""
    until = time.monotonic() + PATIENCE_SECONDS
    in_a_row = 0
    while in_a_row < 10:
        found = httpx.get(f"{address}/aide", timeout=15).status_code
        in_a_row = in_a_row + 1 if found == status else 0
        assert time.monotonic() < until, found
        time.sleep(0.1)


@pytest.mark.usefixtures("closed")
def test_the_site_is_kindly_closed(visit: Any) -> None:
    page = visit.open("/installations?q=val", bypass_csp=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Site en maintenance")
    found = {}
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 390), ("light", 320)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        found[scheme, width] = barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    assert {state: rules for state, rules in found.items() if rules} == {}
