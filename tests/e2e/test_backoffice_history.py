"""The preview and the history in a browser: an installation chosen while typing, a version brought back."""

from copy import deepcopy
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from etl.settings import Settings
from tests.e2e.test_every_page import barriers
from webapp import create_app
from webapp.backoffice.store import Edit, read_order, save

CID = "JORFTEXT900000000008"
ORDER = f"/back-office/arretes/{CID}"
# Article 2.1 falls away for 1435.
SPREADING = "AbCdEf900001"
SITE = "0099.01211"


@pytest.fixture(scope="module")
def edited(site: Any) -> None:
    """Give an order a second version, with another text and fewer parameters."""
    with settings_context(site.settings):
        held = read_order(CID)
        assert held is not None
        document = deepcopy(held.document)
        document["nickname"] = "Élevages et stations"
        first = document["sections"][0]
        first["title"]["text"] += ", et définitions"
        first["sections"] = first["sections"][1:]
        first["parametrization"] = None
        save(CID, held.version, document, held.metadata, Edit(1, "text", "Nouvelle rédaction"))


def settings_context(settings: Settings) -> Any:
    return create_app(settings).app_context()


def barriers_of(page: Page) -> dict[object, object]:
    """Return what is found on a page in both colours and on a narrow screen."""
    found: dict[object, object] = {}
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 360)):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 900})
        found[scheme, width] = barriers(page)
        found["beside", width] = page.evaluate("document.documentElement.scrollWidth") > width
    return {state: rules for state, rules in found.items() if rules}


def test_an_installation_is_chosen_while_typing(editor: Any) -> None:
    page = editor.open(f"{ORDER}/apercu")
    expect(page.locator(f"#s-{SPREADING}")).to_contain_text("pourrait ne pas être applicable")
    page.get_by_role("combobox", name="Nom, commune ou code S3IC").fill(SITE)
    page.locator(".combobox__option").first.click()

    expect(page.get_by_role("heading", name=f"({SITE})")).to_be_visible()


def test_values_are_previewed(editor: Any) -> None:
    page = editor.open(f"{ORDER}/apercu")
    page.get_by_label("Rubrique", exact=True).fill("1435")
    page.get_by_role("button", name="Lire avec ces valeurs").click()

    expect(page.locator(f"#s-{SPREADING}")).to_contain_text("car la rubrique est 1435")
    expect(page.get_by_label("Rubrique", exact=True)).to_have_value("1435")


@pytest.mark.usefixtures("edited")
def test_a_version_is_compared_and_brought_back(editor: Any) -> None:
    page = editor.open(f"{ORDER}/historique", bypass_csp=True)
    page.get_by_role("button", name="Comparer").click()
    expect(page.locator(".change ins").first).to_have_text(", et définitions")
    assert barriers_of(page) == {}

    page.goto(f"{ORDER}/historique/1")
    page.get_by_role("link", name="Revenir à cette version").click()
    expect(page.locator("main")).to_contain_text("L’état ne change pas")
    assert barriers_of(page) == {}
    page.get_by_role("button", name="Revenir à la version 1").click()
    expect(page.get_by_role("status")).to_contain_text("La version est rétablie")
    expect(page.locator("tbody tr").first).to_contain_text("Retour à la version 1")
