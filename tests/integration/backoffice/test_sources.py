"""Import from the sources and comparison with them, on the pages that editors see."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from etl.am_import import import_ams
from etl.database import Role, connect
from etl.settings import Settings
from etl.upstream.announcing import comparison_url
from etl.upstream.exchange import Patience
from tests.ams import WAREHOUSES, demo_archive
from tests.demo_site import site_settings
from tests.editors import Visitor, editor_of, words_of
from tests.site_visits import run, visitor_of
from tests.stand_ins.upstream import (
    CONSOLIDATED,
    PAGES,
    TOKEN,
    UpstreamStandIn,
    article,
    section,
    serve_upstream,
    text,
)
from webapp.backoffice.sources import fetching

pytestmark = pytest.mark.postgres

ORDER = f"/back-office/arretes/{WAREHOUSES}"
IMPORT, COMPARE, NOTE = f"{ORDER}/importer", f"{ORDER}/comparaison", f"{ORDER}/comparaison/pris-en-compte"
HASTE = Patience(seconds=2, connect_seconds=1, read_seconds=0.3, tries=1, first_wait=0.01, longest_wait=0.01)


@pytest.fixture(scope="module")
def source() -> Iterator[UpstreamStandIn]:
    yield from serve_upstream()


@pytest.fixture(scope="module")
def site(source: UpstreamStandIn, new_database, tmp_path_factory) -> Iterator[tuple[Flask, Settings]]:
    """A site with the demo's orders, whose sources are the stand-in."""
    settings = source.settings(site_settings(new_database()))
    with connect(settings, Role.ETL) as connection:
        import_ams(connection, demo_archive(tmp_path_factory.mktemp("archive") / "orders.zip"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fetching, "AT_A_PAGE", HASTE)
        for client in visitor_of(settings):
            yield client.application, settings


@pytest.fixture(scope="module")
def ada(site: tuple[Flask, Settings]) -> Visitor:
    return editor_of(site[0], "ada", "editor")


@pytest.fixture(autouse=True)
def upstream(source: UpstreamStandIn) -> Iterator[UpstreamStandIn]:
    """The stand-in with the order amended once, and a page of AIDA; mended after each test."""
    old = text(WAREHOUSES, [article("1er", "<p>Champ d'application</p><p>Les entrepôts de bois.</p>", 1)])
    new = text(
        WAREHOUSES,
        [article("1er", "<p>Champ d'application</p><p>Les entrepôts de papier.</p>", 1)],
        [section("Annexes", 2, [article("Annexe I", "<p>1. Bruit</p><p>Le bruit est limité.</p>", 1)])],
    )
    source.texts[WAREHOUSES] = {"2015-01-01": old, "2020-01-01": new}
    source.pages["123"] = "<main><h2>Vus</h2><p>Vu</p><h2>Article 1</h2><p>Le texte d’AIDA.</p></main>"
    yield source
    source.mend()


def test_a_text_of_legifrance_fills_the_editor_and_nothing_is_saved(
    ada: Visitor, site: tuple[Flask, Settings]
) -> None:
    ada.read(IMPORT)
    answer = ada.send(IMPORT, avec="legifrance", le="2021-05-01")
    assert answer.status_code == 200
    assert "Voici le texte de Légifrance au 1er mai 2021." in words_of(answer)
    assert "# Article 1er - Champ d&#39;application\nLes entrepôts de papier." in answer.text
    assert "# Annexe I\n\n## 1. Bruit\nLe bruit est limité." in answer.text  # as deep as ours is
    assert 'name="version" value="1"' in answer.text
    assert run(site[1], "SELECT max(number) FROM backoffice.order_versions") == 1


def test_a_text_of_aida_fills_the_editor(ada: Visitor) -> None:
    ada.read(IMPORT)
    answer = ada.send(IMPORT, avec="aida", page="123")
    assert "# Article 1\nLe texte d’AIDA." in answer.text
    assert "Vu\n" not in answer.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"avec": "legifrance", "le": "2999-01-01"}, "entre 1850 et aujourd’hui"),
        ({"avec": "legifrance", "le": "hier"}, "entre 1850 et aujourd’hui"),
        ({"avec": "aida", "page": "../1"}, "nombre qui termine"),
        ({"avec": "http://169.254.169.254/"}, "Importer un texte"),
        ({}, "Importer un texte"),
    ],
)
def test_what_is_asked_wrongly_is_said_and_nothing_is_fetched(
    fields: dict[str, str], sentence: str, ada: Visitor, upstream: UpstreamStandIn
) -> None:
    ada.read(IMPORT)
    asked = len(upstream.seen)
    answer = ada.send(IMPORT, **fields)
    assert (answer.status_code, len(upstream.seen)) == (422, asked)
    assert sentence in words_of(answer)


def test_the_order_is_compared_with_legifrance_word_by_word(ada: Visitor) -> None:
    page = ada.read(f"{COMPARE}?avec=dates&du=2016-01-01&le=2021-01-01")
    assert [tag.text for tag in page.select("main ins")][:1] == ["papier"]
    assert [tag.text for tag in page.select("main del")] == ["bois"]
    same = ada.read(f"{COMPARE}?avec=dates&du=2016-01-01&le=2019-01-01")
    assert "disent la même chose" in same.text
    against = ada.read(f"{COMPARE}?avec=legifrance")
    assert against.select(".change")
    assert "texte enregistré ici (version 1)" in against.text


