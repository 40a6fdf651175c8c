"""From an installation to its prescriptions: by keyboard, without JavaScript, on paper, without barriers."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_every_page import barriers

# A site of the demo with an inapplicable order, a modified section, and alineas that fall away.
SITE = "/installations/0099.01211"
BOILERS, LANDFILLS, TRANSVERSE = "JORFTEXT900000000002", "LEGITEXT900000000007", "JORFTEXT900000000005"
APPLICABLE = {"JORFTEXT900000000002", "JORFTEXT900000000003", "JORFTEXT900000000004", "JORFTEXT900000000008"}
READING = f"{SITE}/arretes?am={BOILERS}&am={LANDFILLS}&am={TRANSVERSE}"
MASKED = "/installations/0099.00989"
WIDE, NARROW = 1440, 390
MOST_TABS = 60


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab (or back: Shift+Tab) until the element has the focus; what has the focus can be seen."""
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        if target.evaluate("element => element === document.activeElement"):
            assert target.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
            assert target.evaluate(
                """element => {
                    const box = element.getBoundingClientRect();
                    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                    return element.contains(top) || element === top;
                }"""
            ), "something hides what has the focus"
            return
    pytest.fail(f"{target} is not reached by {MOST_TABS} tabs")


def tick_of(page: Page, cid: str) -> Locator:
    return page.locator(f'input[name="am"][value="{cid}"]')


def ticked(page: Page) -> set[str]:
    return {str(tick.get_attribute("value")) for tick in page.locator('input[name="am"]:checked').all()}


def texts(page: Page) -> list[str | None]:
    return [text.get_attribute("id") for text in page.locator("article.text").all()]


