"""What saving a text would do: where elements go, what would keep the order from being published."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from etl.am_documents import Metadata
from regulation.editing.text_format import sections_to_text, text_to_sections
from tests.ams import demo_order, section_of
from webapp.backoffice.store import StoredOrder
from webapp.backoffice.text.review import Review, review_of

COOLING = "JORFTEXT900000000003"
ANALYSES = "La concentration en légionelles est mesurée chaque mois pendant le fonctionnement.\n"
CONSUMPTION = "La consommation est relevée chaque semaine.\n"
IMPLANTATION = (
    "# Article 2 - Implantation\nLes rejets d'air sont placés à plus de huit mètres de toute ouverture.\n"
)
RISKS = "# Article 3 - Prévention du risque lié aux légionelles\n"


def reviewed(old: str, new: str, document: dict[str, Any] | None = None) -> Review:
    document = document or demo_order(COOLING)
    text = sections_to_text(document["sections"])
    assert old in text
    held = StoredOrder(COOLING, 1, document, Metadata(), None, "import", "", datetime.now(UTC))
    return review_of(held, text_to_sections(text.replace(old, new)).sections)


def test_each_element_is_somewhere_once() -> None:
    review = reviewed(IMPLANTATION, "")
    assert [sentence.replace("\u00a0", " ") for sentence in review.summary] == [
        "1 section supprimée.",
        "Paramètres et thèmes : 4 restent en place, 2 seraient perdus.",
    ]
    assert [(lost.kind, lost.detail) for lost in review.lost] == [
        ("Inapplicabilité", "lorsque la date de mise en service est antérieure au 01/07/2005"),
        ("Thème", "Implantation et aménagement"),
    ]
    assert {lost.reason for lost in review.lost} == {"la section n'existe plus dans le nouveau texte"}


def test_what_follows_an_alinea_tells_where_it_was_and_is() -> None:
    review = reviewed(ANALYSES, f"Avant tout, la mesure.\n{ANALYSES}")
    (moved,) = review.moved
    assert moved.new is not None
    assert moved.old.titles == moved.new.titles
    assert (moved.old.alineas, moved.new.alineas) == ("l'alinéa 1", "l'alinéa 2")


def test_a_section_that_moves_tells_what_covers_it_no_more() -> None:
    review = reviewed(f"{RISKS}\n## I. Entretien", f"{RISKS}\n# I. Entretien")
    change = review.reach[0]
    assert change.titles == ("I. Entretien préventif",)
    assert [left.detail for left in change.left] == ["Risques"]


@pytest.mark.parametrize("effect", ["modification", "none"])
def test_a_text_that_brings_contradicting_elements_together_is_told(effect: str) -> None:
    document = demo_order(COOLING)
    consumption = section_of(document, "22698357d745")
    if effect == "modification":
        condition = {"type": "EQUAL", "parameter": {"id": "regime", "type": "REGIME"}, "target": "D"}
        consumption["parametrization"]["potential_modifications"] = [
            {"condition": condition, "new_version": {**deepcopy(consumption), "id": "0123456789ab"}}
        ]
    text = (
        sections_to_text(document["sections"])
        .replace(ANALYSES, "")
        .replace(CONSUMPTION, CONSUMPTION + ANALYSES)
    )
    held = StoredOrder(COOLING, 1, document, Metadata(), None, "import", "", datetime.now(UTC))
    review = review_of(held, text_to_sections(text).sections)
    assert bool(review.new_faults) == (effect == "modification"), review.faults
