"""Orders with documents for tests of the viewer, and where things stand on the page of the orders."""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from etl.database import Role, connect
from etl.settings import ROOT, Settings
from tests import ocr_files
from tests.prefectoral import add_order, georisques_id, printed, put_document
from webapp.aps import anchor_of

SOURCE = "https://documents.georisques.example/ap"
SITE = "0099.01211"
OTHER_SITE = "0099.00323"
BOILERS = "JORFTEXT900000000002"
SCAN, LARGE, DAMAGED, NOT_READ, FAILED = map(georisques_id, range(1, 6))
MANY = tuple(map(georisques_id, range(6, 11)))
PAGES_OF_LARGE = 300
LARGE_PAGE_BYTES = 100_000
DRAWN_WITHIN = 20_000  # milliseconds; the first document brings the code along


def address(*ap_ids: str, page: int | None = None, words: str = "", am: str = "", site: str = SITE) -> str:
    """Return the address of the page of orders; the first of them is in view, open at `page`."""
    query = "&".join(f"ap={ap_id}" for ap_id in ap_ids) + (f"&am={am}" if am else "")
    if page is None:
        return f"/installations/{site}/arretes?{query}#{anchor_of(ap_ids[0])}"
    return (
        f"/installations/{site}/arretes?{query}&page={page}&mots={words}#{anchor_of(ap_ids[0])}-page-{page}"
    )


def line_of(page: int, line: int) -> str:
    """Return what stands on a line of a page of the large document."""
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


def load_documents(settings: Settings, scan: tuple[bytes, list[str]]) -> None:
    """Give one installation of the demo its orders, with their documents where there are any."""
    document, texts = scan
    large = [[line_of(page, line) for line in range(1, 21)] for page in range(1, PAGES_OF_LARGE + 1)]
    without = {"size_bytes": None, "confidence": None}
    with connect(settings, Role.ETL) as connection:
        add_order(connection, SITE, 1, [{"text": text} for text in texts], description="Arrêté numérisé")
        add_order(connection, SITE, 2, [{"text": "\n".join(lines)} for lines in large], confidence=61.0)
        add_order(connection, SITE, 3, [{"text": "Le texte du document abîmé."}])
        add_order(connection, SITE, 4, (), ocr_status="NOT_ATTEMPTED", **without)
        add_order(connection, SITE, 5, (), ocr_status="ERROR", failure="encrypted", **without)
        for number in range(6, 11):
            add_order(connection, OTHER_SITE, number, [{"text": text} for text in texts])
    for identifier in MANY:
        put_document(settings, identifier, document)
    put_document(settings, SCAN, document)
    put_document(settings, LARGE, printed(large, ballast=LARGE_PAGE_BYTES))
    put_document(settings, DAMAGED, b"This is no PDF. " * 40_000)


def article(page: Page, identifier: str) -> Locator:
    """Return an order on the page."""
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
    """Return the field that says, and takes, the number of the page in view."""
    return article(page, identifier).locator(".viewer").get_by_label("Page", exact=True)


def selected(text_layer: Locator) -> str:
    """Select all text over a page and return what a person would copy."""
    return str(
        text_layer.evaluate(
            "layer => { getSelection().selectAllChildren(layer); return getSelection().toString(); }"
        )
    )
