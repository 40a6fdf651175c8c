"""Orders on the site: the list of an installation, their text as it reads for it, a sync noticed at once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from etl.database import Role, connect
from etl.settings import Settings
from etl.sync import apply_ams
from tests.ams import WAREHOUSES, Document, demo_archive, demo_order, demo_orders, section_of, sections_of
from tests.demo_site import load_demo, site_settings
from tests.site_visits import page_of, visitor_of
from webapp.orders.library import EXTENSION, OrderLibrary

pytestmark = pytest.mark.postgres

SITE = "0199.00001"
TRANSVERSE = "JORFTEXT900000000005"
ARTICLE_1 = "Bd735cD83474"
UNPUBLISHED = "JORFTEXT999999999999"

# One line of 1510 under autorisation, commissioned long ago: sections fall away, one is modified.
ADD_SITE = """
INSERT INTO installations (s3ic_id, name, regime, active)
VALUES ('0199.00001', 'ENTREPÔT D''ESSAI', 'A', 'En fonctionnement');
INSERT INTO classements (
    installation_id, position, rubrique, alinea, regime, date_autorisation, date_mise_en_service, volume, unit
)
SELECT id, 0, '1510', '1', 'A', '1998-03-02', '1998-06-01', '52000.000', 'm3'
FROM installations WHERE s3ic_id = '0199.00001';
"""


def load_orders(settings: Settings, folder: Path, change: Callable[[dict[str, Document]], None]) -> None:
    archive = demo_archive(folder / "latest.zip", change)
    with connect(settings, Role.ETL) as connection:
        apply_ams(connection, archive)


@pytest.fixture(scope="module")
def orders_settings(
    new_database: Callable[..., Settings], tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    settings = site_settings(new_database())
    load_demo(settings)
    load_orders(settings, tmp_path_factory.mktemp("ams"), lambda _: None)
    with connect(settings, Role.OWNER) as connection:
        connection.cursor().execute(ADD_SITE)
    return settings


@pytest.fixture(scope="module")
def visitor(orders_settings: Settings) -> Iterator[FlaskClient]:
    yield from visitor_of(orders_settings)


def sheet_of(visitor: FlaskClient, site: str = SITE, **arguments: object) -> BeautifulSoup:
    return page_of(visitor, f"/installations/{site}?{urlencode(arguments, doseq=True)}")


def reading_of(visitor: FlaskClient, *cids: str, **arguments: str) -> BeautifulSoup:
    query = urlencode({"am": cids, **arguments}, doseq=True)
    return page_of(visitor, f"/installations/{SITE}/arretes?{query}")


def ticks(page: BeautifulSoup) -> dict[str, bool]:
    return {str(box["value"]): box.has_attr("checked") for box in page.select('input[name="am"]')}


def sites(settings: Settings, only: str = "") -> list[str]:
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT s3ic_id FROM installations {only} ORDER BY s3ic_id")  # noqa: S608
        return [row[0] for row in cursor.fetchall()]


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, selector
    return found[0]


def test_applicable_orders_are_ticked_and_transverse_ones_folded(visitor: FlaskClient) -> None:
    page = sheet_of(visitor)
    assert ticks(page) == {WAREHOUSES: True, TRANSVERSE: False}
    assert "Rubrique 1510 (A)" in one(page, ".order:has(input:checked)").text
    assert one(page, "details:has(input)").select(f'input[value="{TRANSVERSE}"]')


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"choix": "tous"}, {WAREHOUSES: True, TRANSVERSE: True}),
        ({"choix": "aucun"}, {WAREHOUSES: False, TRANSVERSE: False}),
        ({"am": [TRANSVERSE]}, {WAREHOUSES: False, TRANSVERSE: True}),
    ],
)
def test_the_choice_lives_in_the_address(
    visitor: FlaskClient, arguments: dict[str, object], expected: dict[str, bool]
) -> None:
    assert ticks(sheet_of(visitor, **arguments)) == expected


def test_inapplicable_orders_stay_with_their_reasons(visitor: FlaskClient, orders_settings: Settings) -> None:
    pages = [sheet_of(visitor, site) for site in sites(orders_settings)]
    lines = [line for page in pages for line in page.select(".order--off")]
    assert lines, "no site of the demo has an order that is listed and does not apply"
    for line in lines:
        assert line.select(".order__reasons li")
        assert not line.select("input:checked")


def test_masked_rubriques_are_said_with_the_orders_to_look_at(
    visitor: FlaskClient, orders_settings: Settings
) -> None:
    masked = sites(
        orders_settings, "JOIN classements ON installation_id = installations.id WHERE rubrique = '47xx'"
    )
    notice = one(sheet_of(visitor, masked[0]), ".sheet-orders .notice--warning")
    assert "ne peuvent pas être déterminés" in " ".join(notice.text.split())
    assert [link["href"] for link in notice.select("details a")] == [
        f"/installations/{masked[0]}/arretes?am=JORFTEXT900000000006"
    ]
    assert not sheet_of(visitor).select(".sheet-orders .notice--warning")


# A masked line: what the published lines decide is not the last word on orders bound to rubriques 47xx.
ADD_MASKED = """
INSERT INTO installations (s3ic_id, name, regime, active)
VALUES ('0199.00002', 'DÉPÔT D''ESSAI', 'A', 'En fonctionnement');
INSERT INTO classements (installation_id, position, rubrique, regime, rubrique_acte, regime_acte)
SELECT id, 0, '47xx', 'NC', '47xx', 'NC' FROM installations WHERE s3ic_id = '0199.00002';
INSERT INTO classements (installation_id, position, rubrique, alinea, regime)
SELECT id, 1, '1510', '9', 'E' FROM installations WHERE s3ic_id = '0199.00002';
"""


def bind_to_masked(documents: dict[str, Document]) -> None:
    documents[WAREHOUSES]["classements_with_alineas"] += [{"rubrique": "4718", "regime": "A", "alineas": []}]


def test_what_masked_lines_leave_open_is_not_called_inapplicable(
    new_database: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = site_settings(new_database())
    with connect(settings, Role.OWNER) as connection:
        connection.cursor().execute(ADD_SITE + ADD_MASKED)
    load_orders(settings, tmp_path, bind_to_masked)
    for client in visitor_of(settings):
        sheet = sheet_of(client, "0199.00002")
        assert not sheet.select(".order--off")
        line = one(sheet, f'.order:has(input[value="{WAREHOUSES}"])')
        assert "ne concerne pas l'alinéa" in line.text
        assert "À vérifier : il vise la rubrique 4718" in " ".join(line.text.split())
        assert not line.select("input:checked")
        links = [str(link["href"]) for link in sheet.select(".sheet-orders .notice a")]
        assert links == ["/installations/0199.00002/arretes?am=JORFTEXT900000000006"]

        query = urlencode({"am": [WAREHOUSES, "JORFTEXT900000000006", "JORFTEXT900000000002"]}, doseq=True)
        page = page_of(client, f"/installations/0199.00002/arretes?{query}")
        said = {str(text["id"]): " ".join(text.text.split()) for text in page.select("article.text")}
        assert "Il peut être applicable, bien que" in said[WAREHOUSES]
        assert "On ne peut pas déterminer si cet arrêté s’applique" in said["JORFTEXT900000000006"]
        assert "n’est pas lié aux classements" in said["JORFTEXT900000000002"]
        assert "n’est pas applicable à l’installation" not in page.text
        # Without a masked line the engine has the last word.
        assert "À vérifier" not in sheet_of(client, SITE).text


def test_the_text_reads_for_the_installation(visitor: FlaskClient) -> None:
    page = reading_of(visitor, WAREHOUSES)
    text = one(page, f"article#{WAREHOUSES}")
    written = demo_order()
    for section in sections_of(written):
        assert text.select(f"#s-{section['id']}"), section["title"]
    off = text.select(".text-section.is-off")
    assert off
    assert all("Non applicable" in section.text for section in off)
    assert "n'est pas applicable" in text.text.replace("’", "'")
    modified = text.select(".text-section.is-modified")
    assert modified
    assert all(section.select("details.text-previous summary") for section in modified)


def test_a_topic_leaves_what_is_about_it(visitor: FlaskClient) -> None:
    page = reading_of(visitor, WAREHOUSES, TRANSVERSE, theme="DECHETS")
    shown = [str(section["id"]) for section in page.select(".text-section")]
    assert shown
    assert f"s-{ARTICLE_1}" not in shown
    assert "n’est pas de prescription" not in page.text
    nothing = [article for article in page.select("article.text") if not article.select(".text-section")]
    assert [str(article["id"]) for article in nothing] == [TRANSVERSE]
    assert "n’a pas de prescription pour le thème « Déchets »" in nothing[0].text


def test_tables_keep_their_spans_and_links_are_https(visitor: FlaskClient) -> None:
    page = reading_of(visitor, *demo_orders())
    assert page.select("td[colspan], th[colspan]")
    assert page.select("td[rowspan], th[rowspan]")
    links = page.select("article.text a[href]")
    assert links
    assert all(str(link["href"]).startswith("https://") for link in links)
    assert len({str(tag["id"]) for tag in page.select("[id]")}) == len(page.select("[id]"))


def test_an_order_that_is_not_published_is_said(visitor: FlaskClient) -> None:
    page = reading_of(visitor, WAREHOUSES, UNPUBLISHED)
    assert UNPUBLISHED in one(page, ".notice--warning").text
    assert page.select(f"article#{WAREHOUSES}")
    assert "Aucun arrêté n’est choisi" in reading_of(visitor).text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/installations/9999.99999/arretes", 404),
        (f"/installations/{SITE}/arretes?am=../etc/passwd", 400),
        (f"/installations/{SITE}/arretes?theme=POESIE", 400),
        (f"/installations/{SITE}?choix=peut-etre", 400),
        (f"/installations/{SITE}/arretes?" + "&".join(f"am=JORFTEXT{n:012d}" for n in range(101)), 400),
    ],
)
def test_wrong_addresses(visitor: FlaskClient, path: str, status: int) -> None:
    page_of(visitor, path, status)


def hostile(documents: dict[str, Document]) -> None:
    section = section_of(documents[WAREHOUSES], ARTICLE_1)
    section["title"]["text"] = "<script>alert(1)</script>"
    section["outer_alineas"][0]["text"] = "a < b & <img src=x onerror=alert(1)>"


def test_a_sync_is_noticed_at_once_and_texts_are_escaped(
    new_database: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = site_settings(new_database())
    with connect(settings, Role.OWNER) as connection:
        connection.cursor().execute(ADD_SITE)
    for client in visitor_of(settings):
        assert "pas encore chargés" in sheet_of(client).text
        load_orders(settings, tmp_path / "first", lambda _: None)
        assert ticks(sheet_of(client))[WAREHOUSES]
        assert "onerror" not in reading_of(client, WAREHOUSES).text
        load_orders(settings, tmp_path / "second", hostile)
        page = reading_of(client, WAREHOUSES)
        assert "a < b & <img src=x onerror=alert(1)>" in page.text
        assert not page.select("article img, article script")


def test_the_page_of_the_data_says_what_the_sync_did(visitor: FlaskClient) -> None:
    section = one(page_of(visitor, "/donnees"), "section[aria-labelledby=ams]")
    told = " ".join(section.text.split())
    assert f"En service {len(demo_orders())} arrêtés" in told
    assert [cell.text for cell in section.select("tbody th")] == ["Arrêtés", "Alinéas"]
    assert "Mise en service" in one(section, "h3#ams-passages + div").text


def test_parsed_orders_stay_within_their_bound(orders_settings: Settings, visitor: FlaskClient) -> None:
    with visitor.application.app_context():
        small = OrderLibrary(memory_bytes=30_000)
        shelf = small.shelf()
        for cid in shelf.heads:
            assert small.read(shelf, cid).order.cid == cid
            assert small.size <= 30_000 or len(small._parsed) == 1
        assert small.read(shelf, cid) is small.read(shelf, cid)
    assert visitor.application.extensions[EXTENSION].size < 80_000_000
