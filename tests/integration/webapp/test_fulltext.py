"""The search in the texts: what is found, in which order, what is never found, and where a hit leads."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from etl.database import Role, connect
from etl.settings import Settings
from tests.ams import WAREHOUSES
from tests.aps import Ap, demo_aps, georisques_id_of, load_aps
from tests.demo_site import load_demo, load_demo_orders, site_settings
from tests.site_visits import page_of, visitor_of

pytestmark = pytest.mark.postgres

PLATFORM, FARM = "0099.00323", "0099.01211"
OWN = (
    Ap(
        georisques_id_of("zinzolin"),
        PLATFORM,
        "Arrêté de 2019",
        pages=("Première page.", "La cuve zinzoline est placée sur une rétention <b>étanche</b> & vide."),
    ),
    Ap(
        georisques_id_of("bassin"),
        FARM,
        "Arrêté de 2020",
        pages=("Un bassin recueille les eaux zinzolines.", "Le bassin étanche est vidé chaque année."),
    ),
)


def loaded(settings: Settings) -> Settings:
    """Return settings of a site with the demo's installations and orders, and ours."""
    ready = site_settings(settings)
    load_demo(ready)
    load_demo_orders(ready)
    load_aps(ready, [*demo_aps(), *OWN])
    return ready


@pytest.fixture(scope="module")
def visitor(module_settings: Settings) -> Iterator[FlaskClient]:
    yield from visitor_of(loaded(module_settings))


@pytest.fixture
def changing(settings: Settings) -> Iterator[FlaskClient]:
    """A visitor of a site whose rows this test alone changes."""
    yield from visitor_of(loaded(settings))


def search(client: FlaskClient, text: str, **filters: str) -> BeautifulSoup:
    return page_of(client, "/recherche?" + urlencode({"q": text, **filters}))


def links(page: BeautifulSoup) -> list[str]:
    return [str(link["href"]) for link in page.select(".passage .hit__name a")]


def told(page: BeautifulSoup) -> str:
    main = page.main
    assert main is not None
    return " ".join(main.text.split())


def kinds(page: BeautifulSoup) -> set[str]:
    return {tag.text for tag in page.select(".passage .tag")}


def change(settings: Settings, statement: str, *values: object) -> None:
    """Run a statement as the owner of the tables."""
    with connect(settings, Role.OWNER) as connection:
        connection.cursor().execute(statement, values)


@pytest.mark.parametrize(
    "text", ["zinzoline", "Zinzolines", "ZINZOLINE", "cuve rétention", "retentions cuves"]
)
def test_stems_case_and_accents_do_not_matter(visitor: FlaskClient, text: str) -> None:
    assert any(OWN[0].georisques_id.replace("/", "%2F") in link or OWN[0].georisques_id in link
               for link in links(search(visitor, text)))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("zinzoline", {(0, 2), (1, 1)}),
        ("bassin étanche", {(1, 2)}),
        ('"bassin étanche"', {(1, 2)}),
        ('"étanche bassin"', set()),
        ("« bassin étanche »", {(1, 2)}),
        ("zinzoline -cuve", {(1, 1)}),
        ('zinzoline -"cuve zinzoline"', {(1, 1)}),
        ("zinzoline bassin", {(1, 1)}),
        ('zinzoline OU "vidé chaque année"', {(0, 2), (1, 1), (1, 2)}),
        ("zinzoline or", set()),
    ],
)
def test_the_syntax_of_the_web(visitor: FlaskClient, text: str, pages: set[tuple[int, int]]) -> None:
    """All words, words in a row, words left out, one or the other; « or » is a word."""
    found = {
        (next(at for at, ap in enumerate(OWN) if ap.georisques_id == asked["ap"][0]), int(asked["page"][0]))
        for link in links(search(visitor, text, type="ap"))
        for asked in [parse_qs(urlsplit(link).query)]
        if asked["ap"][0] in {ap.georisques_id for ap in OWN}
    }
    assert found == pages


def test_what_matches_is_marked_and_all_else_escaped(visitor: FlaskClient) -> None:
    page = search(visitor, "zinzoline étanche")
    [extract] = page.select(".passage__extract")

    assert {mark.text for mark in extract.select("mark")} == {"zinzoline", "étanche"}
    assert extract.select("b") == []
    assert "sur une rétention" in extract.text
    assert "& vide" in extract.text


def test_a_question_is_shown_and_never_executed(visitor: FlaskClient) -> None:
    text = "\"><script>alert('x')</script> & <b>"
    page = search(visitor, text)

    assert page.select_one("#textes")["value"] == text  # type: ignore[index]  # it is there
    assert not [script for script in page.select("script") if "alert" in script.text]


@pytest.mark.parametrize(
    "text",
    ["a & | ! ( ) : * <->", "'; DROP TABLE aps; --", "%s %(q)s %", "\\", "\0", '"', '""', "---", "(((", ":*",
     "é" * 199, "mot " * 60, "\ue000mot\ue001", "\U0001d49b", "-", "ou", "OU", "OU OU", "or"],
)  # fmt: skip
def test_no_question_breaks_the_page(visitor: FlaskClient, text: str) -> None:
    page_of(visitor, "/recherche?" + urlencode({"q": text}))


