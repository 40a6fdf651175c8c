"""Prefectoral orders on the site: the list of an installation, the choice, the text of their pages."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from etl.database import Role, connect
from etl.settings import Settings
from tests.demo_site import load_demo_orders, site_settings
from tests.prefectoral import add_order, georisques_id
from tests.site_visits import add_installations, page_of, visitor_of
from webapp.aps import anchor_of, url_for_ap_page

pytestmark = pytest.mark.postgres

SITE, OTHER, WITHOUT = "0199.00001", "0199.00002", "0199.00003"
NEW, NAMED, UNSURE, NOT_READ, FAILED, GONE, UNDATED, ELSEWHERE, LONG = map(georisques_id, range(1, 10))
UNPUBLISHED = georisques_id(99)
SOURCE = "https://documents.georisques.example/ap"
TRANSVERSE = "JORFTEXT900000000005"

RETENTION = "Article 1\nLes cuves sont placées sur rétention.\nLa cuve de fioul <B> & son évent."
LONG_PAGES = [{"text": f"Texte de la page {number}."} for number in range(1, 36)]
LONG_PAGES[22] = {"text": "Les eaux d’extinction sont confinées dans l’entrepôt. L’EAU est analysée."}


def report_sync(settings: Settings, finished_at: datetime) -> None:
    """Say that a sync ended well."""
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        for step in ("update_aps", "sync_aps"):
            cursor.execute(
                "INSERT INTO dataset_runs (step, dataset, outcome, started_at, finished_at) "
                "VALUES (%s, 'aps', 'done', %s, %s)",
                (step, finished_at, finished_at),
            )


def add_orders(settings: Settings) -> None:
    with connect(settings, Role.ETL) as connection:
        for site in (SITE, OTHER, WITHOUT):
            add_installations(connection, {"s3ic_id": site})
        pages = [{"text": RETENTION}, {"text": "", "decision": "blank"}, {"text": "", "decision": "failed"}]
        add_order(connection, SITE, 1, pages, dated_on=date(2022, 5, 4), size_bytes=820_000)
        renamed: dict[str, Any] = {
            "description": "Nouveau document",
            "title": "Arrêté du 3 mai 2020 relatif au bruit",
        }
        add_order(connection, SITE, 2, [{"text": "Bruit"}], dated_on=date(2020, 5, 3), **renamed)
        add_order(connection, SITE, 3, [{"text": "illisibl", "confidence": 41.0}], confidence=41.0)
        unread: dict[str, Any] = {"ocr_status": "NOT_ATTEMPTED", "size_bytes": None, "confidence": None}
        add_order(connection, SITE, 4, dated_on=date(2015, 1, 1), **unread)
        failed = unread | {
            "ocr_status": "ERROR",
            "failure": "encrypted",
            "reason": "The file wants a password.",
        }
        add_order(connection, SITE, 5, dated_on=date(2014, 1, 1), **failed)
        add_order(connection, SITE, 6, [{"text": "retiré"}], withdrawn_at="2026-01-01")
        add_order(connection, SITE, 7, [{"text": "sans date"}], dated_on=None, description="")
        add_order(connection, OTHER, 8, [{"text": "ailleurs"}])
        add_order(connection, OTHER, 9, LONG_PAGES, description="Long <arrêté>")


@pytest.fixture(scope="module")
def ap_settings(module_settings: Settings) -> Settings:
    ready = site_settings(module_settings).model_copy(update={"georisques_documents_url": SOURCE})
    load_demo_orders(ready)
    add_orders(ready)
    report_sync(ready, datetime.now(UTC))
    return ready


@pytest.fixture(scope="module")
def visitor(ap_settings: Settings) -> Iterator[FlaskClient]:
    yield from visitor_of(ap_settings)


def sheet_of(visitor: FlaskClient, site: str = SITE, **arguments: Any) -> BeautifulSoup:
    return page_of(visitor, f"/installations/{site}?{urlencode(arguments, doseq=True)}")


def reading_of(visitor: FlaskClient, *ap_ids: str, site: str = SITE, **arguments: Any) -> BeautifulSoup:
    return page_of(
        visitor, f"/installations/{site}/arretes?{urlencode({'ap': ap_ids, **arguments}, doseq=True)}"
    )


def lines(page: BeautifulSoup) -> dict[str, Tag]:
    """Return the lines of the list by the identifier of their order, in the order of the page."""
    return {str(line.select("input")[0]["value"]): line for line in page.select('li:has(input[name="ap"])')}


def ticks(page: BeautifulSoup, name: str) -> set[str]:
    return {str(tick["value"]) for tick in page.select(f'input[name="{name}"][checked]')}


def told(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.text.split())


def article(page: BeautifulSoup, identifier: str) -> Tag:
    found = page.select_one(f"article#{anchor_of(identifier)}")
    assert found is not None
    return found


def test_orders_newest_first_without_the_withdrawn(visitor: FlaskClient) -> None:
    assert list(lines(sheet_of(visitor))) == [NEW, NAMED, UNSURE, NOT_READ, FAILED, UNDATED]


def test_each_order_says_what_became_of_it(visitor: FlaskClient) -> None:
    found = {identifier: told(line) for identifier, line in lines(sheet_of(visitor)).items()}

    assert "4 mai 2022, 3 pages, 820 ko Texte disponible" in found[NEW].replace("\xa0", " ")
    assert "Arrêté du 3 mai 2020 relatif au bruit" in found[NAMED]
    assert "Titre relevé dans le document, « Nouveau document » sur Géorisques" in found[NAMED]
    assert "Titre relevé" not in found[NEW]
    assert "Lecture incertaine" in found[UNSURE]
    assert "Lecture incertaine" not in found[NEW]
    assert "Pas encore lu" in found[NOT_READ]
    assert "Lecture impossible" in found[FAILED]
    assert "le fichier est protégé par un mot de passe" in found[FAILED]
    assert "password" not in found[FAILED]
    assert "Arrêté préfectoral sans date" in found[UNDATED]


def test_where_there_is_no_text_the_source_is_linked(visitor: FlaskClient) -> None:
    links = {
        identifier: [link["href"] for link in line.select("a")]
        for identifier, line in lines(sheet_of(visitor)).items()
    }

    assert links[FAILED] == [f"{SOURCE}/{FAILED}.pdf"]
    assert links[NOT_READ] == [f"{SOURCE}/{NOT_READ}.pdf"]
    assert links[NEW] == []


def test_a_site_without_orders_says_so(visitor: FlaskClient) -> None:
    page = sheet_of(visitor, WITHOUT)

    assert not lines(page)
    assert "Aucun arrêté préfectoral n’est publié" in told(page.select_one(".sheet-aps"))


def test_before_the_first_sync_and_long_after_the_last_one(settings: Settings) -> None:
    ready = site_settings(settings)
    with connect(ready, Role.ETL) as connection:
        add_installations(connection, {"s3ic_id": SITE})
    for client in visitor_of(ready):
        assert "ne sont pas encore chargés" in told(sheet_of(client).select_one(".sheet-aps"))
        report_sync(ready, datetime.now(UTC))
        assert "Aucun arrêté préfectoral n’est publié" in told(sheet_of(client).select_one(".sheet-aps"))
        assert "date du" not in told(sheet_of(client).select_one(".sheet-aps"))
    long_ago = site_settings(settings)
    with connect(long_ago, Role.OWNER) as connection:
        connection.cursor().execute(
            "UPDATE dataset_runs SET started_at = '2021-02-03', finished_at = '2021-02-03 12:00+00'"
        )
    for client in visitor_of(long_ago):
        assert "Cette liste date du 3 février 2021" in told(
            sheet_of(client).select_one(".sheet-aps")
        ).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, set()),
        ({"choix": "tous"}, {NEW, NAMED, UNSURE, NOT_READ, FAILED, UNDATED}),
        ({"choix": "aucun"}, set()),
        ({"ap": [NAMED, FAILED]}, {NAMED, FAILED}),
        ({"am": [TRANSVERSE]}, set()),
    ],
)
def test_the_choice_lives_in_the_address(
    visitor: FlaskClient, arguments: dict[str, Any], expected: set[str]
) -> None:
    page = sheet_of(visitor, **arguments)

    assert ticks(page, "ap") == expected
    assert (TRANSVERSE in ticks(page, "am")) == (TRANSVERSE in str(arguments) or "tous" in str(arguments))


def test_both_kinds_go_into_one_form(visitor: FlaskClient) -> None:
    page = sheet_of(visitor, choix="tous")
    forms = page.select("form[data-orders]")

    assert len(forms) == 1
    assert {str(tick["name"]) for tick in forms[0].select("input[checked]")} == {"am", "ap"}


def test_chosen_orders_with_their_text(visitor: FlaskClient) -> None:
    page = reading_of(visitor, NAMED, NEW, am=TRANSVERSE)
    contents = [link["href"] for link in page.select(".contents__orders > li > a")]
    assert contents == [f"#{TRANSVERSE}", f"#{anchor_of(NEW)}", f"#{anchor_of(NAMED)}"]

    new = article(page, NEW)
    assert new["data-ap"] == f"/arretes-prefectoraux/{NEW}.pdf"
    assert new.select("a[download]")[0]["href"] == new["data-ap"]
    assert [told(text) for text in new.select(".ap-page")] == [
        f"Page 1 {' '.join(RETENTION.split())}",
        "Page 2 Cette page est blanche.",
        "Page 3 Cette page n’a pas pu être lue : consultez-la dans le document.",
    ]
    assert new.select_one(".ap-page__text").text == RETENTION  # type: ignore[union-attr]  # seen above
    assert not new.select("b")


def test_an_order_without_text_says_why(visitor: FlaskClient) -> None:
    page = reading_of(visitor, FAILED, NOT_READ, UNSURE)

    assert "Lecture impossible : le fichier est protégé par un mot de passe." in told(article(page, FAILED))
    assert "Pas encore lu" in told(article(page, NOT_READ))
    for identifier in (FAILED, NOT_READ):
        assert "data-ap" not in article(page, identifier).attrs
        assert article(page, identifier).select(f'a[href="{SOURCE}/{identifier}.pdf"]')
    assert "Lecture incertaine" in told(article(page, UNSURE))


def test_the_filter_by_topic_says_that_it_leaves_them_alone(visitor: FlaskClient) -> None:
    page = reading_of(visitor, NEW, am=TRANSVERSE, theme="EAU")

    assert "ne sont pas filtrés par thème" in told(page.select_one(".topics"))
    assert all(f"ap={quote(NEW, safe='/')}" in str(link["href"]) for link in page.select(".topics a"))
    assert article(page, NEW).select(".ap-page__text")
    assert "ne sont pas filtrés" not in reading_of(visitor, NEW, am=TRANSVERSE).text
    assert not reading_of(visitor, NEW).select(".topics")


def test_orders_of_another_installation_are_not_shown(visitor: FlaskClient) -> None:
    page = reading_of(visitor, NEW, ELSEWHERE, GONE, UNPUBLISHED)

    assert [str(found["id"]) for found in page.select("article.ap")] == [anchor_of(NEW)]
    assert "3 arrêtés préfectoraux choisis ne sont pas publiés" in told(
        page.select_one(".notice--warning")
    ).replace("\xa0", " ")


def test_the_way_back_keeps_the_choice(visitor: FlaskClient) -> None:
    link = reading_of(visitor, NEW, am=TRANSVERSE).select_one(".sheet-head__change a")
    assert link is not None
    page = page_of(visitor, str(link["href"]).partition("#")[0])

    assert (ticks(page, "am"), ticks(page, "ap")) == ({TRANSVERSE}, {NEW})


def test_a_long_order_comes_ten_pages_at_a_time(visitor: FlaskClient) -> None:
    page = reading_of(visitor, LONG, ELSEWHERE, site=OTHER, am=TRANSVERSE)
    assert [told(title) for title in article(page, LONG).select("h3")] == [f"Page {n}" for n in range(1, 11)]
    assert "Texte des pages 1 à 10 sur 35." in told(article(page, LONG))

    seen = list(range(1, 11))
    while following := article(page, LONG).select('a[rel="next"]'):
        address, _, anchor = str(following[0]["href"]).partition("#")
        page = page_of(visitor, address)
        assert page.select_one(f"#{anchor}") is not None
        seen += [int(told(title).removeprefix("Page ")) for title in article(page, LONG).select("h3")]
    assert seen == list(range(1, 36))
    assert article(page, ELSEWHERE)
    assert page.select_one(f"article#{TRANSVERSE}")
    back = str(article(page, LONG).select('a[rel="prev"]')[0]["href"]).partition("#")[0]
    assert "Page 30" in told(article(page_of(visitor, back), LONG))


def test_many_orders_share_the_page(visitor: FlaskClient, ap_settings: Settings) -> None:
    with connect(ap_settings, Role.ETL) as connection:
        add_installations(connection, {"s3ic_id": "0199.00009"})
        many = [add_order(connection, "0199.00009", 100 + number, LONG_PAGES[:12]) for number in range(50)]

    page = reading_of(visitor, *many, site="0199.00009")

    assert len(page.select("article.ap")) == 50
    assert all(len(found.select(".ap-page")) == 1 for found in page.select("article.ap"))


def test_a_hit_opens_its_page_with_the_words_marked(visitor: FlaskClient) -> None:
    with visitor.application.test_request_context():
        address, _, anchor = url_for_ap_page(OTHER, LONG, 23, "eau incendie OR entrepôts").partition("#")
    page = page_of(visitor, address)
    found = article(page, LONG)

    assert anchor == f"{anchor_of(LONG)}-page-23"
    assert found["data-page"] == "23"
    assert [mark.text for mark in page.select(f"#{anchor} mark")] == ["eaux", "entrepôt", "EAU"]
    assert found["data-words"] == '["eau", "eaux", "entrepôt"]'
    assert page.select("mark") == page.select(f"#{anchor} mark")


def test_nothing_is_marked_where_nothing_was_asked(visitor: FlaskClient) -> None:
    page = reading_of(visitor, LONG, site=OTHER, page=23)

    assert article(page, LONG)["data-words"] == "[]"
    assert not page.select("mark")
    assert "&lt;arrêté&gt;" in str(page.select_one(f"#titre-{anchor_of(LONG)}"))


@pytest.mark.parametrize("arguments", [{"page": 99}, {"page": 99, "mots": "'):* & | \\"}])
def test_a_page_that_the_order_does_not_have(visitor: FlaskClient, arguments: dict[str, Any]) -> None:
    found = article(reading_of(visitor, LONG, site=OTHER, **arguments), LONG)

    assert found["data-page"] == "35"


@pytest.mark.parametrize(
    "query",
    [
        "ap=X/1/abc",
        "ap=../../etc/passwd",
        f"ap={NEW}&page=0",
        f"ap={NEW}&page=100001",
        f"ap={NEW}&mots={'m' * 201}",
        "&".join(f"ap={georisques_id(number)}" for number in range(101)),
    ],
)
def test_wrong_addresses(visitor: FlaskClient, query: str) -> None:
    page_of(visitor, f"/installations/{SITE}/arretes?{query}", 400)


def test_without_the_address_of_the_source_there_is_no_link(ap_settings: Settings) -> None:
    for client in visitor_of(ap_settings.model_copy(update={"georisques_documents_url": ""})):
        assert not sheet_of(client).select(".sheet-aps .order a")
