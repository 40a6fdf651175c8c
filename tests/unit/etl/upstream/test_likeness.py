"""A text of a source takes the structure of the one we have; no word is lost, whatever the two texts are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.upstream.likeness import laid_like
from etl.upstream.structure import structured
from etl.upstream.words import fingerprint
from regulation.editing.drafts import DraftSection
from regulation.editing.text_format import drafts_to_text, text_to_sections
from regulation.order import Alinea, Cell, Link, Row, Table


def written(ours: str, theirs: str) -> str:
    """The text that comes of two texts written as editors write them."""
    return drafts_to_text(laid_like(text_to_sections(ours).sections, text_to_sections(theirs).sections))


CASES = {
    "titles that no number shows": (
        "# Article 1\n## Bruit\nLe bruit est limité.\n## Odeurs\nElles sont captées.",
        "# Article 1\nBruit\nLe bruit est limité.\nOdeurs\nElles sont captées.",
        "# Article 1\n\n## Bruit\nLe bruit est limité.\n\n## Odeurs\nElles sont captées.\n",
    ),
    "the title of an article in its first line": (
        "# Article 1 - Implantation.\nElle est libre.",
        "# Article 1\nImplantation.\nElle est libre.",
        "# Article 1 - Implantation.\nElle est libre.\n",
    ),
    "a list that was guessed to be structure": (
        "# Article 1\nSont visés :\na) Forges\nb) Fours",
        "# Article 1\nSont visés :\n## a) Forges\n## b) Fours",
        "# Article 1\nSont visés :\na) Forges\nb) Fours\n",
    ),
    "a number before a sentence": (
        "# Article 1\n## I.\nLe registre est tenu à jour par l'exploitant.\n",
        "# Article 1\nI. - Le registre est tenu à jour par l'exploitant.\n",
        "# Article 1\n\n## I.\nLe registre est tenu à jour par l'exploitant.\n",
    ),
    "an amended alinea stays, and so does an amended title": (
        "# Article 1\n## Eau et bruit\nLe débit est de 60 m³ par heure.\n",
        "# Article 1\nEau, air et bruit\nLe débit est de 120 m³ par heure.\n",
        "# Article 1\n\n## Eau, air et bruit\nLe débit est de 120 m³ par heure.\n",
    ),
    "a section that is new": (
        "# Article 1\n## 1. Eau\nTexte.\n# Article 2\nFin.",
        "# Article 1\n## 1. Eau\nTexte.\n## 2. Air\nNouveau.\n# Article 2\nFin.",
        "# Article 1\n\n## 1. Eau\nTexte.\n\n## 2. Air\nNouveau.\n\n# Article 2\nFin.\n",
    ),
    "no text of ours yet": ("# x", "# Article 1\n## 1. Eau\nTexte.", "# Article 1\n\n## 1. Eau\nTexte.\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_structure(name: str) -> None:
    ours, theirs, wanted = CASES[name]
    assert written(ours, theirs) == wanted


def test_a_link_keeps_its_words_when_a_number_joins_them() -> None:
    linked = Alinea("Voir le code.", None, (Link("https://a.fr", 8, 4),))
    theirs = (DraftSection("Article 1", (), (DraftSection("I.", (linked,)),)),)
    ours = (DraftSection("Article 1", (Alinea("I. Voir le code."),)),)
    (alinea,) = laid_like(ours, theirs)[0].alineas
    link = alinea.links[0]
    assert alinea.text[link.position : link.position + link.size] == "code"


def test_a_table_is_never_a_title() -> None:
    table = Alinea("", Table((Row((Cell("Bruit"),)),)))
    ours = (DraftSection("Article 1", (), (DraftSection("Bruit"),)),)
    assert laid_like(ours, (DraftSection("Article 1", (table,)),))[0].alineas == (table,)


LINES = st.sampled_from(
    [
        "1. Eau",
        "1.1 Rejets",
        "I. - Le registre est tenu.",
        "Bruit",
        "Le bruit est limité.",
        "a) Cas",
        "A. Air",
        "Eau",
    ]
)
TEXTS = st.lists(LINES, max_size=8).map(lambda lines: (structured("Article 1", map(Alinea, lines)),))


@given(TEXTS, TEXTS)
@settings(max_examples=150, deadline=None)
def test_no_word_is_lost_or_added(ours: tuple[DraftSection, ...], theirs: tuple[DraftSection, ...]) -> None:
    assert fingerprint(laid_like(ours, theirs)) == fingerprint(theirs)
    text_to_sections(drafts_to_text(laid_like(ours, theirs)))
