"""How a section is cited, from the chain of its titles, and where that differs from what was published."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from regulation.editing.references import reference

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = [
    (["Annexe I", "2. Implantation", "2.8. Cuvettes"], "Annexe I > 2.8.", "Cuvettes"),
    (["Titre II : Eau", "Article 1. - Champ", "1.1. Objet"], "Article 1. > 1.1.", "Objet"),
    (["Annexes", "ANNEXE II : EPANDAGE", "Annexe II", "3."], "Annexe II > 3.", "EPANDAGE"),
    (["Article 26 - Consignes.", "I. - Entretien", "3. Suivi", "e) Envoi"], "Article 26 > I. 3. e)", "Envoi"),
    (["TITRE III : CONSTRUCTION", "Article 7", "7-3."], "Article 7 > 7-3.", "CONSTRUCTION"),
    (["Annexe I", "2. Risques", "2. 3. Construction", "2. 3. 5. Aires"], "Annexe I > 2.3.5.", "Aires"),
    (["Annexe I", "2. 2. Accès", "Dépôts couverts", "2. 2. 8. Cantons"], "Annexe I > 2.2. 2.2.8.", "Cantons"),
    (["Annexe I", "4. Risques", "4.7- Consignes"], "Annexe I > 4.7", "Consignes"),
    (["Annexe I", "5. Eau", "5.9 .\u00a0Rejets"], "Annexe I > 5.9", "Rejets"),
    (["Article 12", "III. Aires", "III.1. Échelles"], "Article 12 > III.1.", "Échelles"),
    (["Article 56 - Généralités.", "I"], "Article 56 > I", "Généralités."),
    (["2. Implantation", "2.6. Ventilation"], "2.6.", "Ventilation"),
    (["Chapitre Ier : Dispositions générales"], "", "Dispositions générales"),
    (["Section 1 bis : Odeurs"], "", "bis : Odeurs"),
    (["Sous-section 2 : Pollution de l'eau", "Article 60"], "Article 60", "Pollution de l'eau"),
    (["Article"], "Article", ""),
    (["Implantation-Accessibilité"], "", "Implantation-Accessibilité"),
    (["Article 1er"], "Article 1er", ""),
    ([""], "", ""),
]


@pytest.mark.parametrize(("titles", "number", "name"), CASES)
def test_a_reference_is_made_of_the_titles(titles: list[str], number: str, name: str) -> None:
    assert (reference(titles).number, reference(titles).name) == (number, name)


#: Why a published reference differs from ours, by the head of a title of the chain; each is told
#: in docs/backoffice-text.md. The first that fits, from the section upwards, is the reason.
REASONS = {
    "three levels without a last point": r"\d+(?:\.\d+){2,}(?![\d.)°])",
    "letter or roman number with a number": r"(?:[A-Za-z]|[IVXLC]+)\.\d+",
    "number alone": r"\d+(?![\d.)°])",
    "small letter with a point": r"[a-z][.)°]",
    "word that begins like a roman number": r"(?:chapitre [ivxlc]+\W+)?[IVXLC][a-zà-ÿ]",
    "sous-section": r"(?i:sous-section)",
    "point apart from its number": r"\d+\.\d+\s\.",
    "below one of these": r"[IVXLC]+\.",
}


def chains(
    sections: list[dict[str, Any]], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for section in sections:
        titles = (*above, section["title"]["text"])
        yield titles, section["reference"]
        yield from chains(section["sections"], titles)


def composed(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKD", words).split())


def reason(titles: tuple[str, ...]) -> str:
    fitting = (name for title in reversed(titles) for name, form in REASONS.items() if re.match(form, title))
    return next(fitting, "none")


@pytest.mark.real_data
def test_every_published_reference_is_ours_or_differs_for_a_known_reason(
    real_documents: dict[str, dict[str, Any]],
) -> None:
    numbers: Counter[str] = Counter()
    names: Counter[str] = Counter()
    counted = same_but_composed = 0
    for document in real_documents.values():
        for titles, published in chains(document["sections"]):
            ours = reference(titles)
            counted += 1
            if ours.number != published["nb"]:
                numbers[reason(titles)] += 1
            if composed(ours.name) != composed(published["name"]):
                names[reason(titles)] += 1
            same_but_composed += ours.name != published["name"] and composed(ours.name) == composed(
                published["name"]
            )
    assert counted == 18_304
    assert same_but_composed == 10_529
    assert names == {
        "three levels without a last point": 54,
        "letter or roman number with a number": 52,
        "number alone": 36,
        "small letter with a point": 8,
        "word that begins like a roman number": 5,
        "sous-section": 25,
        "point apart from its number": 98,
    }
    assert numbers == {
        "three levels without a last point": 54,
        "letter or roman number with a number": 55,
        "number alone": 36,
        "small letter with a point": 12,
        "word that begins like a roman number": 2,
        "below one of these": 18,
    }