def test_a_hit_of_a_ministerial_order_opens_the_alinea(visitor: FlaskClient) -> None:
    link = next(link for link in links(search(visitor, "entrepôts", type="am")) if WAREHOUSES in link)
    page = page_of(visitor, link)
    target = page.find(id=urlsplit(link).fragment)

    assert isinstance(target, Tag)
    assert page.select("article mark")
    assert {mark.text.lower() for mark in page.select("article mark")} <= {"entrepôt", "entrepôts"}


def test_a_hit_of_a_prefectoral_order_opens_its_page(visitor: FlaskClient) -> None:
    [link] = links(search(visitor, '"eaux zinzolines"'))
    page = page_of(visitor, link)
    target = page.find(id=urlsplit(link).fragment)

    assert isinstance(target, Tag)
    assert {mark.text for mark in target.select("mark")} == {"eaux", "zinzolines"}


def test_the_name_of_the_section_counts_more_than_its_text(visitor: FlaskClient) -> None:
    page = search(visitor, "épandage", type="am")

    first = page.select(".passage .hit__name")[0]
    assert first.select("mark"), "the section on it comes first"


def test_orders_are_found_by_their_title(visitor: FlaskClient) -> None:
    titles = search(visitor, "légionelles refroidissement").select(".fulltext-titles a")
    titles += search(visitor, "refroidissement voie humide").select(".fulltext-titles a")

    assert "/arretes-ministeriels/JORFTEXT900000000003" in {title["href"] for title in titles}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"Ministériel", "Préfectoral"}),
        ({"type": "am"}, {"Ministériel"}),
        ({"type": "ap"}, {"Préfectoral"}),
        ({"theme": "EAU"}, {"Ministériel"}),
        ({"departement": "99"}, {"Préfectoral"}),
        ({"departement": "98"}, set()),
        ({"theme": "EAU", "departement": "99"}, set()),
        ({"type": "ap", "theme": "EAU"}, set()),
    ],
)
def test_filters(visitor: FlaskClient, filters: dict[str, str], expected: set[str]) -> None:
    assert kinds(search(visitor, "eau", **filters)) == expected


def test_a_topic_keeps_what_is_about_it(visitor: FlaskClient, module_settings: Settings) -> None:
    every = search(visitor, "exploitant", type="am")
    some = search(visitor, "exploitant", type="am", theme="EXPLOITATION")

    assert 0 < len(links(some)) < len(links(every))


@pytest.mark.parametrize(
    ("filters", "cids"),
    [
        ({"rubrique": "1510"}, {WAREHOUSES}),
        ({"rubrique": "9999"}, set()),
        ({"rubrique": "1510", "regime": "D"}, set()),
    ],
)
def test_ministerial_orders_about_a_rubrique(
    visitor: FlaskClient, filters: dict[str, str], cids: set[str]
) -> None:
    found = links(search(visitor, "installation", type="am", **filters))

    assert {link.split("/")[2].partition("?")[0] for link in found} == cids


def test_prefectoral_orders_of_installations_with_a_rubrique(
    changing: FlaskClient, settings: Settings
) -> None:
    change(
        settings,
        "UPDATE classements SET rubrique = '9876' WHERE position = 0 AND rubrique <> '47xx' "
        "AND installation_id = (SELECT id FROM installations WHERE s3ic_id = %s)",
        FARM,
    )
    found = links(search(changing, "zinzoline", rubrique="9876"))

    assert [link.split("/")[2] for link in found] == [FARM]


@pytest.mark.parametrize("rubrique", ["47xx", "15100", "abc", "15 10"])
def test_a_rubrique_that_is_none_is_said_beside_its_field(visitor: FlaskClient, rubrique: str) -> None:
    page = search(visitor, "eau", rubrique=rubrique)

    assert page.select_one("#rubrique")["aria-invalid"] == "true"  # type: ignore[index]  # it is there
    assert "trois ou quatre chiffres" in told(page)
    assert links(page) == []


@pytest.mark.parametrize(
    "query", ["q=eau&type=x", "q=eau&theme=AUCUN", "q=eau&theme=x", "q=eau&regime=NC", "q=eau&regime=x"]
)
def test_a_choice_that_is_not_offered_is_a_bad_request(visitor: FlaskClient, query: str) -> None:
    page_of(visitor, f"/recherche?{query}", status=400)


def test_hidden_rubriques_find_no_prefectoral_order(visitor: FlaskClient) -> None:
    """Lines under 47 are masked: a search must not tell whose they are."""
    for number in ("4718", "4734", "4755", "47"):
        assert "Préfectoral" not in kinds(search(visitor, "arrêté", rubrique=number))


