"""Documents of prefectoral orders in the page: drawn by ranges, selectable, by keyboard, as text alone."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.test_every_page import barriers
from tests.viewed_documents import (
    BOILERS,
    DAMAGED,
    DRAWN_WITHIN,
    FAILED,
    LARGE,
    LARGE_PAGE_BYTES,
    MANY,
    NOT_READ,
    OTHER_SITE,
    PAGES_OF_LARGE,
    SCAN,
    SITE,
    address,
    article,
    layer,
    line_of,
    selected,
    shown_page,
    wait_for_page,
)
from webapp.aps import anchor_of

MOST_FETCHED = 8_000_000
MOST_OPEN = 4  # three, and one more that is still near
MOST_DRAWN = 12  # ten pages are kept, and those in view


def is_drawn(page: Page, identifier: str, number: int) -> bool:
    """Tell whether the canvas of a page holds ink."""
    canvas = article(page, identifier).locator(f'.page[data-page-number="{number}"] canvas').first
    return bool(
        canvas.evaluate(
            """canvas => {
                const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                return data.some((value, place) => place % 4 === 0 && value < 100);
            }"""
        )
    )


def test_a_scan_is_drawn_and_its_text_can_be_selected(visit: Any, scan: tuple[bytes, list[str]]) -> None:
    page = visit.open(address(SCAN, am=BOILERS))
    wait_for_page(page, SCAN, 1)

    for number, text in enumerate(scan[1], start=1):
        shown_page(page, SCAN).fill(str(number))
        shown_page(page, SCAN).press("Enter")
        wait_for_page(page, SCAN, number)
        assert is_drawn(page, SCAN, number)
        assert len(text.split()) > 50
        assert selected(layer(page, SCAN, number)).split() == text.split()
    expect(article(page, SCAN).locator("[data-ap-text]")).to_be_hidden()


def test_the_text_lies_over_the_words(visit: Any) -> None:
    """A drag over a line with the mouse takes that line."""
    page = visit.open(address(LARGE))
    line = layer(page, LARGE, 1).get_by_text(line_of(1, 5))
    box = line.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 1, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()

    assert page.evaluate("getSelection().toString()").strip() == line_of(1, 5)


def test_a_hit_opens_its_page_with_the_words_marked(visit: Any) -> None:
    page = visit.open(address(LARGE, page=250, words="ruisselle"))

    expect(shown_page(page, LARGE)).to_have_value("250")
    wait_for_page(page, LARGE, 250)
    expect(layer(page, LARGE, 250)).to_be_in_viewport()
    marked = page.evaluate("[...CSS.highlights.get('mots-cherches')].map(range => range.toString())")
    assert marked
    assert set(marked) == {"ruissellement"}


def test_a_large_document_costs_what_is_looked_at(visit: Any) -> None:
    fetched: list[tuple[int, int]] = []
    context = visit.browser.new_context(base_url=visit.site.address, viewport={"width": 1280, "height": 900})
    visit.contexts.append(context)
    page = context.new_page()
    page.on(
        "response",
        lambda answer: (
            fetched.append((answer.status, int(answer.headers["content-length"])))
            if answer.url.endswith(".pdf")
            else None
        ),
    )
    page.goto(address(LARGE))
    wait_for_page(page, LARGE, 1)
    for number in (300, 150, 40, 41, 42, 200):
        shown_page(page, LARGE).fill(str(number))
        shown_page(page, LARGE).press("Enter")
        wait_for_page(page, LARGE, number)

    assert {status for status, _ in fetched} == {206}
    assert sum(size for _, size in fetched) < MOST_FETCHED < PAGES_OF_LARGE * LARGE_PAGE_BYTES
    assert page.locator(".page canvas").count() <= MOST_DRAWN


def test_with_the_keyboard_alone(visit: Any) -> None:
    page = visit.open(address(LARGE))
    wait_for_page(page, LARGE, 1)
    order = article(page, LARGE)

    order.get_by_role("button", name="Page suivante").focus()
    page.keyboard.press("Enter")
    expect(shown_page(page, LARGE)).to_have_value("2")
    zoom = order.locator("output").inner_text()
    order.get_by_role("button", name="Agrandir").focus()
    page.keyboard.press("Space")
    expect(order.locator("output")).not_to_have_text(zoom)
    page.keyboard.press("Tab")  # « Ajuster »
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(order.get_by_role("region")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("PageDown")
    expect(shown_page(page, LARGE)).not_to_have_value("2")
    # One more step leaves the document, whatever its number of pages.
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.viewer')")


def test_the_text_alone_and_back(visit: Any) -> None:
    page = visit.open(address(LARGE))
    order = article(page, LARGE)
    expect(order.get_by_role("button", name="Document")).to_have_attribute("aria-pressed", "true")

    order.get_by_role("button", name="Texte seul").click()
    expect(order.locator(".viewer")).to_be_hidden()
    expect(order.get_by_text(line_of(10, 20))).to_be_visible()
    order.get_by_role("button", name="Document").click()
    wait_for_page(page, LARGE, 1)
    shown_page(page, LARGE).fill("30")
    shown_page(page, LARGE).press("Enter")
    expect(layer(page, LARGE, 30)).to_be_in_viewport()
    order.get_by_role("button", name="Texte seul").click()
    order.get_by_role("button", name="Document").click()
    expect(layer(page, LARGE, 30)).to_be_in_viewport()
    order.get_by_role("button", name="Texte seul").click()
    order.get_by_role("link", name="Pages suivantes").click()
    expect(page).to_have_url(re.compile("page=11"))
    expect(shown_page(page, LARGE)).to_have_value("11")


def test_where_a_document_cannot_be_shown_its_text_is(visit: Any) -> None:
    page = visit.open(address(DAMAGED))

    expect(article(page, DAMAGED).locator(".notice")).to_contain_text("ne peut pas être affiché")
    expect(article(page, DAMAGED).get_by_text("Le texte du document abîmé.")).to_be_visible()
    expect(article(page, DAMAGED).locator(".viewer")).to_have_count(0)


def test_without_a_script_the_text_is_there(visit: Any) -> None:
    page = visit.open(address(LARGE, page=250, words="ruissellement"), java_script_enabled=False)

    expect(article(page, LARGE).get_by_text(line_of(250, 1).split("ruissellement")[0]).first).to_be_visible()
    expect(page.locator(f"#{anchor_of(LARGE)}-page-250")).to_be_in_viewport()
    expect(page.locator(f"#{anchor_of(LARGE)}-page-250 mark").first).to_have_text("ruissellement")
    expect(article(page, LARGE).get_by_role("link", name="Télécharger le PDF")).to_be_visible()
    expect(page.locator(".viewer")).to_have_count(0)


def test_several_documents_open_as_they_come_near(visit: Any) -> None:
    page = visit.open(address(SCAN, LARGE, DAMAGED, NOT_READ, FAILED))
    wait_for_page(page, SCAN, 1)
    for identifier in (LARGE, SCAN):
        article(page, identifier).scroll_into_view_if_needed()
        wait_for_page(page, identifier, 1)
    expect(article(page, FAILED)).to_contain_text("protégé par un mot de passe")
    expect(article(page, NOT_READ).get_by_role("link", name="Géorisques")).to_be_visible()


def test_documents_far_from_view_are_closed_and_open_again_where_they_were(visit: Any) -> None:
    page = visit.open(address(*MANY, site=OTHER_SITE))
    wait_for_page(page, MANY[0], 1)
    shown_page(page, MANY[0]).fill("2")
    shown_page(page, MANY[0]).press("Enter")
    for identifier in (*MANY[1:], MANY[0]):
        article(page, identifier).locator(".viewer__frame").scroll_into_view_if_needed()
        wait_for_page(page, identifier, 1)
        opened = page.locator("article:has(.viewer .page)").count()
        assert opened <= MOST_OPEN

    expect(shown_page(page, MANY[0])).to_have_value("2")
    expect(article(page, MANY[2]).locator(".viewer .page")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone(visit: Any, width: int) -> None:
    page = visit.open(address(LARGE), width=width, height=800)
    wait_for_page(page, LARGE, 1)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    drawn = article(page, LARGE).locator('.page[data-page-number="1"]').bounding_box()
    assert drawn is not None
    assert drawn["x"] >= 0
    assert drawn["x"] + drawn["width"] <= width


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", [address(SCAN, LARGE, FAILED, am=BOILERS), address(DAMAGED, NOT_READ), "sheet"]
)
def test_no_barrier(visit: Any, path: str, scheme: str, width: int) -> None:
    path = f"/installations/{SITE}?choix=tous" if path == "sheet" else path
    page = visit.open(path, width=width, bypass_csp=True, color_scheme=scheme)
    if SCAN in path:
        wait_for_page(page, SCAN, 1)
    if DAMAGED in path:
        expect(article(page, DAMAGED).locator(".notice")).to_be_visible(timeout=DRAWN_WITHIN)
    found = {"as it comes": barriers(page)}
    for button in page.get_by_role("button", name="Texte seul").filter(visible=True).all():
        button.click()
    found["text alone"] = barriers(page)

    assert {state: rules for state, rules in found.items() if rules} == {}


def test_prefectoral_orders_are_chosen_like_the_others(visit: Any) -> None:
    page = visit.open(f"/installations/{SITE}")
    page.locator(f'input[value="{SCAN}"]').check()
    expect(page).to_have_url(re.compile(re.escape(urlencode({"ap": SCAN}))))
    page.get_by_role("button", name="Consulter les prescriptions").click()

    expect(article(page, SCAN)).to_be_visible()
    page.go_back()
    expect(page.locator(f'input[value="{SCAN}"]')).to_be_checked()
    page.get_by_role("link", name="Tout désélectionner").click()
    expect(page.locator('input[name="ap"]:checked')).to_have_count(0)
    page.get_by_role("link", name="Tout sélectionner").click()
    expect(page.locator('input[name="ap"]:checked')).to_have_count(5)


def test_on_paper_the_text_stands_for_the_document(visit: Any) -> None:
    page = visit.open(address(SCAN))
    wait_for_page(page, SCAN, 1)
    page.emulate_media(media="print")

    expect(article(page, SCAN).locator(".viewer")).to_be_hidden()
    expect(article(page, SCAN).locator(".ap-page").first).to_be_visible()


@pytest.mark.parametrize("policy", ["", "default-src 'none'; script-src 'self'; connect-src 'self'"])
def test_scans_are_decoded_with_and_without_webassembly(visit: Any, policy: str) -> None:
    """The worker has a policy of its own that allows it; with that of the page, a script does it."""
    asked: list[str] = []
    context = visit.browser.new_context(base_url=visit.site.address, viewport={"width": 1280, "height": 900})
    visit.contexts.append(context)
    context.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    if policy:
        context.route("**/pdf.worker.min.mjs", lambda route: with_policy(route, policy))
    page = context.new_page()
    page.goto(address(SCAN))
    wait_for_page(page, SCAN, 1)

    page.wait_for_function("document.querySelector('.page canvas')?.width > 100")
    assert is_drawn(page, SCAN, 1)
    assert "jbig2.wasm" in asked
    assert ("jbig2_nowasm_fallback.js" in asked) == bool(policy)


def with_policy(route: Route, policy: str) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})
