"""The map in a browser: marks that are reached by keyboard, filters that move it, nothing from elsewhere."""

from typing import Any

from playwright.sync_api import expect

from tests.e2e.test_every_page import barriers


def test_the_map_shows_what_the_list_shows(visit: Any) -> None:
    page = visit.open("/carte", bypass_csp=True)
    status = page.locator("#carte-etat")
    expect(status).to_contain_text("installations sur cette partie de la carte")
    page.locator(".map-land").first.wait_for()
    assert barriers(page) == []

    page.get_by_label("Régime").select_option("E")
    page.wait_for_url("**regime=E**")
    expect(page.locator("#nombre")).to_contain_text("installation")
    expect(status).to_contain_text("sur cette partie de la carte")


def test_a_mark_opens_by_keyboard_and_leads_to_the_site(visit: Any) -> None:
    page = visit.open("/carte?q=0099.01211")
    mark = page.locator(".map-mark")
    expect(mark).to_have_count(1)
    name = mark.get_attribute("aria-label")

    mark.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name=name).first.wait_for()
    page.locator(".leaflet-popup").get_by_role("link", name=name).click()

    page.wait_for_url("**/installations/0099.01211")


def test_without_script_the_list_is_there(visit: Any) -> None:
    page = visit.open("/carte", java_script_enabled=False)

    expect(page.get_by_text("La carte a besoin de JavaScript")).to_be_visible()
    expect(page.locator("#resultats .hit").first).to_be_visible()
