"""Titles made from the text of an order: what is taken, what is left, what is not trusted."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.sync.ap_titles import LONGEST_TITLE, is_untitled, title_of
from tests.aps import demo_aps

SIGNED_BY = (
    "\n\nLe Préfet du Val de Brume,\nChevalier de la Légion d'honneur,\n\nVU le code de l'environnement ;"
)

HEADINGS = {
    "number, date and subject": (
        "PRÉFECTURE DU VAL DE BRUME\n\nArrêté préfectoral n° 2021-040 du 3 mai 2021 portant mise en demeure",
        "Arrêté préfectoral n° 2021-040 du 3 mai 2021 portant mise en demeure",
    ),
    "over several lines": (
        "Arrêté du 24 septembre 2021\nportant modification de l’autorisation\nd’un entrepôt à Brumeval",
        "Arrêté du 24 septembre 2021 portant modification de l'autorisation d'un entrepôt à Brumeval",
    ),
    "widely spaced lines": (
        "ARRÊTÉ n° 12-3\n\nportant mise en demeure\n\nde la société SABLE D'OR",
        "Arrêté n° 12-3 portant mise en demeure de la société SABLE D'OR",
    ),
    "capitals": (
        "ARRETE PORTANT PRESCRIPTIONS COMPLEMENTAIRES A LA SOCIETE GENERALE DE CHIMIE",
        "Arrêté portant prescriptions complémentaires à la société GENERALE DE CHIMIE",
    ),
    "kind, number and operator": (
        "ARRÊTÉ PRÉFECTORAL COMPLÉMENTAIRE N° 2012-345 DU 12 MARS 2012\n\nSOCIÉTÉ DURAND à CERGY",
        "Arrêté préfectoral complémentaire n° 2012-345 du 12 mars 2012 société DURAND à CERGY",
    ),
    "letters set apart": (
        "A R R Ê T É\nportant agrément d'un centre de véhicules hors d'usage",
        "Arrêté portant agrément d'un centre de véhicules hors d'usage",
    ),
    "formal notice": (
        "ARRETE DE MISE EN DEMEURE\nà l'encontre de la société XYZ",
        "Arrêté de mise en demeure à l'encontre de la société XYZ",
    ),
    "date misread": (
        "Arrêté n° D3-B4-07-86 du 18 AR 207 réglementant l’activité de la société X",
        "Arrêté n° D3-B4-07-86 réglementant l'activité de la société X",
    ),
    "date by hand": (
        "Arrêté du 227. fevrier 2023\nportant levée de consignation",
        "Arrêté portant levée de consignation",
    ),
    "marks of a list before it": (
        "— Arrêté préfectoral d'enregistrement d'une station",
        "Arrêté préfectoral d'enregistrement d'une station",
    ),
    "the letterhead goes on below": (
        "Arrêté imposant des mesures d'urgence\nDirection de la coordination\nBureau de l'environnement",
        "Arrêté imposant des mesures d'urgence",
    ),
    "a sentence after a gap": (
        "Arrêté portant suspension de l'activité\n\nUn recours peut être formé",
        "Arrêté portant suspension de l'activité",
    ),
}


@pytest.mark.parametrize(("heading", "title"), HEADINGS.values(), ids=HEADINGS)
def test_the_heading_is_the_title(heading: str, title: str) -> None:
    assert title_of([heading + SIGNED_BY]) == title


UNTRUSTED = {
    "nothing": [],
    "blank pages": ["", "\n\n"],
    "number and date alone": ["Arrêté n° 2021-12 du 24 mars 2021" + SIGNED_BY],
    "another order, named in a letter": [
        "J'ai l'honneur de vous transmettre\nl'arrêté préfectoral complémentaire"
    ],
    "another order, on which it rests": [
        "PRÉFECTURE\nVu le code ;\nArrêté préfectoral du 6 mai 2002 autorisant la société X",
        "Arrêté préfectoral du 3 juin 2004 complétant celui du 6 mai 2002",
    ],
    "the verb": ["Sur proposition du secrétaire général\n\nARRÊTE :\n\nmodifications"],
    "signs, not words": [
        "Arrêté portant ¤¤ 12 // 44 -- 1,2;3 || 88 {{ }} 12 0 33 ¤ 44 12 ;;;; 55" + SIGNED_BY
    ],
    "a plan": ["Plan de masse\nÉchelle 1/500"],
}


@pytest.mark.parametrize("pages", UNTRUSTED.values(), ids=UNTRUSTED)
def test_what_cannot_be_trusted_gives_none(pages: list[str]) -> None:
    assert title_of(pages) is None


def test_a_cover_letter_comes_first() -> None:
    letter = "Monsieur le directeur,\n\nVeuillez trouver ci-joint l'arrêté préfectoral du 3 mai 2012."
    order = "ARRÊTÉ PRÉFECTORAL\nmodifiant les conditions d'exploitation" + SIGNED_BY
    assert title_of([letter, order]) == "Arrêté préfectoral modifiant les conditions d'exploitation"


@pytest.mark.parametrize(
    ("article", "title"),
    [
        (
            "Article 1er : La société X, de Brumeval, est autorisée, sous réserve, à exploiter",
            "Arrêté préfectoral d'autorisation",
        ),
        (
            "ARTICLE PREMIER\nLa société X est mise en demeure de respecter",
            "Arrêté préfectoral de mise en demeure",
        ),
        ("Article 1er\nLa société X est tenue de remettre un dossier", None),
    ],
)
def test_the_first_article_speaks_where_the_heading_does_not(article: str, title: str | None) -> None:
    assert title_of(["ARRÊTÉ n° 05-123" + SIGNED_BY, f"ARRÊTE\n\n{article} une carrière."]) == title


def test_a_long_title_is_cut_between_words() -> None:
    title = title_of(["Arrêté portant " + "prescriptions " * 40 + SIGNED_BY])
    assert title is not None
    assert len(title) <= LONGEST_TITLE + 1
    assert title.endswith("prescriptions…")


def test_every_order_of_the_demo_has_its_title() -> None:
    titles = {ap.description: title_of(ap.pages) for ap in demo_aps()}
    assert titles["Arrêté préfectoral de mise en demeure"] == (
        "Arrêté n° 2016-173-04 portant mise en demeure de la société COMPOST ET TERRES DE BRUME à "
        "Saint-Elme-sur-Orve"
    )
    assert all(title and title.startswith("Arrêté") for title in titles.values())


REAL = {
    "0003013459_2021-09-24_AP": "Arrêté du 24 septembre 2021 portant modification de l'autorisation",
    "0003013459_2023-02-22_APC": "Arrêté portant modification de l'autorisation d'exploiter une unité",
    "0005800425_2005-11-08_AP": "Arrêté DAI/B4/05-35 modifiant et complétant l'arrêté du 9 septembre 2003",
    "0005800425_2007-04-19_AP": "Arrêté n D3-B4-07-86 réglementant l'activité de la société RECTICEL",
    "0005800425_2025-02-24_APC": "modifiant l'arrêté préfectoral d'autorisation du 9 septembre 2003 de la",
}


@pytest.mark.parametrize(("name", "said"), REAL.items(), ids=REAL)
def test_real_orders_have_theirs(real_data: Path, name: str, said: str) -> None:
    text = (real_data / "aps" / f"{name}.reference.md").read_text(encoding="utf-8")
    title = title_of([text])
    assert title is not None
    assert said in title
    assert "Vu" not in title
    assert "préfet de" not in title.casefold()


@given(st.lists(st.text(max_size=300), max_size=5))
def test_any_text_gives_one_line_or_none(pages: list[str]) -> None:
    title = title_of(pages)
    assert title is None or (title.splitlines() == [title] and len(title) <= LONGEST_TITLE + 1)


@given(st.text("AÉRETÊ portanv\n Vu:.0", max_size=400))
def test_likely_letters_too(page: str) -> None:
    title = title_of([page])
    assert title is None or (title.splitlines() == [title] and title[0].isupper())


@pytest.mark.parametrize(
    ("description", "says_nothing"),
    [
        ("Nouveau document", True),
        (" nouveau  document ", True),
        ("", True),
        ("AP complémentaire", False),
        ("Nouveau document - mise en demeure", False),
    ],
)
def test_when_the_source_says_nothing(description: str, *, says_nothing: bool) -> None:
    assert is_untitled(description) is says_nothing
