"""Marks around what matches: in an extract, and in the HTML of an order."""

import pytest
from markupsafe import Markup

from webapp.aps.marking import START, STOP
from webapp.fulltext.extracts import extract, marked
from webapp.orders.marking import marked_html


@pytest.mark.parametrize(
    ("headline", "html"),
    [
        (f"une {START}cuve{STOP} pleine", "une <mark>cuve</mark> pleine"),
        (f"a < b & {START}<i>{STOP}", "a &lt; b &amp; <mark>&lt;i&gt;</mark>"),
        (f"deux\n  {START}lignes{STOP}\tici", "deux <mark>lignes</mark> ici"),
        (f"{START}l’une{STOP} et {START}l’autre{STOP}", "<mark>l’une</mark> et <mark>l’autre</mark>"),
        (f"perdue {STOP}ici{START}", "perdue ici"),
        ("<script>", "&lt;script&gt;"),
        ("", ""),
    ],
)
def test_an_extract(headline: str, html: str) -> None:
    assert str(marked(headline)) == html


TEXT = "- Une cuve est pleine. Elle est vidée chaque jour ; le bassin aussi."


@pytest.mark.parametrize(
    ("headline", "html"),
    [
        (TEXT.replace("cuve", f"{START}cuve{STOP}"), TEXT.replace("cuve", "<mark>cuve</mark>")),
        (f"Une {START}cuve{STOP} est pleine", "Une <mark>cuve</mark> est pleine …"),
        (
            f"vidée chaque jour ; le {START}bassin{STOP} aussi",
            "… vidée chaque jour ; le <mark>bassin</mark> aussi",
        ),
        (f"Elle est {START}vidée{STOP}", "… Elle est <mark>vidée</mark> …"),
        (f"{START}<b>{STOP}", "… <mark>&lt;b&gt;</mark> …"),
    ],
)
def test_pieces_of_a_text(headline: str, html: str) -> None:
    assert str(extract(headline, TEXT[:40], TEXT[-40:])) == html


def test_a_piece_of_nothing() -> None:
    assert str(extract("", "", "")) == ""


@pytest.mark.parametrize(
    ("html", "words", "expected"),
    [
        ("<p>La cuve, les Cuves.</p>", ["cuve"], "<p>La <mark>cuve</mark>, les Cuves.</p>"),
        ("<p>Cuve</p>", ["cuve"], "<p><mark>Cuve</mark></p>"),
        ('<p id="cuve">x</p>', ["cuve", "p", "id"], '<p id="cuve">x</p>'),
        ("<p>R&amp;D amp</p>", ["amp"], "<p>R&amp;D <mark>amp</mark></p>"),
        ("<p>l&#39;eau 39</p>", ["eau", "39"], "<p>l&#39;<mark>eau</mark> <mark>39</mark></p>"),
        ("<p>eaux</p>", ["eau"], "<p>eaux</p>"),
        ("<p>eau-mère</p>", ["eau", "eau-mère"], "<p><mark>eau-mère</mark></p>"),
        ("<p>re\u0301tention</p>", ["rétention"], "<p><mark>rétention</mark></p>"),
        ("<p>a.c abc</p>", ["a.c"], "<p><mark>a.c</mark> abc</p>"),
        ("<p>a</p>", [], "<p>a</p>"),
    ],
)
def test_words_of_a_text(html: str, words: list[str], expected: str) -> None:
    assert str(marked_html(Markup(html), words)) == expected  # noqa: S704  (our own HTML)
