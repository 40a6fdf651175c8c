"""Numbers at the beginning of lines make sections of an article; no word is lost."""

import pytest

from etl.upstream.structure import structured
from regulation.editing.drafts import DraftSection, walk_drafts
from regulation.order import Alinea, Link

# Lines of an article, and the titles that come of them, indented by level.
CASES = {
    "decimal numbers": (
        [
            "1. Dispositions",
            "1.1 - Conformité",
            "Texte.",
            "1.2. Dossier",
            "2. Implantation",
            "2.10 Rétention",
        ],
        ["1. Dispositions", " 1.1 - Conformité", " 1.2. Dossier", "2. Implantation", " 2.10 Rétention"],
    ),
    "a decimal number whose parent is missing": (
        ["1.1 Conformité", "2.1 Implantation"],
        ["1.1 Conformité", "2.1 Implantation"],
    ),
    "roman numbers before sentences": (
        ["I. - Les exploitants tiennent un registre.", "II. - Les prescriptions demeurent."],
        ["I.", "II."],
    ),
    "a list is no structure": (
        ["Sont concernés :", "1° Les forges ;", "2° Les fours ;", "a) Les autres."],
        [],
    ),
    "a list of titles": (
        ["a) Cas général", "Texte.", "b) Cas particulier"],
        ["a) Cas général", "b) Cas particulier"],
    ),
    "degrees inside a roman number": (
        ["I. Généralités", "1° Champ", "2° Délais", "II. Suite", "1° Champ"],
        ["I. Généralités", " 1° Champ", " 2° Délais", "II. Suite", " 1° Champ"],
    ),
    "a letter that could be a roman number": (
        ["A. Eau", "B. Air", "C. Trois", "D. Quatre", "I. Sous-partie"],
        ["A. Eau", "B. Air", "C. Trois", "D. Quatre", " I. Sous-partie"],
    ),
    "annexes inside an article": (
        [
            "1. Bruit",
            "Annexe II - Valeurs",
            "Texte",
            "ANNEXE III",
            "Annexe III de la directive, qui s'applique.",
        ],
        ["1. Bruit", "Annexe II - Valeurs", "ANNEXE III"],
    ),
    "numbers that begin no list": (["15. mètres au moins.", "7° lundi", "V. Hugo a dit."], []),
    "a part after points of a list": (
        ["a) Cas", "1. Partie", "2. Partie"],
        ["a) Cas", "1. Partie", "2. Partie"],
    ),
}


def titles_of(section: DraftSection, depth: int = 0) -> list[str]:
    return [
        line
        for below in section.sections
        for line in (" " * depth + below.title, *titles_of(below, depth + 1))
    ]


@pytest.mark.parametrize("name", CASES)
def test_titles(name: str) -> None:
    lines, titles = CASES[name]
    assert titles_of(structured("Article 1", map(Alinea, lines))) == titles


@pytest.mark.parametrize("name", CASES)
def test_no_word_is_lost_or_added(name: str) -> None:
    lines, _ = CASES[name]
    drafts = walk_drafts([structured("Article 1", map(Alinea, lines))])
    said = " ".join(
        part for draft in drafts for part in (draft.title, *(line.text for line in draft.alineas))
    )
    kept = " ".join(["Article 1", *lines]).replace("-", " ").split()
    assert said.replace("-", " ").split() == kept


def test_a_link_follows_its_words() -> None:
    line = Alinea("I. - Voir le code.", None, (Link("https://a.fr", 13, 4),))
    (section,) = structured("Article 1", [line]).sections
    (kept,) = section.alineas
    link = kept.links[0]
    assert (section.title, kept.text, kept.text[link.position : link.position + link.size]) == (
        "I.",
        "Voir le code.",
        "code",
    )
