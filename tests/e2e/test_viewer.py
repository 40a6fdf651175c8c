"""Documents of prefectoral orders in the page: drawn by ranges, selectable, by keyboard, as text alone."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from etl.database import Role, connect
from etl.settings import ROOT, Settings
from tests import ocr_files
from tests.demo_site import load_demo, load_demo_orders, site_settings
from tests.e2e.conftest import Site, Visit, served
from tests.e2e.test_every_page import barriers
from tests.prefectoral import add_order, georisques_id, printed, put_document
from webapp.aps import anchor_of
from webapp.collection.mending import mend_pasted

SITE = "0099.01211"
BOILERS = "JORFTEXT900000000002"
SCAN, LARGE, DAMAGED, NOT_READ, FAILED = map(georisques_id, range(1, 6))
PAGES_OF_LARGE = 300
LARGE_PAGE_BYTES = 100_000
MOST_FETCHED = 4_000_000
DRAWN_WITHIN = 20_000  # milliseconds; the first document brings the code along
MOST_DRAWN = 12  # ten pages are kept, and those in view


def address(*ap_ids: str, page: int | None = None, words: str = "", am: str = "") -> str:
    query = "&".join(f"ap={ap_id}" for ap_id in ap_ids) + (f"&am={am}" if am else "")
    if page is None:
        return f"/installations/{SITE}/arretes?{query}#{anchor_of(ap_ids[0])}"
    return (
        f"/installations/{SITE}/arretes?{query}&page={page}&mots={words}#{anchor_of(ap_ids[0])}-page-{page}"
    )


def line_of(page: int, line: int) -> str:
    return f"Page {page}, ligne {line} : les eaux de ruissellement sont recueillies."


def read_scan(folder: Path) -> tuple[bytes, list[str]]:
    """Return a scan of two pages as the reader makes it searchable, and the text it found on each."""
    source = folder / "scan.pdf"
    source.write_bytes(ocr_files.saved(ocr_files.scanned(ocr_files.picture(), ocr_files.picture())))
    subprocess.run(
        [sys.executable, "-m", "etl", "ocr", str(source), "--output", str(folder / "read"), "--strict"],
        cwd=ROOT,
        check=True,
        timeout=120,
        capture_output=True,
    )
    text = (folder / "read" / "scan.txt").read_text(encoding="utf-8")
    return (folder / "read" / "scan.pdf").read_bytes(), text.split("\f")[:2]


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[str]]:
    return read_scan(tmp_path_factory.mktemp("scan"))


@pytest.fixture(scope="module")
def orders_site(
    new_database: Callable[..., Settings],
    tmp_path_factory: pytest.TempPathFactory,
    scan: tuple[bytes, list[str]],
) -> Iterator[Site]:
    """The demo with orders of one installation: a scan, one of 300 pages, a damaged one, two without text."""
    settings = site_settings(new_database()).model_copy(
        update={"georisques_documents_url": "https://documents.georisques.example/ap"}
    )
    load_demo(settings)
    load_demo_orders(settings)
    document, texts = scan
    large = [[line_of(page, line) for line in range(1, 21)] for page in range(1, PAGES_OF_LARGE + 1)]
    with connect(settings, Role.ETL) as connection:
        add_order(connection, SITE, 1, [{"text": text} for text in texts], description="Arrêté numérisé")
        add_order(connection, SITE, 2, [{"text": "\n".join(lines)} for lines in large], confidence=61.0)
        add_order(connection, SITE, 3, [{"text": "Le texte du document abîmé."}])
        add_order(connection, SITE, 4, ocr_status="NOT_ATTEMPTED", size_bytes=None, confidence=None)
        add_order(
            connection, SITE, 5, ocr_status="ERROR", failure="encrypted", size_bytes=None, confidence=None
        )
    put_document(settings, SCAN, document)
    put_document(settings, LARGE, printed(large, ballast=LARGE_PAGE_BYTES))
    put_document(settings, DAMAGED, b"This is no PDF. " * 40_000)
    with served(settings, tmp_path_factory.mktemp("site") / "gunicorn.log") as running:
        yield running


@pytest.fixture
def visit(browser: Browser, orders_site: Site) -> Iterator[Visit]:
    """A visit of that site, in which the browser must have nothing to complain about."""
    visit = Visit(browser, orders_site)
    yield visit
    for context in visit.contexts:
        context.close()
    assert visit.complaints == []


def article(page: Page, identifier: str) -> Locator:
    return page.locator(f"article#{anchor_of(identifier)}")


def layer(page: Page, identifier: str, number: int) -> Locator:
    """Return the text over a page of a document."""
    return article(page, identifier).locator(f'.page[data-page-number="{number}"] .textLayer')


def wait_for_page(page: Page, identifier: str, number: int) -> None:
    """Wait until a page of a document is drawn with its text; of the large one, that it is this page's."""
    expect(layer(page, identifier, number).locator("span").first).to_be_attached(timeout=DRAWN_WITHIN)
    if identifier == LARGE:
        expect(layer(page, identifier, number)).to_contain_text(line_of(number, 1), timeout=DRAWN_WITHIN)


def shown_page(page: Page, identifier: str) -> Locator:
    return article(page, identifier).locator(".viewer").get_by_label("Page", exact=True)


def selected(text_layer: Locator) -> str:
    return str(
        text_layer.evaluate(
            "layer => { getSelection().selectAllChildren(layer); return getSelection().toString(); }"
        )
    )


def words(text: str) -> list[str]:
    return text.split()


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
        assert len(words(text)) > 50
        assert words(selected(layer(page, SCAN, number))) == words(text)
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
    assert sum(size for _, size in fetched) < MOST_FETCHED * 2 < PAGES_OF_LARGE * LARGE_PAGE_BYTES
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
    found = {"as it comes": barriers(page)}
    for button in page.get_by_role("button", name="Texte seul").all():
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
    assert words(copied) == words(scan[1][1])

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