def test_with_the_keyboard_alone_and_back(visit: Any) -> None:
    page = visit.open(SITE)
    assert ticked(page) == APPLICABLE

    tab_to(page, tick_of(page, BOILERS))
    page.keyboard.press("Space")
    tab_to(page, tick_of(page, LANDFILLS))
    page.keyboard.press("Space")
    chosen = APPLICABLE - {BOILERS} | {LANDFILLS}
    assert ticked(page) == chosen
    tab_to(page, page.get_by_role("button", name="Consulter les prescriptions"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Prescriptions")
    assert set(texts(page)) == chosen
    page.go_back()
    expect(tick_of(page, LANDFILLS)).to_be_checked()
    assert ticked(page) == chosen
    # The address alone keeps it too: for another person, in another browser.
    assert ticked(visit.open(page.url.removeprefix(visit.site.address))) == chosen


def test_the_text_with_the_keyboard_alone(visit: Any) -> None:
    page = visit.open(READING)
    tab_to(page, page.get_by_role("link", name="Bruit et vibrations"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("theme=BRUIT_VIBRATIONS"))
    current = page.get_by_role("navigation", name="Filtrer par thème").locator("[aria-current]")
    expect(current).to_have_text("Bruit et vibrations")
    before = page.locator(".text-section").count()

    tab_to(page, page.get_by_role("link", name="Tous les thèmes"))
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("theme="))
    assert page.locator(".text-section").count() > before

    original = page.locator(".text-previous").first
    summary = original.locator("summary")
    expect(original.locator("p").first).to_be_hidden()
    summary.focus()
    page.keyboard.press("Enter")
    expect(original.locator("p").first).to_be_visible()
    expect(page.get_by_text("Texte modifié").first).to_be_visible()


def test_contents_lead_to_the_section(visit: Any) -> None:
    page = visit.open(READING)
    link = page.get_by_role("navigation", name="Sommaire").get_by_role("link").nth(3)
    target = str(link.get_attribute("href"))

    link.focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(re.escape(target) + "$"))
    expect(page.locator(f'[id="{target[1:]}"]')).to_be_in_viewport()


@pytest.mark.parametrize("scripted", [True, False])
def test_all_and_none(visit: Any, *, scripted: bool) -> None:
    page = visit.open(SITE, java_script_enabled=scripted)
    boxes = page.locator('input[name="am"]')

    page.get_by_role("link", name="Tout sélectionner").click()
    expect(page.locator('input[name="am"]:checked')).to_have_count(boxes.count())
    expect(tick_of(page, TRANSVERSE)).to_be_visible()  # the fold opens: nothing is chosen unseen
    assert "am=" in page.url if scripted else "choix=tous" in page.url

    page.get_by_role("link", name="Tout désélectionner").click()
    expect(page.locator('input[name="am"]:checked')).to_have_count(0)
    expect(page).to_have_url(re.compile("choix=aucun"))
    page.get_by_role("button", name="Consulter les prescriptions").click()
    expect(page.get_by_text("Aucun arrêté n’est choisi")).to_be_visible()
    page.go_back()
    expect(page.locator('input[name="am"]:checked')).to_have_count(0)


def test_what_does_not_apply_is_said_in_words(visit: Any) -> None:
    page = visit.open(SITE)
    line = page.locator(".order", has=tick_of(page, LANDFILLS))
    expect(line).to_contain_text("il ne lui est pas applicable")
    expect(tick_of(page, LANDFILLS)).not_to_be_checked()

    page = visit.open(READING)
    expect(page.locator(f"#{LANDFILLS}")).to_contain_text("Cet arrêté n’est pas applicable à l’installation.")
    off = page.locator("p.is-off .text-mark").first
    expect(off).to_have_text("Non applicable")
    assert "line-through" in page.locator("p.is-off").first.evaluate(
        "e => getComputedStyle(e).textDecoration"
    )


def test_masked_lines_are_said(visit: Any) -> None:
    page = visit.open(MASKED)
    notice = page.get_by_label("Arrêtés ministériels").get_by_text("ne peuvent pas être déterminés")
    expect(notice).to_be_visible()
    page.get_by_text("1 arrêté à vérifier").click()
    page.get_by_label("Arrêtés ministériels").locator("details a").click()
    expect(page.get_by_text("On ne peut pas déterminer si cet arrêté s’applique")).to_be_visible()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [f"{SITE}?choix=tous", MASKED, READING, f"{READING}&theme=EAU"])
def test_no_barrier_whatever_is_open(visit: Any, path: str, scheme: str, width: int) -> None:
    page = visit.open(path, width=width, bypass_csp=True, color_scheme=scheme)
    found = {"as it comes": barriers(page)}
    for is_open in (True, False):
        page.evaluate(
            "open => document.querySelectorAll('details').forEach(part => part.open = open)", is_open
        )
        found[f"open: {is_open}"] = barriers(page)
    assert {state: rules for state, rules in found.items() if rules} == {}


def test_contents_start_closed_where_they_would_hide_the_text(visit: Any) -> None:
    contents = "details[data-contents]"
    expect(visit.open(READING, width=WIDE).locator(contents)).to_have_attribute("open", "")
    page = visit.open(READING, width=NARROW)
    expect(page.locator(contents)).not_to_have_attribute("open", "")
    expect(visit.open(READING, width=NARROW, java_script_enabled=False).locator(contents)).to_have_attribute(
        "open", ""
    )


def test_on_paper_the_text_stands_alone(visit: Any) -> None:
    page = visit.open(READING)
    page.emulate_media(media="print")

    expect(page.get_by_role("navigation", name="Filtrer par thème")).to_be_hidden()
    expect(page.locator(".contents")).to_be_hidden()
    expect(page.get_by_role("link", name="Modifier le choix")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for text in page.locator("article.text").all():
        expect(text.get_by_role("heading", level=2)).to_be_visible()
        expect(text.locator("p[id^='a-']").first).to_be_visible()
    expect(page.locator(".text-warnings").first).to_be_visible()
    expect(page.locator(".text-table td").first).to_be_visible()
