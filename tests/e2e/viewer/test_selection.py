"""« Ajouter la sélection »: from a passage of a document to the collection, and back."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.viewed_documents import (
    LARGE,
    SCAN,
    address,
    article,
    layer,
    line_of,
    selected,
    shown_page,
    wait_for_page,
)
from webapp.collection.mending import mend_pasted


def select(page: Page, target: Locator) -> None:
    """Select what an element holds, as a person does with the mouse."""
    target.evaluate("element => getSelection().selectAllChildren(element)")
    page.wait_for_function("!getSelection().isCollapsed")


def form_of(page: Page, identifier: str) -> Locator:
    return article(page, identifier).locator("[data-ap-form] form")


def test_a_selection_goes_mended_into_the_form_then_into_the_collection(
    visit: Any, scan: tuple[bytes, list[str]]
) -> None:
    page = visit.open(address(SCAN, LARGE))
    shown_page(page, SCAN).fill("2")
    shown_page(page, SCAN).press("Enter")
    wait_for_page(page, SCAN, 2)
    copied = selected(layer(page, SCAN, 2))
    article(page, SCAN).get_by_role("button", name="Ajouter la sélection").click()

    form = form_of(page, SCAN)
    expect(form.get_by_label("Page")).to_have_value("2")
    expect(form.get_by_label("Contenu")).to_be_focused()
    expect(form.get_by_label("Contenu")).to_have_value(mend_pasted(copied))
    expect(article(page, SCAN).locator("[data-said]")).to_contain_text("page 2")
    assert mend_pasted(copied) != copied
    assert copied.split() == scan[1][1].split()

    form.get_by_label("Référence").fill("Article 3")
    form.get_by_role("button", name="Ajouter la prescription").click()
    collection = page.locator("#collection")
    expect(collection).to_contain_text("1 prescription")
    expect(form_of(page, SCAN).get_by_label("Contenu")).to_have_value("")
    # From the collection back to the page, from wherever the document stands.
    shown_page(page, SCAN).fill("1")
    shown_page(page, SCAN).press("Enter")
    collection.locator(".pick__text a").click()
    expect(shown_page(page, SCAN)).to_have_value("2")
    expect(layer(page, SCAN, 2)).to_be_in_viewport()


def test_selections_of_the_text_alone_follow_each_other(visit: Any) -> None:
    page = visit.open(address(LARGE))
    order = article(page, LARGE)
    order.get_by_role("button", name="Ajouter la sélection").click()
    expect(order.locator("[data-said]")).to_contain_text("Sélectionnez d’abord un passage")
    order.get_by_role("button", name="Texte seul").click()
    for number in (3, 4):
        select(page, order.locator(f'.ap-page[data-page="{number}"]'))
        order.get_by_role("button", name="Ajouter la sélection").click()
        expect(order.locator("[data-said]")).to_contain_text(f"page {number}")

    form = form_of(page, LARGE)
    expect(form.get_by_label("Page")).to_have_value("3")
    content = form.get_by_label("Contenu").input_value()
    assert content.index(line_of(3, 20)) < content.index(line_of(4, 1))
    assert "Page 3\n" not in content


def test_what_is_selected_elsewhere_does_not_count(visit: Any) -> None:
    page = visit.open(address(SCAN))
    wait_for_page(page, SCAN, 1)
    select(page, page.get_by_role("heading", level=1))
    article(page, SCAN).get_by_role("button", name="Ajouter la sélection").click()

    expect(article(page, SCAN).locator("[data-said]")).to_contain_text("Sélectionnez d’abord un passage")
    expect(form_of(page, SCAN)).to_be_hidden()
