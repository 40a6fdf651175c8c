"""Own installations in Chromium: with and without a script, by keyboard, for everyone."""

import re
from typing import Any

import html5lib
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_every_page import barriers

SITE = "0099.01211"
MANY_LINES = "0099.00323"
NEW = "/installations/nouvelle"


def copy(page: Page, site: str = MANY_LINES) -> str:
    """Copy an installation from its page; return what names the copy."""
    page.goto(f"/installations/{site}")
    page.get_by_role("link", name="Faire une copie privée").click()
    page.get_by_role("button", name="Faire ma copie").click()
    expect(page.get_by_text("Cette copie n’est visible que de vous.")).to_be_visible()
    return page.url.rpartition("/")[2]


def invent(page: Page, name: str = "Projet de chaufferie") -> str:
    """Make a fictive installation by the form, without choosing from the list."""
    page.goto(NEW)
    page.get_by_label("Nom").fill(name)
    page.get_by_label("Rubrique").fill("2910")
    page.get_by_label("Alinéa").fill("A-2")
    page.get_by_label("Régime").select_option("D")
    page.get_by_label("Volume").fill("3 MW")
    page.get_by_role("button", name="Créer l’installation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page.url.rpartition("/")[2]


def test_a_rubrique_is_chosen_while_typing(visit: Any) -> None:
    page = visit.open("/")
    page.get_by_role("link", name="Créer une installation fictive").click()
    page.get_by_label("Nom").fill("Projet")
    page.get_by_role("combobox", name="Rubrique").press_sequentially("entrepots", delay=20)
    page.get_by_role("option", name="1510 – 2-b").click()

    expect(page.get_by_label("Rubrique")).to_have_value("1510")
    expect(page.get_by_label("Alinéa")).to_have_value("2-b")
    expect(page.get_by_label("Régime")).to_have_value("E")
    expect(page.get_by_role("button", name="Chercher", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Créer l’installation").click()
    expect(page.get_by_text("Cette installation est fictive")).to_be_visible()
    expect(page.get_by_role("link", name="Mes installations").first).to_be_visible()


def test_by_keyboard_alone(visit: Any) -> None:
    page = visit.open(NEW)
    page.get_by_label("Nom").focus()
    page.keyboard.type("Projet")
    page.keyboard.press("Tab")
    page.keyboard.type("combustion", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Rubrique")).to_have_value("2910")
    expect(page.get_by_label("Rubrique")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_label("Volume")).to_be_focused()
    page.keyboard.type("3 MW")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Cette installation est fictive")).to_be_visible()


def test_without_a_script(visit: Any) -> None:
    page = visit.open(NEW, java_script_enabled=False)
    page.get_by_label("Nom").fill("Projet")
    page.get_by_label("Rubrique").fill("combustion")
    page.get_by_label("Volume").fill("3 MW")
    page.get_by_role("button", name="Chercher", exact=True).click()
    page.get_by_role("button", name=re.compile("^2910 – A-2")).click()
    expect(page.get_by_label("Rubrique")).to_have_value("2910")
    expect(page.get_by_label("Nom")).to_have_value("Projet")
    page.get_by_label("Volume").press("Enter")
    expect(page.get_by_text("Cette installation est fictive")).to_be_visible()

    page.get_by_role("link", name="Modifier les classements").first.click()
    page.get_by_role("link", name="Modifier 2910").click()
    page.get_by_label("Volume").fill("9 MW")
    page.get_by_role("button", name="Enregistrer", exact=True).last.click()
    expect(page.get_by_role("cell", name="9 MW")).to_be_visible()
    page.get_by_text("Retirer", exact=True).click()
    page.get_by_role("button", name="Oui, retirer 2910").click()
    expect(page.get_by_text("Le classement est retiré.")).to_be_visible()


def test_a_copy_is_corrected_and_its_orders_follow(visit: Any) -> None:
    page = visit.open("/")
    ref = copy(page, SITE)
    applicable = page.locator("input[name=am]:checked").count()
    page.get_by_role("link", name="Modifier les classements").first.click()
    page.get_by_role("link", name="Ajouter un classement").click()
    page.get_by_label("Rubrique").fill("1510")
    page.get_by_label("Alinéa").fill("2-b")
    page.get_by_label("Régime").select_option("E")
    page.get_by_role("button", name="Enregistrer").last.click()
    page.get_by_role("link", name="Voir la fiche et les arrêtés").click()

    expect(page).to_have_url(re.compile(f"/installations/{ref}$"))
    assert page.locator("input[name=am]:checked").count() == applicable + 1


def test_what_is_wrong_is_read_first(visit: Any) -> None:
    page = visit.open(NEW)
    page.get_by_label("Rubrique").fill("9999")
    page.get_by_label("Volume").fill("90kW")
    page.get_by_label("Volume").press("Enter")

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("listitem")).to_have_count(4)
    summary.get_by_role("link", name="« Volume »").click()
    expect(page.get_by_label("Volume")).to_be_focused()
    expect(page.get_by_label("Volume")).to_have_value("90kW")
    forgive_refusal(visit)


def forgive_refusal(visit: Any) -> None:
    """A page of faults is answered with 422, which the browser notes."""
    visit.complaints[:] = [said for said in visit.complaints if "422" not in said]


def states(page: Page) -> dict[str, Any]:
    """What leads to each state of the pages of own installations."""
    ref = copy(page)
    fictive = invent(page)

    def go(path: str) -> Any:
        return lambda: page.goto(path)

    def with_faults(path: str) -> Any:
        def act() -> None:
            page.goto(path)
            page.get_by_label("Rubrique").fill("entrepôts")
            page.get_by_label("Volume").fill("90kW")
            page.locator(".own-form__send .btn-primary").click()
            expect(page.get_by_role("alert")).to_be_visible()

        return act

    def removing() -> None:
        page.goto(f"/installations/{ref}/classements")
        page.get_by_text("Retirer", exact=True).first.click()

    def suggesting() -> None:
        page.goto(NEW)
        page.get_by_role("combobox", name="Rubrique").press_sequentially("29", delay=20)
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("ArrowDown")

    return {
        "list": go("/mes-installations"),
        "copy": go(f"/installations/{ref}"),
        "copy-again": go(f"/installations/{MANY_LINES}/copie"),
        "fictive": go(f"/installations/{fictive}"),
        "lines": go(f"/installations/{ref}/classements"),
        "removing-a-line": removing,
        "add": go(f"/installations/{fictive}/classements/ajouter"),
        "suggesting": suggesting,
        "new-with-faults": with_faults(NEW),
        "line-with-faults": with_faults(f"/installations/{fictive}/classements/ajouter"),
        "name": go(f"/installations/{ref}/nom"),
        "removal": go(f"/installations/{ref}/suppression"),
    }


def test_no_barrier_in_any_state(visit: Any) -> None:
    page = visit.open("/", bypass_csp=True)
    found, beside = {}, {}
    for name, reach in states(page).items():
        reach()
        html5lib.HTMLParser(strict=True).parse(page.request.get(page.url).text())
        for scheme, width in (("light", 1280), ("dark", 1280), ("light", 360)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            found[name, scheme, width] = barriers(page)
        page.set_viewport_size({"width": 320, "height": 900})
        beside[name] = page.evaluate("document.documentElement.scrollWidth") > 320
        page.set_viewport_size({"width": 1280, "height": 900})
    forgive_refusal(visit)

    assert {state: rules for state, rules in found.items() if rules} == {}
    assert [name for name, is_beside in beside.items() if is_beside] == []


@pytest.mark.parametrize("is_scripted", [True, False])
def test_deleting_says_what_goes(visit: Any, is_scripted: bool) -> None:
    page = visit.open("/", java_script_enabled=is_scripted)
    name = invent_plainly(page)
    page.goto("/mes-installations")
    page.get_by_role("link", name=f"Supprimer {name}").click()
    expect(page.get_by_role("listitem").filter(has_text="1\u00a0classement")).to_be_visible()
    page.get_by_role("button", name="Oui, supprimer").click()

    expect(page.get_by_text("Vous n’avez pas encore d’installation à vous.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="supprimée")).to_be_visible()


def invent_plainly(page: Page) -> str:
    invent(page, "À supprimer")
    return "À supprimer"
