"""From words to the very alinea: with the keyboard alone, without JavaScript, filters without a new page."""

import re
from typing import Any

from playwright.sync_api import Page, expect

FIELD = "Mots à chercher dans les arrêtés"


def first_ministerial(page: Page) -> Any:
    """Return the link of the first passage of a ministerial order."""
    return page.locator(".passage", has_text="Ministériel").first.get_by_role("link")


def test_with_the_keyboard_alone(visit: Any) -> None:
    page = visit.open("/recherche")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the header
    page.keyboard.press("Tab")
    expect(page.get_by_label(FIELD)).to_be_focused()
    page.keyboard.type("entrepots")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/recherche\?q=entrepots"))
    link = first_ministerial(page)
    for _ in range(40):
        if link.evaluate("link => link === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/arretes-ministeriels/\w+\?mots=entrepots#a-\w+$"))
    target = page.locator(":target")
    expect(target).to_be_in_viewport()
    expect(page.locator("article mark").first).to_have_text(re.compile("entrepôt", re.IGNORECASE))


def test_without_javascript(visit: Any) -> None:
    page = visit.open("/recherche?q=entrepots", java_script_enabled=False)
    page.get_by_label("Textes", exact=True).select_option("Arrêtés ministériels")
    page.get_by_role("button", name="Rechercher").click()
    expect(page).to_have_url(re.compile("type=am"))
    first_ministerial(page).click()

    expect(page.locator(":target")).to_be_in_viewport()
    expect(page.locator("article mark").first).to_be_visible()


def test_a_filter_changes_the_hits_alone(visit: Any) -> None:
    page = visit.open("/recherche?q=eau")
    expect(page.locator(".passage", has_text="Préfectoral").first).to_be_visible()
    page.get_by_label(FIELD).evaluate("field => field.dataset.kept = 'yes'")
    page.get_by_label("Textes", exact=True).select_option("Arrêtés ministériels")

    expect(page).to_have_url(re.compile("type=am"))
    expect(page.locator(".passage", has_text="Préfectoral")).to_have_count(0)
    expect(page.get_by_label(FIELD)).to_have_attribute("data-kept", "yes")
    page.go_back()
    expect(page.locator(".passage", has_text="Préfectoral").first).to_be_visible()


def test_the_field_of_texts_proposes_no_installation(visit: Any) -> None:
    page = visit.open("/recherche")
    page.get_by_label(FIELD).fill("plateforme")
    page.wait_for_timeout(400)

    expect(page.get_by_role("listbox")).to_have_count(0)


def test_the_whole_passage_leads_to_its_text(visit: Any) -> None:
    page = visit.open("/recherche?q=eau&type=am")
    page.locator(".passage__extract").first.click(force=True)  # the link lies over it

    expect(page).to_have_url(re.compile("/arretes-ministeriels/"))


def test_from_the_main_navigation(visit: Any) -> None:
    page = visit.open("/")
    page.get_by_role("navigation", name="Navigation principale").get_by_role("link", name="Textes").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Rechercher dans les textes")
