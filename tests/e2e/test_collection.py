"""Picking prescriptions in Chromium: with and without a script, by keyboard, in two tabs, for everyone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.aps import demo_aps
from tests.e2e.test_every_page import barriers
from tests.e2e.test_orders import tab_to

SITE = "/installations/0099.01211"
BOILERS, LANDFILLS = "JORFTEXT900000000002", "LEGITEXT900000000007"
READING = f"{SITE}/arretes?am={BOILERS}&am={LANDFILLS}"
WIDE, MIDDLE, NARROW = 1440, 1100, 390


def boxes(page: Page) -> Locator:
    return page.locator('form[data-ticks] input[name="p"]')


def counted(page: Page, number: int) -> None:
    """Wait until the panel says that so many are held."""
    word = "prescription retenue" if number < 2 else "prescriptions retenues"
    expect(page.locator("#collection-count")).to_have_text(f"{number}\u00a0{word}")


def held(page: Page) -> list[str | None]:
    return [pick.get_attribute("data-a") for pick in page.locator("#collection .pick").all()]


def forgive(visit: Any, *expected: str) -> None:
    """Forget what a browser and htmx note of requests that the test itself made fail."""
    visit.complaints[:] = [said for said in visit.complaints if not any(word in said for word in expected)]


def test_ticks_are_kept_at_once(visit: Any) -> None:
    page = visit.open(READING)
    names = [str(boxes(page).nth(place).get_attribute("value")) for place in range(4)]
    for place in (0, 2, 3):
        boxes(page).nth(place).check()
    counted(page, 3)
    boxes(page).nth(2).uncheck()
    counted(page, 2)

    page.reload()
    assert held(page) == [names[0], names[3]]
    expect(boxes(page).nth(0)).to_be_checked()
    expect(boxes(page).nth(2)).not_to_be_checked()


def test_fast_fingers_lose_nothing(visit: Any) -> None:
    """Twelve first ticks in a row, faster than any answer: one person, twelve picks."""
    page = visit.open(READING)
    page.evaluate(
        """() => [...document.querySelectorAll('form[data-ticks] input[name="p"]')].slice(0, 12)
            .forEach(box => box.click())"""
    )
    counted(page, 12)

    page.reload()
    counted(page, 12)
    expect(page.locator('input[name="p"]:checked')).to_have_count(12)


def test_a_section_is_taken_and_left(visit: Any) -> None:
    page = visit.open(READING)
    button = page.locator(".tick-all").first
    section = page.locator(".text-section").filter(has=button).first
    button.click()
    expect(button).to_have_text("Tout désélectionner")
    expect(section.locator("p:not(.is-off) > input:checked").first).to_be_visible()
    expect(section.locator("p:not(.is-off) > input[name=p]:not(:checked)")).to_have_count(0)
    assert str(button.get_attribute("aria-label")).startswith("Tout désélectionner : ")

    section.locator("p:not(.is-off) > input[name=p]").first.uncheck()
    expect(button).to_have_text("Tout sélectionner")
    button.click()
    expect(button).to_have_text("Tout désélectionner")
    button.click()
    counted(page, 0)


def test_remove_undo_and_remove_all(visit: Any) -> None:
    page = visit.open(READING)
    for place in range(3):
        boxes(page).nth(place).check()
    counted(page, 3)
    before = held(page)

    page.locator(".pick__remove").nth(1).click()
    counted(page, 2)
    expect(boxes(page).nth(1)).not_to_be_checked()
    page.get_by_role("button", name="Annuler le retrait").click()
    counted(page, 3)
    expect(boxes(page).nth(1)).to_be_checked()

    page.locator("#collection summary", has_text="Tout retirer").click()
    page.get_by_role("button", name="Oui, tout retirer").click()
    counted(page, 0)
    expect(page.get_by_text("3 prescriptions retirées")).to_be_visible()
    page.get_by_role("button", name="Annuler le retrait").click()
    counted(page, 3)
    assert held(page) == before


def test_the_grouping_is_remembered(visit: Any) -> None:
    page = visit.open(READING)
    boxes(page).nth(0).check()
    boxes(page).last.check()
    counted(page, 2)
    page.get_by_role("button", name="Par thème").click()
    expect(page.locator(".collection__topic").first).to_be_visible()

    page.goto(f"{SITE}/prescriptions")
    expect(page.get_by_role("button", name="Par thème")).to_have_attribute("aria-pressed", "true")


def test_two_tabs(visit: Any) -> None:
    page = visit.open(READING)
    other = page.context.new_page()
    other.goto(READING)
    boxes(page).nth(0).check()
    counted(page, 1)
    boxes(other).nth(1).check()
    counted(other, 2)

    expect(boxes(other).nth(0)).to_be_checked()
    boxes(page).nth(1).check()
    counted(page, 2)


def test_a_tab_that_stayed_open_sends_again_by_itself(visit: Any) -> None:
    """The cookie went meanwhile: the first answer refuses the token and brings a fresh one."""
    page = visit.open(READING)
    page.context.clear_cookies()
    boxes(page).nth(0).check()
    counted(page, 1)
    boxes(page).nth(1).check()
    counted(page, 2)

    forgive(visit, "status of 400", "Error Code 400")


def test_when_the_network_fails_the_box_says_so(visit: Any) -> None:
    page = visit.open(READING)
    boxes(page).nth(0).check()
    counted(page, 1)
    page.route("**/prescriptions?*", lambda route: route.abort())
    boxes(page).nth(1).click()

    expect(page.get_by_role("alert").filter(has_text="n’a pas été enregistrée")).to_be_visible()
    expect(boxes(page).nth(1)).not_to_be_checked()
    expect(boxes(page).nth(0)).to_be_checked()
    page.unroute("**/prescriptions?*")
    boxes(page).nth(1).check()
    counted(page, 2)
    forgive(visit, "ERR_FAILED", "htmx:")


def test_without_a_script(visit: Any) -> None:
    page = visit.open(READING, java_script_enabled=False)
    boxes(page).nth(0).check()
    boxes(page).nth(2).check()
    page.get_by_role("button", name="Enregistrer ma sélection").first.click()
    counted(page, 2)
    expect(page).to_have_url(re.compile(f"#{BOILERS}$"))

    boxes(page).nth(0).uncheck()
    page.get_by_role("button", name="Enregistrer ma sélection").first.click()
    counted(page, 1)
    button = page.locator(".tick-all").nth(1)
    place = button.get_attribute("value")
    button.click()
    expect(page).to_have_url(re.compile(f"#s-{place}$"))
    expect(page.locator(f'.tick-all[value="{place}"]')).to_have_text("Tout désélectionner")

    page.locator("#collection summary", has_text="Tout retirer").click()
    page.get_by_role("button", name="Oui, tout retirer").click()
    counted(page, 0)
    page.get_by_role("button", name="Annuler le retrait").click()
    expect(page.locator("#collection .pick").first).to_be_visible()
    page.get_by_role("button", name="Par thème").click()
    expect(page.locator(".collection__topic").first).to_be_visible()


def test_with_the_keyboard_alone(visit: Any) -> None:
    page = visit.open(READING)
    tab_to(page, boxes(page).nth(0))
    page.keyboard.press("Space")
    counted(page, 1)
    tab_to(page, boxes(page).nth(1))
    page.keyboard.press("Space")
    counted(page, 2)
    assert boxes(page).nth(1).evaluate("box => box === document.activeElement"), "the place is not lost"

    first = page.locator(".pick__remove").first
    first.focus()
    page.keyboard.press("Enter")
    counted(page, 1)
    assert page.locator(".pick__remove").first.evaluate("button => button === document.activeElement")
    page.keyboard.press("Enter")
    counted(page, 0)
    assert page.locator("#collection-title").evaluate("title => title === document.activeElement")
    tab_to(page, page.get_by_role("button", name="Annuler le retrait"))
    page.keyboard.press("Enter")
    counted(page, 1)


def test_enter_in_a_box_takes_no_section(visit: Any) -> None:
    for scripted in (True, False):
        page = visit.open(READING, java_script_enabled=scripted)
        boxes(page).nth(5).focus()
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        counted(page, 0)


@pytest.mark.parametrize("width", [MIDDLE, NARROW])
def test_the_count_is_always_in_view(visit: Any, width: int) -> None:
    page = visit.open(READING, width=width)
    boxes(page).last.check()
    bar = page.locator(".collection-bar")
    expect(bar).to_have_text(re.compile("1\u00a0prescription retenue"))
    expect(bar).to_be_in_viewport()
    bar.get_by_role("link").click()
    expect(page.locator("#collection-title")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, MIDDLE, NARROW])
def test_no_barrier_while_picking(visit: Any, width: int, scheme: str) -> None:
    page = visit.open(READING, width=width, bypass_csp=True, color_scheme=scheme)
    page.locator(".tick-all").first.click()
    expect(page.locator("#collection .pick").first).to_be_visible()
    found = {"picked": barriers(page)}
    page.get_by_role("button", name="Par thème").click()
    expect(page.locator(".collection__topic").first).to_be_visible()
    page.locator(".pick__remove").first.click()
    expect(page.get_by_role("button", name="Annuler le retrait")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    found["by topic, all open"] = barriers(page)
    page.goto(f"{SITE}/prescriptions")
    found["whole"] = barriers(page)
    page.goto("/donnees-personnelles")
    found["personal data"] = barriers(page)

    assert {state: rules for state, rules in found.items() if rules} == {}


@pytest.mark.parametrize("path", [READING, f"{SITE}/prescriptions", "/donnees-personnelles"])
def test_nothing_beside_the_screen(visit: Any, path: str) -> None:
    page = visit.open(READING)
    page.locator(".tick-all").first.click()
    expect(page.locator("#collection .pick").first).to_be_visible()
    page.goto(path)
    beside = []
    for width in (320, 390, 620, 1000, 1100, 1300, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            beside.append(width)

    assert beside == []


AP_SITE = demo_aps()[0].s3ic_id
AP = demo_aps()[0].georisques_id


@pytest.mark.parametrize("scripted", [True, False])
def test_add_from_a_prefectoral_order(visit: Any, *, scripted: bool) -> None:
    reading = f"/installations/{AP_SITE}/arretes?ap={AP}"
    page = visit.open(reading, java_script_enabled=scripted, bypass_csp=scripted)
    page.get_by_text("Ajouter une prescription de cet arrêté").click()
    page.get_by_label("Référence").fill("Article 3.2")
    page.locator(".ap-form").get_by_label("Page").fill("deux")
    page.get_by_label("Contenu").fill("Les rejets\nsont mesu-\nrés.")
    page.get_by_role("button", name="Ajouter la prescription").click()

    expect(page.get_by_role("alert").filter(has_text="corrigez")).to_be_visible()
    expect(page.get_by_label("Référence")).to_have_value("Article 3.2")
    expect(page.get_by_label("Contenu")).to_have_value("Les rejets sont mesurés.")
    expect(page.locator(".ap-form").get_by_label("Page")).to_have_attribute("aria-invalid", "true")
    if scripted:
        expect(page.locator(".ap-form").get_by_label("Page")).to_be_focused()
        assert barriers(page) == []
    page.locator(".ap-form").get_by_label("Page").fill("2")
    page.get_by_role("button", name="Ajouter la prescription").click()
    counted(page, 1)
    link = page.locator("#collection .pick a")
    expect(link).to_have_text("Les rejets sont mesurés.")
    assert str(link.get_attribute("href")).endswith("-page-2")
    forgive(visit, "status of 422", "Error Code 422", "The document cannot be shown")


def test_erase_my_data(visit: Any) -> None:
    page = visit.open(READING)
    boxes(page).nth(0).check()
    counted(page, 1)
    page.goto("/donnees-personnelles")
    page.get_by_label("Je veux effacer").check()
    page.get_by_role("button", name="Effacer mes données maintenant").click()

    expect(page.get_by_text("Vos données sont effacées")).to_be_visible()
    page.goto(READING)
    counted(page, 0)


def test_on_paper_the_boxes_are_gone(visit: Any) -> None:
    page = visit.open(READING)
    boxes(page).nth(0).check()
    counted(page, 1)
    page.emulate_media(media="print")

    expect(page.locator("#collection")).to_be_hidden()
    expect(boxes(page).nth(0)).to_be_hidden()
    expect(page.locator(".tick-all").first).to_be_hidden()
    page.goto(f"{SITE}/prescriptions")
    expect(page.locator(".pick__whole").first).to_be_visible()
    expect(page.locator(".pick__remove").first).to_be_hidden()
