"""Answers of Légifrance and pages of AIDA become sections; what lacks is named."""

import json
from datetime import date
from typing import Any

import pytest

from etl.aida import read_page
from etl.errors import RefusedError
from etl.legifrance import drafts_of
from etl.legifrance.reading import read_text
from etl.upstream.errors import ShapeError
from regulation.editing.text_format import drafts_to_text, text_to_sections
from tests.stand_ins.upstream import article, section, text

CID = "JORFTEXT000012345678"
TODAY = date(2026, 11, 23)
ADDRESS = "https://aida.ineris.fr/consultation_document/1"


def written(values: dict[str, Any], on: date = TODAY) -> str:
    """The text that the editor would show of an answer, which it can read back."""
    shown = drafts_to_text(drafts_of(read_text(json.dumps(values).encode(), CID, on, is_consolidated=True)))
    if shown:
        text_to_sections(shown)
    return shown


def test_articles_are_in_order_each_with_its_title() -> None:
    shown = written(
        text(
            CID,
            [
                article("2", "<p>Une prescription entière, qui est une phrase.</p>", 40),
                article("1er", "<p>Champ d'application</p><p>Le présent arrêté s'applique.</p>", 10),
                article(None, "<p>Sans numéro.</p>", 90),
            ],
            [section("Annexes", 50, [article("Annexe I", "<p>PRESCRIPTIONS GÉNÉRALES</p><p>Texte.</p>", 1)])],
        )
    )
    assert shown.splitlines() == [
        "# Article 1er - Champ d'application",
        "Le présent arrêté s'applique.",
        "",
        "# Article 2",
        "Une prescription entière, qui est une phrase.",
        "",
        "# Annexes",
        "",
        "## Annexe I - PRESCRIPTIONS GÉNÉRALES",
        "Texte.",
        "",
        "# Article",
        "Sans numéro.",
    ]


@pytest.mark.parametrize(
    ("etat", "more", "is_kept"),
    [
        ("VIGUEUR", {}, True),
        (None, {}, True),
        ("ABROGE_DIFF", {}, True),
        ("ABROGE", {}, False),
        ("VIGUEUR_DIFF", {}, False),
        ("MODIFIE", {}, False),
        ("MODIFIE", {"dateDebut": "2020-01-01", "dateFin": "2027-01-01"}, True),
        ("MODIFIE", {"dateDebut": "2020-01-01", "dateFin": "2026-11-23"}, False),
        ("ABROGE", {"dateDebut": 1577836800000, "dateFin": 1893456000000}, True),
        ("ABROGE", {"dateDebut": "?", "dateFin": 10**30}, False),
    ],
)
def test_only_what_is_in_force_that_day_is_read(
    etat: str | None, more: dict[str, Any], is_kept: bool
) -> None:
    of_section = section("Titre Ier", 1, [article("1", "<p>Le texte.</p>", 1, etat, **more)])
    assert bool(written(text(CID, [], [of_section]))) is is_kept


def test_tables_and_links_are_kept() -> None:
    content = (
        "<p>Voir le <a href='/codes/id/X'>code de l'environnement</a>.</p>"
        "<table><tr><th>DCO</th><th>DBO5</th></tr><tr><td colspan='2'>300 mg/l</td></tr></table>"
    )
    assert written(text(CID, [article("1", content, 1)])).splitlines() == [
        "# Article 1",
        "Voir le [code de l'environnement](https://www.legifrance.gouv.fr/codes/id/X).",
        "",
        "|= DCO | DBO5 |",
        "| {2 colonnes} 300 mg/l |",
    ]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (["title"], "title"),
        (["articles"], "articles"),
        (["sections"], "sections"),
        (["articles", 0, "content"], "articles[0].content"),
        (["articles", 0, "etat"], "articles[0].etat"),
        (["articles", 0, "num"], "articles[0].num"),
        (["articles", 0, "intOrdre"], "articles[0].intOrdre"),
        (["sections", 0, "title"], "sections[0].title"),
        (["sections", 0, "intOrdre"], "sections[0].intOrdre"),
        (["sections", 0, "articles"], "sections[0].articles"),
        (["sections", 0, "articles", 0, "content"], "sections[0].articles[0].content"),
    ],
)
@pytest.mark.parametrize("damage", ["missing", "of another kind"])
def test_a_field_that_lacks_is_named(path: list[Any], field: str, damage: str) -> None:
    values = text(CID, [article("1", "x", 1)], [section("T", 2, [article("2", "y", 1)])])
    holder: Any = values
    for step in path[:-1]:
        holder = holder[step]
    if damage == "missing":
        del holder[path[-1]]
    else:
        holder[path[-1]] = {"not": "that"}
    with pytest.raises(ShapeError) as caught:
        written(values)
    assert (caught.value.field, field in str(caught.value)) == (field, True)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"null", b"[" * 100_000])
def test_what_is_no_json_object_is_told(body: bytes) -> None:
    with pytest.raises(ShapeError, match="JSON"):
        read_text(body, CID, TODAY, is_consolidated=True)


def test_another_text_is_not_taken_for_the_one_asked_for() -> None:
    with pytest.raises(RefusedError, match="JORFTEXT000000000001"):
        written(text("JORFTEXT000000000001", [article("1", "x", 1)]))


def test_a_page_of_aida_gives_its_titles_without_the_visas() -> None:
    page = """<html><body><h1>Site</h1><div id="content-area"><div id="content-inner">
      <h1>Arrêté du 12/05/15 relatif aux essais</h1><p>(JO n° 110 du 13 mai 2015)</p>
      <h2>Vus</h2><p>Vu le code de l'environnement,</p><h3>dans les visas</h3><p>rien</p>
      <h2>Article 1er de l'arrêté du 12 mai 2015</h2><p>Un <a href="/consultation_document/2">texte</a>.</p>
      <h2>Annexe I</h2><h4>1. Dispositions <b>générales</b></h4><ul><li>un</li><li>deux</li></ul>
      <table><tr><td>a</td><td>b</td></tr></table></div></div><footer><h2>Pied</h2></footer></body></html>"""
    assert drafts_to_text(read_page(page, ADDRESS)).splitlines() == [
        "# Article 1er de l'arrêté du 12 mai 2015",
        "Un [texte](https://aida.ineris.fr/consultation_document/2).",
        "",
        "# Annexe I",
        "",
        "## 1. Dispositions générales",
        "un",
        "deux",
        "",
        "| a | b |",
    ]


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("<p>Maintenance</p>", "content-inner"),
        ("", "content-inner"),
        ("<main><p>sans titre</p></main>", "title"),
        ("<div id='content-inner'><h2>Vus</h2><p>Vu</p></div>", "title"),
    ],
)
def test_a_page_of_another_shape_is_told(page: str, field: str) -> None:
    with pytest.raises(ShapeError, match=field):
        read_page(page, ADDRESS)
