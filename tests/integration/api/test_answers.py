"""What the API answers on the demo: content, links, pages, headers, problems."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from etl.database import Role, connect
from etl.settings import Settings
from tests.ams import WAREHOUSES, demo_orders
from tests.aps import demo_aps
from tests.demo_site import MANY_LINES
from tests.integration.api.conftest import FAILED_AP, UNREAD_AP
from tests.site_visits import page_of

pytestmark = pytest.mark.postgres

Ask = Callable[[str], dict[str, Any]]
SITE, NAME = MANY_LINES
READ_AP = demo_aps()[0]


def links_below(value: object) -> Iterator[str]:
    """Give every address of a site that an answer holds."""
    if isinstance(value, dict):
        yield from (each for each in value.get("links", {}).values() if each and each.startswith("/"))
        for inner in value.values():
            yield from links_below(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from links_below(inner)


# The demo's documents are stubs, and its files are published by a step that these tests do not run.
NOT_THERE = ("/arretes-prefectoraux/", "/donnees/fichiers/")


def kind_of(address: str) -> str:
    """Return an address without what names one thing among others."""
    return re.sub(
        r"[0-9a-f]{32}|[0-9]{4}\.[0-9]{5}|(JORF|LEGI)TEXT[0-9]+|/[A-Z]/[0-9a-f]/|[?#].*", "", address
    )


def test_links_of_every_kind_lead_somewhere(ask: Ask, api: FlaskClient) -> None:
    todo, seen = list(links_below(ask("/"))), Counter[str]()
    while todo:
        address = todo.pop(0)
        if seen[kind_of(address)] >= 3 or address.startswith(NOT_THERE):
            continue
        seen[kind_of(address)] += 1
        answer = api.get(address)
        assert answer.status_code == 200, address
        if answer.mimetype == "application/json" and not address.endswith("openapi.json"):
            todo += links_below(answer.get_json())
    assert len(seen) > 15, seen


def test_every_answer_says_where_its_data_comes_from(ask: Ask) -> None:
    sources = {
        "/installations": "Extraction S3IC / Géorisques",
        f"/installations/{SITE}": "Extraction S3IC / Géorisques",
        f"/installations/{SITE}/classements": "Extraction S3IC / Géorisques",
        f"/installations/{SITE}/ams": "Légifrance, textes enrichis",
        f"/installations/{SITE}/ams/{WAREHOUSES}": "Légifrance, textes enrichis",
        f"/installations/{SITE}/aps": "Géorisques, documents des installations",
        "/ams": "Légifrance, textes enrichis",
        f"/ams/{WAREHOUSES}": "Légifrance, textes enrichis",
        f"/aps/{READ_AP.georisques_id}": "Géorisques, documents des installations",
        f"/aps/{READ_AP.georisques_id}/pages": "Géorisques, documents des installations",
        "/nomenclature": "Légifrance, textes enrichis",
        "/search?q=eau": "Légifrance ; Géorisques",
    }
    for path, source in sources.items():
        origin = ask(path)["origin"]
        assert (origin["source"], origin["licence"]) == (source, "Licence Ouverte 2.0"), path
    origin = ask("/installations")["origin"]
    assert origin["dated_on"]
    assert origin["refreshed_at"]


def test_installations_are_searched_filtered_and_paged(ask: Ask) -> None:
    everything = ask("/installations?per_page=100")
    assert everything["page"]["total"] == len(everything["items"]) == 64
    first = ask("/installations?per_page=10&regime=A")
    assert first["links"]["previous"] is None
    ids: list[str] = []
    page: dict[str, Any] | None = first
    while page:
        assert {item["regime"] for item in page["items"]} == {"A"}
        ids += [item["s3ic_id"] for item in page["items"]]
        page = ask(page["links"]["next"]) if page["links"]["next"] else None
    assert len(ids) == len(set(ids)) == first["page"]["total"]
    found = ask("/installations?q=plateforme cendre")
    assert found["items"][0]["name"] == NAME
    assert ask("/installations?q=plateforme%00cendre")["items"][0]["name"] == NAME
    assert ask("/installations?q=plateforrme")["similar"][0]["name"] == NAME


def test_an_installation_and_its_lines(ask: Ask) -> None:
    site = ask(f"/installations/{SITE}")
    lines = ask(site["links"]["classements"])["items"]

    assert (site["name"], site["s3ic_id"]) == (NAME, SITE)
    assert len(lines) > 30
    assert {"rubrique", "regime", "volume", "date_autorisation"} <= lines[0].keys()


def test_masked_lines_say_nothing(api: FlaskClient, api_settings: Settings, ask: Ask) -> None:
    with connect(api_settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT s3ic_id FROM installations "
            "JOIN classements ON installation_id = installations.id WHERE rubrique = '47xx'"
        )
        sites = [row[0] for row in cursor.fetchall()]
    assert sites
    for site in sites:
        lines = ask(f"/installations/{site}/classements")["items"]
        masked = [line for line in lines if line["rubrique"] == "47xx"]
        told = [{name for name, value in line.items() if value is not None} for line in masked]
        assert all(names <= {"rubrique", "regime", "rubrique_acte", "regime_acte", "state"} for names in told)
        orders = ask(f"/installations/{site}/ams")
        assert orders["has_masked_lines"]
        assert [each["cid"] for each in orders["items"] if each["status"] == "undetermined"]


def test_orders_of_an_installation_have_structured_reasons(api: FlaskClient, ask: Ask) -> None:
    statuses: dict[str, list[dict[str, Any]]] = {}
    for item in ask("/installations?per_page=100")["items"]:
        listed = ask(item["links"]["ams"])["items"]
        page = api.get(item["links"]["page"]).text
        shown = set(re.findall(r'name="am"[^>]*value="([A-Z]+[0-9]+)"', page))
        assert shown == {each["cid"] for each in listed if each["status"] != "undetermined"}
        for each in listed:
            statuses.setdefault(each["status"], []).append(each)
    assert {"applicable", "inapplicable", "transverse", "undetermined"} <= statuses.keys()
    for each in statuses["inapplicable"]:
        assert each["reasons"]
        assert all(reason["text"] for reason in each["reasons"])
    assert {reason["kind"] for each in statuses["inapplicable"] for reason in each["reasons"]}


def test_an_order_reads_for_an_installation(ask: Ask) -> None:
    sites = [
        item["s3ic_id"]
        for item in ask("/installations?per_page=100")["items"]
        if WAREHOUSES in {each["cid"] for each in ask(f"/installations/{item['s3ic_id']}/ams")["items"]}
    ]
    neutral = ask(f"/ams/{WAREHOUSES}")
    readings = [ask(f"/installations/{site}/ams/{WAREHOUSES}") for site in sites]

    def sections(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for section in found:
            yield section
            yield from sections(section["sections"])

    assert all(each["active"] for each in sections(neutral["sections"]))
    off = [each for reading in readings for each in sections(reading["sections"]) if not each["active"]]
    assert off
    told = [reason for each in off for reason in each["reasons"]]
    assert {"section_inapplicable"} <= {reason["kind"] for reason in told}
    assert all(reason["condition"]["type"] for reason in told if reason["kind"] == "section_inapplicable")
    assert any(reading["parameters"] for reading in readings)


def test_ministerial_orders(ask: Ask) -> None:
    listed = ask("/ams?per_page=100")

    assert {each["cid"] for each in listed["items"]} == set(demo_orders())
    dates = [each["signed_on"] for each in listed["items"]]
    assert dates == sorted(dates, reverse=True)
    assert {each["cid"] for each in ask("/ams?rubrique=1510")["items"]} >= {WAREHOUSES}
    tables = [
        alinea["table"]
        for each in listed["items"]
        for section in ask(each["links"]["self"])["sections"]
        for alinea in section["alineas"]
    ]
    assert any(tables)


def test_prefectoral_orders_and_their_text(ask: Ask) -> None:
    listed = ask(f"/installations/{SITE}/aps")["items"]
    states = {each["georisques_id"]: each for each in listed}
    assert states[FAILED_AP]["status"] == "ERROR"
    assert states[FAILED_AP]["failure"]
    assert states[UNREAD_AP]["status"] == "NOT_ATTEMPTED"
    assert states[UNREAD_AP]["links"]["pages"] is None
    read = ask(f"/aps/{READ_AP.georisques_id}")
    assert read["s3ic_id"] == READ_AP.s3ic_id
    texts = []
    address = f"{read['links']['pages']}?per_page=1"
    while address:
        page = ask(address)
        texts += [item["text"] for item in page["items"]]
        address = page["links"]["next"]
    assert [text.split() for text in texts] == [text.split() for text in READ_AP.pages]


def test_nomenclature_and_datasets(ask: Ask) -> None:
    found = ask("/nomenclature?rubrique=15&per_page=100")["items"]
    assert found
    assert all(each["rubrique"].startswith("15") for each in found)
    assert ask("/nomenclature?regime=D")["page"]["total"] < ask("/nomenclature")["page"]["total"]
    assert {each["key"] for each in ask("/datasets")["items"]} == {"icpe", "ams", "aps"}


def test_the_text_of_orders_is_searched(ask: Ask) -> None:
    found = ask("/search?q=exploitant")
    kinds = {hit["kind"] for page in (found, ask("/search?q=exploitant&kind=ap")) for hit in page["items"]}
    assert kinds == {"am", "ap"}
    assert "<mark>" in found["items"][0]["extract_html"]
    assert "<" not in found["items"][0]["extract"]
    assert ask("/search?q=-exploitant")["items"] == ask("/search")["items"] == []


def test_anybodys_page_may_read_and_ask_again(api: FlaskClient) -> None:
    first = api.get(f"/api/v1/installations/{SITE}")
    again = api.get(f"/api/v1/installations/{SITE}", headers={"If-None-Match": first.headers["ETag"]})
    before = api.options("/api/v1/installations", headers={"Origin": "https://ailleurs.example"})

    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert first.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in first.headers
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in before.headers["Access-Control-Allow-Headers"]
    assert before.status_code == 200
    other = api.get("/api/v1/ams", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    packed = api.get("/api/v1/ams", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("path", "status", "refused"),
    [
        ("/rien", 404, []),
        ("/installations/9999.99999", 404, []),
        ("/installations/x", 404, []),
        ("/installations/9999.99999/ams", 404, []),
        (f"/installations/{SITE}/ams/JORFTEXT999999999999", 404, []),
        ("/ams/x", 404, []),
        ("/aps/x", 404, []),
        (f"/aps/A/a/{'a' * 32}/pages", 404, []),
        ("/installations?page=9", 404, []),
        ("/search?q=eau&page=99", 404, []),
        ("/installations?page=0", 422, ["page"]),
        ("/installations?page=1_0", 422, ["page"]),
        ("/installations?per_page=101", 422, ["per_page"]),
        ("/installations?regime=Z&seveso=X", 422, ["regime", "seveso"]),
        ("/installations?regmie=A", 422, ["regmie"]),
        ("/ams?rubrique=47xx", 422, ["rubrique"]),
        (f"/search?q={'a' * 201}", 422, ["q"]),
        (f"/installations/{SITE}?x=1", 422, ["x"]),
    ],
)
def test_problems(api: FlaskClient, path: str, status: int, refused: list[str]) -> None:
    answer = api.get(f"/api/v1{path}")
    body = answer.get_json()

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert body["status"] == status
    assert {"type", "title", "detail", "instance"} <= body.keys()
    assert [each["parameter"] for each in body.get("errors", [])] == refused
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_written(api: FlaskClient, method: str) -> None:
    answer = api.open("/api/v1/installations", method=method)

    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


def test_only_what_is_published_is_there(api_settings: Settings, api: FlaskClient, ask: Ask) -> None:
    gone = "0199.00009"
    with connect(api_settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO installations (s3ic_id, name, regime, active, withdrawn_at) "
            "VALUES (%s, 'SITE RETIRÉ', 'A', 'En fonctionnement', now())",
            (gone,),
        )
        cursor.execute("INSERT INTO users (identity_hash) VALUES (sha256('x')) RETURNING id")
        (user,) = cursor.fetchone() or (0,)
        cursor.execute(
            "INSERT INTO installations (s3ic_id, owner_id, name, regime, active) "
            "VALUES ('0000.00000', %s, 'SITE FICTIF', 'A', 'En fonctionnement')",
            (user,),
        )
        cursor.execute("UPDATE aps SET s3ic_id = %s WHERE georisques_id = %s", (gone, FAILED_AP))
        cursor.execute("UPDATE aps SET withdrawn_at = now() WHERE georisques_id = %s", (UNREAD_AP,))
    for path in (
        f"/installations/{gone}",
        "/installations/0000.00000",
        f"/aps/{FAILED_AP}",
        f"/aps/{UNREAD_AP}",
    ):
        assert api.get(f"/api/v1{path}").status_code == 404, path
    names = [item["name"] for item in ask("/installations?per_page=100")["items"]]
    assert not {"SITE RETIRÉ", "SITE FICTIF"} & set(names)
    assert ask("/installations?q=fictif")["items"] == []


def test_the_page_that_explains_the_api(api: FlaskClient) -> None:
    page = page_of(api, "/api/v1/docs")
    document = api.get("/api/v1/openapi.json").get_json()

    addresses = {each.text.removeprefix("GET ") for each in page.select(".api-operation code")}
    assert set(document["paths"]) <= addresses
    anchors = {str(each["id"]) for each in page.select("[id]")}
    links = [str(each["href"])[1:] for each in page.select('main a[href^="#"]')]
    assert links
    assert set(links) <= anchors
    assert not [each for each in page.select("script[src], link[href]") if "//" in str(each)]