def test_the_link_of_the_announcement_is_this_page(ada: Visitor, site: tuple[Flask, Settings]) -> None:
    link = comparison_url(site[1], WAREHOUSES)
    assert ada.read(link.removeprefix(site[1].site_url.rstrip("/"))).select(".change")


@pytest.mark.parametrize(
    ("path", "kind", "status", "sentence"),
    [
        (CONSOLIDATED, "503", 503, "Légifrance ne répond pas en ce moment"),
        (CONSOLIDATED, "silent", 504, "Légifrance met trop de temps"),
        (CONSOLIDATED, "html", 502, "« JSON » manque"),
        (CONSOLIDATED, "404", 404, "ne connaît pas de texte"),
        (CONSOLIDATED, "403", 502, "refuse cette demande"),
        (CONSOLIDATED, "redirect:http://169.254.169.254/latest", 502, "refuse cette demande"),
        (PAGES, "redirect:http://169.254.169.254/latest", 502, "refuse cette demande"),
        (PAGES, "404", 404, "n’a pas de page 123"),
        (PAGES, "html", 502, "« element « content-inner » » manque"),
    ],
)
def test_a_source_in_trouble_is_told_in_french(
    path: str, kind: str, status: int, sentence: str, ada: Visitor, upstream: UpstreamStandIn
) -> None:
    upstream.trouble(path, kind)
    upstream.published.clear()
    choice = "avec=aida&page=123" if path == PAGES else "avec=legifrance"
    page = ada.read(f"{COMPARE}?{choice}", status)
    assert sentence in " ".join(page.text.split())


def test_keys_that_are_refused_are_the_operators_matter(
    ada: Visitor, site: tuple[Flask, Settings], upstream: UpstreamStandIn
) -> None:
    site[0].extensions[fetching.LEGIFRANCE_KEY] = None
    upstream.trouble(TOKEN, "401")
    assert "refuse les clés" in ada.read(f"{COMPARE}?avec=legifrance", 502).text


def test_a_site_without_sources_says_what_to_do(
    office: Flask, office_settings: Settings, tmp_path: Path
) -> None:
    with connect(office_settings, Role.ETL) as connection:
        import_ams(connection, demo_archive(tmp_path / "orders.zip"))
    eva = editor_of(office, "eva", "editor")
    page = eva.read(f"{COMPARE}?avec=legifrance", 503)
    assert "LEGIFRANCE_CLIENT_ID" in page.text
    assert "n’est pas activée" in eva.read(IMPORT).text
    assert "n’est pas activée" in words_of(eva.send(IMPORT, avec="aida", page="123"))


def test_a_change_at_the_source_is_marked_until_it_is_seen_to(
    ada: Visitor, site: tuple[Flask, Settings]
) -> None:
    mark = "UPDATE backoffice.orders SET upstream_changed_at = now() WHERE cid = %s RETURNING 1"
    marked = f"SELECT upstream_changed_at IS NOT NULL FROM backoffice.orders WHERE cid = '{WAREHOUSES}'"  # noqa: S608  (a constant)
    with connect(site[1], Role.ETL) as connection:
        connection.cursor().execute(mark, (WAREHOUSES,))
    page = ada.read(COMPARE)
    field = page.select_one("input[name=change]")
    assert field
    assert ada.send(NOTE, change="2020-01-01T00:00:00+00:00").status_code == 409
    assert run(site[1], marked) is True
    reader = editor_of(site[0], "eve", "reader")
    assert not reader.read(COMPARE).select("input[name=change]")
    assert reader.send(NOTE, change=str(field["value"])).status_code == 403
    done = ada.send(NOTE, change=str(field["value"]))
    assert (done.status_code, run(site[1], marked)) == (303, False)
    assert "pris en compte" in ada.read(done.location).text
    event = "SELECT action FROM backoffice.events ORDER BY id DESC LIMIT 1"
    assert run(site[1], event) == "upstream_seen"


def test_saving_a_text_sees_to_a_change(ada: Visitor, site: tuple[Flask, Settings]) -> None:
    with connect(site[1], Role.ETL) as connection:
        connection.cursor().execute("UPDATE backoffice.orders SET upstream_changed_at = now()")
    ada.read(f"{ORDER}/texte")
    filled = ada.send(IMPORT, avec="legifrance", le="2021-05-01")
    typed = filled.text.partition("<textarea")[2].partition(">\n")[2].partition("</textarea>")[0]
    review = ada.send(f"{ORDER}/texte/relecture", version="1", texte=typed.replace("&#39;", "'"))
    assert review.status_code == 200
    lost = page_losses(review.text)
    saved = ada.send(
        f"{ORDER}/texte/enregistrement", version="1", texte=typed.replace("&#39;", "'"), pertes=lost
    )
    assert saved.status_code == 303, words_of(saved)
    left = "SELECT count(*) FROM backoffice.orders WHERE upstream_changed_at IS NOT NULL"
    assert run(site[1], left) == 7


def page_losses(html: str) -> str:
    """The number that the page asks to confirm, empty where nothing is lost."""
    return html.partition('name="pertes" value="')[2].partition('"')[0]
