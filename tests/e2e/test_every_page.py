"""Every page and state: no barrier that axe finds, no fault in the HTML, nothing beside the screen."""

from importlib import resources
from typing import Any

import html5lib
import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import WITHDRAWN

PAGES = {
    "first page": "/",
    "results": "/installations?q=val",
    "near results": "/installations?q=platforrme",
    "no result": "/installations?q=zzzzzzzz",
    "filtered": "/installations?departement=99&regime=E",
    "last page": "/installations?departement=99&page=3",
    "installation": "/installations/0099.00323",
    "withdrawn": f"/installations/{WITHDRAWN}",
    "orders": "/installations/0099.01211/arretes?am=JORFTEXT900000000002&am=LEGITEXT900000000007",
    "orders of a topic": "/installations/0099.01211/arretes?am=JORFTEXT900000000002&theme=EAU",
    "no order": "/installations/0099.01211/arretes",
    "masked lines": "/installations/0099.00989",
    "copying": "/installations/0099.00323/copie",
    "no own installation": "/mes-installations",
    "fictive installation": "/installations/nouvelle",
    "texts": "/recherche",
    "texts found": "/recherche?q=eau",
    "texts not found": "/recherche?q=dispositoins",
    "texts with a wrong rubrique": "/recherche?q=eau&rubrique=abc&type=am",
    "ministerial order": "/arretes-ministeriels/JORFTEXT900000000001?mots=entrepôt",
    "ministerial order, topic": "/arretes-ministeriels/JORFTEXT900000000001?theme=EAU",
    "data": "/donnees",
    "open api": "/api/v1/docs",
    "nothing to export": "/installations/0099.01211/collection.odt",
    "map": "/carte",
    "filtered map": "/carte?regime=E",
    "help": "/aide",
    "about": "/a-propos",
    "accessibility": "/accessibilite",
    "legal": "/mentions-legales",
    "personal data": "/donnees-personnelles",
    "statistics": "/statistiques",
    "not found": "/rien",
    "bad request": "/installations?regime=Z",
}
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js")


# In the dark only colours differ.
STATES = [("light", 1280, ()), ("dark", 1280, ("color-contrast",)), ("light", 360, ())]


def barriers(page: Page, *rules: str) -> list[str]:
    """Return what axe finds on the page as it is now, by all its rules or some: the rule and the elements."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = page.evaluate("async options => (await axe.run(document, options)).violations", options)
    return [f"{rule['id']}: {[node['html'][:120] for node in rule['nodes']]}" for rule in found]


def test_axe_finds_what_is_there_to_find(visit: Any) -> None:
    page = visit.open("/", bypass_csp=True)
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")

    assert [rule.partition(":")[0] for rule in barriers(page)] == ["image-alt"]


@pytest.mark.parametrize("name", PAGES)
def test_no_barrier(visit: Any, name: str) -> None:
    page = visit.open(PAGES[name], bypass_csp=True)
    found = {}
    for scheme, width, rules in STATES:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        found[scheme, width] = barriers(page, *rules)

    assert {state: rules for state, rules in found.items() if rules} == {}


def test_no_barrier_while_searching(visit: Any) -> None:
    page = visit.open("/", bypass_csp=True)
    page.get_by_role("combobox").focus()
    page.keyboard.type("val", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert barriers(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_the_html_has_no_fault(site: Any, name: str) -> None:
    answer = httpx.get(site.address + PAGES[name], timeout=15, headers={"Accept": "text/html"})

    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert "Content-Encoding" in answer.headers


@pytest.mark.parametrize("name", PAGES)
def test_nothing_beside_the_screen(visit: Any, name: str) -> None:
    """Down to 320 CSS pixels, which is 1280 at 400 % (WCAG 1.4.10)."""
    page = visit.open(PAGES[name])
    beside = []
    for width in (320, 360, 600, 820, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            beside.append(width)

    assert beside == []


def test_the_typeface_is_ours(visit: Any) -> None:
    page = visit.open("/")
    page.evaluate("document.fonts.ready")

    assert page.evaluate("document.fonts.check('16px \"Source Sans 3\"')")
    assert page.evaluate("[...document.fonts].map(font => font.status)") == ["loaded"]


def test_on_paper(visit: Any) -> None:
    page = visit.open("/installations/0099.00323")
    page.emulate_media(media="print")

    expect(page.get_by_role("navigation", name="Navigation principale")).to_be_hidden()
    expect(page.get_by_role("search")).to_be_hidden()
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.get_by_role("contentinfo")).to_contain_text("Licence Ouverte")
