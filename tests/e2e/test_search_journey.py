"""From the search to an installation: with the mouse, with the keyboard alone, without JavaScript."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

SITE_ID, SITE_NAME = "0099.00323", "PLATEFORME DU VAL CENDRE"


def type_slowly(page: Page, text: str) -> None:
    page.keyboard.type(text, delay=20)


def expect_sheet(page: Page) -> None:
    expect(page).to_have_url(re.compile(f"/installations/{SITE_ID}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(SITE_NAME)


def test_with_the_mouse(visit: Any) -> None:
    page = visit.open("/")
    page.get_by_role("combobox", name="Rechercher une installation").click()
    type_slowly(page, "plateform cendre")

    page.get_by_role("option", name=SITE_NAME).click()

    expect_sheet(page)
    expect(page.get_by_role("table")).to_be_visible()


def test_with_the_mouse_through_the_results(visit: Any) -> None:
    page = visit.open("/")
    page.get_by_role("combobox").fill("val cendre")
    page.get_by_role("button", name="Rechercher").click()

    expect(page.get_by_role("heading", level=2).first).to_contain_text("installation")
    page.get_by_role("link", name=SITE_NAME).click()

    expect_sheet(page)


def test_with_the_keyboard_alone(visit: Any) -> None:
    page = visit.open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    type_slowly(page, "plateforme val")
    expect(page.get_by_role("option")).to_have_count(1)

    page.keyboard.press("ArrowDown")

    expect(page.get_by_role("option", name=SITE_NAME)).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == page.locator("[aria-selected=true]").get_attribute(
        "id"
    )
    page.keyboard.press("Enter")
    expect_sheet(page)


def test_with_the_keyboard_through_the_results(visit: Any) -> None:
    page = visit.open("/")
    page.get_by_role("combobox").focus()
    type_slowly(page, "plateforme val")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name=SITE_NAME)
    expect(link).to_be_visible()

    for _ in range(20):
        page.keyboard.press("Tab")
        if link.evaluate("element => element === document.activeElement"):
            break
    outline = link.evaluate("element => getComputedStyle(element).outlineStyle")
    page.keyboard.press("Enter")

    assert outline == "solid"
    expect_sheet(page)


def test_the_list_opens_and_closes_as_told(visit: Any) -> None:
    page = visit.open("/")
    field = page.get_by_role("combobox")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.focus()
    type_slowly(page, "v")
    page.wait_for_timeout(300)
    expect(field).to_have_attribute("aria-expanded", "false")  # one letter is no question
    type_slowly(page, "al")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    assert 1 < options.count() <= 10
    expect(page.get_by_role("status")).to_contain_text("installations proposées")

    page.keyboard.press("ArrowUp")  # from the field to the last one
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")  # and back to the field
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(field).to_have_value("val")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("Tab")
    expect(field).to_have_attribute("aria-expanded", "false")


def test_filters_change_the_list_in_place(visit: Any) -> None:
    page = visit.open("/installations?q=val")
    before = page.get_by_role("heading", level=2).first.inner_text()

    page.get_by_label("Régime").focus()
    page.get_by_label("Régime").select_option("E")

    expect(page).to_have_url(re.compile("regime=E"))
    expect(page.get_by_role("heading", level=2).first).not_to_have_text(before)
    expect(page.locator(".hit .tag--regime-a")).to_have_count(0)
    expect(page.get_by_label("Régime")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", level=2).first).to_have_text(before)


def test_pages_of_results(visit: Any) -> None:
    page = visit.open("/installations?departement=99")
    first = page.locator(".hit__name").first.inner_text()

    page.get_by_role("link", name="Suivante").click()

    expect(page).to_have_url(re.compile("departement=99&page=2"))
    expect(page.locator(".hit__name").first).not_to_have_text(first)
    expect(
        page.get_by_role("navigation", name="Pages de résultats").locator("[aria-current=page]")
    ).to_contain_text("2")


@pytest.mark.parametrize("typed", ["platforme cendre", "PLATEFORME du val"])
def test_without_javascript(visit: Any, typed: str) -> None:
    page = visit.open("/", java_script_enabled=False)
    page.locator("input[name=q]").fill(typed)
    page.keyboard.press("Enter")
    expect(page.locator("input[name=q]")).to_have_value(typed)
    page.locator("select[name=departement]").select_option("99")
    page.get_by_role("button", name="Rechercher").click()

    page.get_by_role("link", name=SITE_NAME).click()

    expect_sheet(page)


def test_an_answer_that_fails_leaves_the_form(visit: Any) -> None:
    page = visit.open("/")
    page.route("**/suggestions*", lambda route: route.fulfill(status=200, body="{broken"))
    page.get_by_role("combobox").focus()
    type_slowly(page, "plateforme val")
    page.wait_for_timeout(400)
    expect(page.get_by_role("combobox")).to_have_attribute("aria-expanded", "false")
    page.unroute("**/suggestions*")

    page.keyboard.press("Enter")

    expect(page.get_by_role("link", name=SITE_NAME)).to_be_visible()
