"""From the search page to an inspection sheet with five picks: in eight clicks, by keyboard alone."""

import re
from pathlib import Path
from typing import Any

import pytest
from odfdo import Document
from playwright.sync_api import Download, Page, expect

from tests.e2e.test_orders import tab_to

SITE = "0099.01211"
PICKS = 5
# A part of the first order, with five paragraphs that apply.
CHAPTER = "Chapitre II : Exploitation"
PARAGRAPHS = (
    "L'installation est conduite",
    "Un livret",
    "Les consignes",
    "Le brûleur est réglé",
    "Le rendement",
)
MOST_CLICKS = 8
# Counted by the browser itself; a key pressed on a button is no click (it has no `detail`).
COUNT_CLICKS = """
addEventListener("click", (event) => {
  if (event.isTrusted && event.detail > 0) sessionStorage.clicks = Number(sessionStorage.clicks ?? 0) + 1;
}, true);
"""


def clicks(page: Page) -> int:
    return int(page.evaluate("sessionStorage.clicks ?? 0"))


def counted(page: Page, number: int) -> None:
    """Wait until the panel says that so many are held."""
    word = "prescription retenue" if number < 2 else "prescriptions retenues"
    expect(page.locator("#collection-count")).to_have_text(f"{number}\u00a0{word}")


def picked_texts(page: Page) -> list[str]:
    """The beginnings of the picks, as the panel shows them."""
    return [
        " ".join(pick.inner_text().split()).rstrip("…")
        for pick in page.locator("#collection .pick__text").all()
    ]


def check_sheet(download: Download, folder: Path, texts: list[str]) -> None:
    """The file is an inspection sheet of this site that holds every pick."""
    assert re.fullmatch(rf".*{SITE}.*\.odt", download.suggested_filename)
    path = folder / "sheet.odt"
    download.save_as(path)
    sheet = " ".join(Document(path).get_formatted_text().split())
    assert len(texts) == PICKS
    assert [text for text in texts if text not in sheet] == []


def test_in_eight_clicks(visit: Any, tmp_path: Path) -> None:
    page = visit.open("/")
    page.context.add_init_script(COUNT_CLICKS)
    page.reload()

    page.get_by_role("combobox", name="Rechercher une installation").click()
    page.keyboard.type(SITE, delay=20)
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Consulter les prescriptions").click()
    boxes = page.locator('form[data-ticks] input[name="p"]')
    for place in range(PICKS):
        boxes.nth(place).click()
    counted(page, PICKS)
    texts = picked_texts(page)
    # What starts the download is the eighth click; the browser leaves the page for it.
    before = clicks(page)
    with page.expect_download() as started:
        page.get_by_role("link", name="Fiche d’inspection .odt").click()

    assert before + 1 <= MOST_CLICKS
    check_sheet(started.value, tmp_path, texts)


def test_with_a_whole_section_in_five_clicks(visit: Any) -> None:
    page = visit.open("/")
    page.context.add_init_script(COUNT_CLICKS)
    page.reload()

    page.get_by_role("combobox", name="Rechercher une installation").click()
    page.keyboard.type(SITE, delay=20)
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Consulter les prescriptions").click()
    page.get_by_role("button", name=f"Tout sélectionner : {CHAPTER}").click()
    counted(page, PICKS)
    before = clicks(page)
    with page.expect_download():
        page.get_by_role("link", name="Fiche d’inspection .odt").click()

    assert before + 1 <= 5


def test_by_keyboard_alone(visit: Any, tmp_path: Path) -> None:
    page = visit.open("/")
    page.context.add_init_script(COUNT_CLICKS)
    page.reload()

    tab_to(page, page.get_by_role("combobox", name="Rechercher une installation"))
    page.keyboard.type(SITE, delay=20)
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/installations/{SITE}$"))
    tab_to(page, page.get_by_role("button", name="Consulter les prescriptions"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/arretes\?"))
    tab_to(page, page.get_by_role("link", name=CHAPTER))
    page.keyboard.press("Enter")
    for text in PARAGRAPHS:
        tab_to(page, page.get_by_role("checkbox", name=text))
        page.keyboard.press("Space")
    counted(page, PICKS)
    texts = picked_texts(page)
    tab_to(page, page.get_by_role("link", name="Aller à ma collection").first, key="Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Fiche d’inspection .odt"))
    with page.expect_download() as started:
        page.keyboard.press("Enter")

    assert clicks(page) == 0
    check_sheet(started.value, tmp_path, texts)


@pytest.mark.parametrize("kind", ["docx", "ods", "csv"])
def test_without_a_script(visit: Any, kind: str) -> None:
    page = visit.open("/", java_script_enabled=False)
    page.get_by_role("searchbox").fill(SITE)
    page.get_by_role("searchbox").press("Enter")
    page.locator(".hit__name a").first.click()
    page.get_by_role("button", name="Consulter les prescriptions").click()
    for place in range(PICKS):
        page.locator('form[data-ticks] input[name="p"]').nth(place).check()
    page.get_by_role("button", name="Enregistrer ma sélection").first.click()
    counted(page, PICKS)
    with page.expect_download() as started:
        page.locator(f".downloads a[href*='.{kind}']").click()

    assert started.value.suggested_filename.endswith(f".{kind}")