HIDDEN: dict[str, Callable[[Settings], None]] = {
    "a withdrawn order": lambda settings: change(
        settings, "UPDATE aps SET withdrawn_at = now() WHERE georisques_id = %s", OWN[0].georisques_id
    ),
    "an order of a withdrawn installation": lambda settings: change(
        settings, "UPDATE installations SET withdrawn_at = now() WHERE s3ic_id = %s", PLATFORM
    ),
    "an order of an installation that is not there": lambda settings: change(
        settings, "UPDATE aps SET s3ic_id = '0001.00001' WHERE georisques_id = %s", OWN[0].georisques_id
    ),
}


@pytest.mark.parametrize("kind", HIDDEN)
def test_what_is_withdrawn_is_not_found(changing: FlaskClient, settings: Settings, kind: str) -> None:
    assert links(search(changing, "cuve zinzoline"))
    HIDDEN[kind](settings)
    page = search(changing, "cuve zinzoline")

    assert links(page) == []
    assert "Aucun passage trouvé" in told(page)


def test_a_withdrawn_ministerial_order_is_not_found(changing: FlaskClient, settings: Settings) -> None:
    assert any(WAREHOUSES in link for link in links(search(changing, "entrepôts", type="am")))
    change(settings, "UPDATE ams SET withdrawn_at = now() WHERE cid = %s", WAREHOUSES)
    page = search(changing, "entrepôts", type="am")

    assert not any(WAREHOUSES in link for link in links(page))
    assert not page.select(f'.fulltext-titles a[href$="{WAREHOUSES}"]')
    page_of(changing, f"/arretes-ministeriels/{WAREHOUSES}", status=404)


def test_a_text_that_only_stands_in_a_modification_is_not_found(
    changing: FlaskClient, settings: Settings
) -> None:
    """It is not in the neutral text where a hit leads."""
    change(
        settings,
        "UPDATE alineas SET is_variant = TRUE, search = to_tsvector('french_unaccent', 'introuvable') "
        "WHERE alinea_id = (SELECT min(alinea_id) FROM alineas WHERE cid = %s)",
        WAREHOUSES,
    )
    assert links(search(changing, "introuvable")) == []


def test_pages_of_hits(changing: FlaskClient, settings: Settings) -> None:
    many = [
        Ap(georisques_id_of(f"many {number}"), PLATFORM, f"Arrêté {number}", pages=("Le tilbury est rangé.",))
        for number in range(45)
    ]
    load_aps(site_settings(settings), [*demo_aps(), *OWN, *many])
    pages = [search(changing, "tilbury", page=str(number)) for number in (1, 2, 3)]
    found = [link for page in pages for link in links(page)]

    assert [len(links(page)) for page in pages] == [20, 20, 5]
    assert len(set(found)) == 45
    assert "45\u00a0pages d’arrêtés préfectoraux" in " ".join(pages[0].h2.text.split(" "))  # type: ignore[union-attr]
    page_of(changing, "/recherche?q=tilbury&page=4", status=404)
    page_of(changing, "/recherche?q=tilbury&page=0", status=404)
    page_of(changing, "/recherche?q=tilbury&page=100000", status=404)


def test_both_kinds_take_turns(visitor: FlaskClient) -> None:
    """Neither hides the other: their scores are not of one measure."""
    tags = [tag.text for tag in search(visitor, "eau").select(".passage .tag")]

    assert set(tags[:2]) == set(tags[2:4]) == {"Ministériel", "Préfectoral"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("de la", "Ces mots sont trop courants"),
        ("-eau", "Il manque un mot à chercher"),
        ("zinzoline légionelle", "aucun passage ne les contient tous"),
        ("xqwzkjh", "Aucun texte ne contient le mot « xqwzkjh »"),
    ],
)
def test_why_nothing_was_found(visitor: FlaskClient, text: str, said: str) -> None:
    assert said in told(search(visitor, text))


def test_a_typing_mistake_is_understood(visitor: FlaskClient) -> None:
    page = search(visitor, "dispositoins générales")
    [proposal] = page.select(".notice a[href*='/recherche']")

    assert proposal.text == "dispositions générales"
    assert links(page_of(visitor, str(proposal["href"])))


def test_without_a_question_there_is_a_form_and_nothing_is_searched(visitor: FlaskClient) -> None:
    page = page_of(visitor, "/recherche")

    assert page.select_one("form[role=search] #textes")
    assert page.select(".passages") == []


def test_the_search_is_kept_from_robots(visitor: FlaskClient) -> None:
    assert visitor.get("/recherche?q=eau").headers["X-Robots-Tag"] == "noindex"
    assert "Disallow: /recherche" in visitor.get("/robots.txt").text
    assert "X-Robots-Tag" not in visitor.get(f"/arretes-ministeriels/{WAREHOUSES}").headers


def test_the_way_from_one_search_to_the_other(visitor: FlaskClient) -> None:
    sites = page_of(visitor, "/installations?q=val")
    assert sites.select("a[href='/recherche?q=val']")
    assert search(visitor, "val").select("a[href='/installations?q=val']")
    assert page_of(visitor, "/").select("nav a[href='/recherche']")
