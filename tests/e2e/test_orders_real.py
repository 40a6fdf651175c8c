"""Real orders of each kind in the browser: what an inspector must see of them, and no barrier."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from upath import UPath

from etl.database import Role, connect
from etl.s3ic import transform_icpe
from etl.settings import Settings
from etl.sync import apply_ams, apply_icpe
from tests.demo_site import site_settings
from tests.e2e.conftest import Site, Visit, served
from tests.e2e.test_every_page import barriers

pytestmark = pytest.mark.real_data

WAREHOUSES = "JORFTEXT000034429274"  # modified for those who were there before
WAREHOUSE_SITE = "/installations/0065.00224"
COMBUSTION = "JORFTEXT000037284510"  # alineas that fall away, tables with spans
COMBUSTION_SITE = "/installations/0065.00049"
TERMINALS = "JORFTEXT000000190990"  # of rubriques 1434 and 4734
MASKED_SITE = "/installations/0065.00108"
STUDIES = "JORFTEXT000000245167"  # transverse
LARGEST_SITE = "/installations/0065.04202"


@pytest.fixture(scope="module")
def real_site(
    new_database: Callable[..., Settings], real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    settings = site_settings(new_database())
    files = UPath(tmp_path_factory.mktemp("idf"))
    transform_icpe(
        establishments=UPath(real_data / "s3ic" / "s3ic-liste-etablissements.csv"),
        classements=UPath(real_data / "s3ic" / "sic-liste-rubriques.csv"),
        output=files,
    )
    with connect(settings, Role.ETL) as connection:
        apply_icpe(connection, files, "idf")
    with connect(settings, Role.ETL) as connection:
        apply_ams(connection, UPath(real_data / "ams.zip"))
    with served(settings, tmp_path_factory.mktemp("real") / "gunicorn.log") as running:
        yield running


@pytest.fixture
def real_visit(browser: Browser, real_site: Site) -> Iterator[Visit]:
    visit = Visit(browser, real_site)
    yield visit
    for context in visit.contexts:
        context.close()
    assert visit.complaints == []


def open_orders(visit: Visit, site: str, *cids: str) -> Page:
    query = "&".join(f"am={cid}" for cid in cids)
    return visit.open(f"{site}/arretes?{query}", bypass_csp=True)


def test_a_modified_section_shows_its_text_and_its_original(real_visit: Visit) -> None:
    page = open_orders(real_visit, WAREHOUSE_SITE, WAREHOUSES)
    section = page.locator("section.is-modified", has_text="12. Détection automatique d'incendie")
    expect(section.locator("li").first).to_contain_text(
        "est modifié pour cette installation, car le régime est celui de l'autorisation et la date de mise "
        "en service est antérieure au 01/01/2003"
    )
    dropped = "déclenche le compartimentage de la ou des cellules sinistrées"
    expect(section.locator("details")).to_contain_text(dropped)
    expect(section.locator(":scope > p").first).not_to_contain_text(dropped)

    section.locator("summary").click()

    expect(section.get_by_text(dropped)).to_be_visible()
    assert barriers(page) == []


def test_a_section_that_falls_away_says_why(real_visit: Visit) -> None:
    page = open_orders(real_visit, WAREHOUSE_SITE, WAREHOUSES)
    section = page.locator("section.is-off", has_text="Annexe III").first
    expect(section.get_by_role("heading").first).to_contain_text("Non applicable")
    expect(section.locator(".text-warnings li").first).to_contain_text(
        "Cette section n'est pas applicable à cette installation, car le régime est"
    )
    contents = page.get_by_role("navigation", name="Sommaire")
    expect(contents.get_by_role("link", name="Annexe III")).to_contain_text("(non applicable)")


def test_alineas_that_fall_away_and_tables_with_spans(real_visit: Visit) -> None:
    page = open_orders(real_visit, COMBUSTION_SITE, COMBUSTION)
    off = page.locator("section.text-section:not(.is-off) > p.is-off").first
    expect(off).to_contain_text("Non applicable")
    assert "line-through" in off.evaluate("element => getComputedStyle(element).textDecoration")
    table = page.locator("table", has_text="Poussières (mg/Nm3)", has=page.locator("[rowspan]")).first
    rows = table.evaluate(
        """table => [...table.rows].map(row => Math.max(...[...row.cells].map(
            cell => Math.round(cell.getBoundingClientRect().right))))"""
    )
    assert len(rows) > 3
    assert len(set(rows)) <= 2  # spans fill the grid: the rows end where the table does
    assert barriers(page) == []


def test_an_order_that_masked_lines_leave_open(real_visit: Visit) -> None:
    page = real_visit.open(MASKED_SITE, bypass_csp=True)
    orders = page.get_by_label("Arrêtés ministériels")
    expect(orders.get_by_text("ne peuvent pas être déterminés")).to_be_visible()
    doubtful = page.locator(".order", has=page.locator(f'input[value="{TERMINALS}"]'))
    expect(doubtful).to_contain_text("il vise la rubrique 4734, et des lignes 47xx")
    expect(doubtful.locator("input")).not_to_be_checked()
    assert "order--off" not in str(doubtful.get_attribute("class"))

    # One that is bound to other rubriques stays what it is: inapplicable, with its reason.
    off = page.locator(".order--off").first
    expect(off.locator(".order__reasons")).to_contain_text("il ne lui est pas applicable")
    off.locator("input").check()
    page.get_by_role("button", name="Consulter les prescriptions").click()
    expect(page.get_by_text("Cet arrêté n’est pas applicable à l’installation.")).to_be_visible()


def test_a_transverse_order_is_folded_and_can_be_read(real_visit: Visit) -> None:
    page = real_visit.open(WAREHOUSE_SITE)
    tick = page.locator(f'input[value="{STUDIES}"]')
    expect(tick).to_be_hidden()
    page.get_by_text("12 arrêtés transverses").click()
    tick.check()
    page.get_by_role("button", name="Consulter les prescriptions").click()
    expect(page.locator(f"article#{STUDIES} h2")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_largest_choice_opens_within_seconds(real_visit: Any, width: int) -> None:
    page = real_visit.open(f"{LARGEST_SITE}?choix=tous", width=width, bypass_csp=True)
    chosen = page.locator('input[name="am"]:checked').count()
    assert chosen > 20

    page.get_by_role("button", name="Consulter les prescriptions").click()

    expect(page.locator("article.text")).to_have_count(chosen)
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    assert loaded < 10_000
    assert page.evaluate("document.documentElement.scrollWidth") <= width
