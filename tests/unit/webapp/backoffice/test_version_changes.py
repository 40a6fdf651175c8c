"""What changed between two versions beside the text: fields, parameters, topics, references."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from etl.am_documents import Document, Metadata
from tests.ams import demo_order, demo_orders, section_of
from webapp.backoffice.history.comparison import compare
from webapp.backoffice.history.element_changes import ElementChange, element_changes
from webapp.backoffice.history.metadata_changes import FieldChange, metadata_changes
from webapp.backoffice.store import StoredOrder
from webapp.differences import Kind

MARKS = {Kind.KEPT: "{}", Kind.TAKEN_OUT: "[-{}]", Kind.PUT_IN: "[+{}]"}
LANDSCAPE, DISTANCES, DETECTION = "F8eE3c6acBac", "785D8eE8d8ee", "367C0dDb99b2"


def said(change: ElementChange | FieldChange) -> str:
    return "".join(MARKS[run.kind].format(run.text) for run in change.runs)


def told(changes: list[ElementChange]) -> list[str]:
    return [f"{change.kind}, {change.what.value} : {said(change)}" for change in changes]


def stored(document: Document, metadata: Metadata | None = None) -> StoredOrder:
    made_at = datetime(2026, 1, 1, tzinfo=UTC)
    return StoredOrder("", 1, document, metadata or Metadata(), None, "", "", made_at)


def rules(document: Document, section_id: str) -> dict[str, Any]:
    found: dict[str, Any] = section_of(document, section_id)["parametrization"]
    return found


def add_alineas(document: Document) -> None:
    rules(document, LANDSCAPE)["potential_inapplicabilities"][0]["alineas"] = [0, 1]


def change_date(document: Document) -> None:
    rules(document, LANDSCAPE)["potential_inapplicabilities"][0]["condition"]["target"] = "2004-07-01"


def change_new_text(document: Document) -> None:
    modification = rules(document, DISTANCES)["potential_modifications"][1]
    modification["new_version"]["outer_alineas"] = [{"text": "Un seul alinéa."}]


def drop_warning(document: Document) -> None:
    rules(document, DETECTION)["warnings"] = []


def set_topic(document: Document) -> None:
    section_of(document, LANDSCAPE)["annotations"] = {"topic": "EAU"}


def change_reference(document: Document) -> None:
    section_of(document, LANDSCAPE)["reference"] = {"nb": "Annexe I > 1.3.", "name": "Paysage"}


def change_title(document: Document) -> None:
    change_reference(document)
    section_of(document, LANDSCAPE)["title"]["text"] = "1.3. Paysage"


def forbid_everywhere(document: Document) -> None:
    condition = rules(document, LANDSCAPE)["potential_inapplicabilities"][0]["condition"]
    document["applicability"]["condition_of_inapplicability"] = condition


WHEN = "lorsque la date de mise en service est antérieure au 01/07/2003"
RULE = f"toute la section, sans les sous-sections, {WHEN}"
SOME = "[-toute][+les] [-la][+alinéas] [-section][+1 et 2]"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (add_alineas, f"inapplicabilité, changement : {RULE.replace('toute la section', SOME)}"),
        (change_date, f"inapplicabilité, changement : {RULE.replace('2003', '[-2003][+2004]')}"),
        (set_topic, "thème, ajout : [+Eau]"),
        (forbid_everywhere, f"inapplicabilité, ajout : [+tout l’arrêté, {WHEN}]"),
    ],
)
def test_an_element_that_changed_is_said_in_french(change: Callable[[Document], None], expected: str) -> None:
    after = deepcopy(demo_order())
    change(after)
    assert told(element_changes(demo_order(), after)) == [expected]


def test_the_text_of_a_modification_is_compared() -> None:
    after = deepcopy(demo_order())
    change_new_text(after)
    (change,) = element_changes(demo_order(), after)
    assert change.what.value == "changement"
    assert "Un seul alinéa." in "".join(run.text for run in change.runs if run.kind is not Kind.TAKEN_OUT)
    assert change.titles[-1].startswith("2.1.")


def test_another_element_in_the_place_of_one_is_no_change_of_it() -> None:
    after = deepcopy(demo_order())
    rules(after, DETECTION)["warnings"] = ["Tout autre chose est à savoir ici."]
    assert [change.what.value for change in element_changes(demo_order(), after)] == ["retrait", "ajout"]


def test_what_goes_is_a_removal_and_the_way_back_an_addition() -> None:
    after = deepcopy(demo_order())
    drop_warning(after)
    assert [change.what.value for change in element_changes(demo_order(), after)] == ["retrait"]
    assert [change.what.value for change in element_changes(after, demo_order())] == ["ajout"]


def test_a_reference_is_told_where_it_does_not_follow_from_a_title() -> None:
    by_hand, by_title = deepcopy(demo_order()), deepcopy(demo_order())
    change_reference(by_hand)
    change_title(by_title)
    assert [change.kind for change in element_changes(demo_order(), by_hand)] == ["référence"]
    assert element_changes(demo_order(), by_title) == []


def test_what_stood_on_a_section_goes_with_it() -> None:
    after = deepcopy(demo_order())
    after["sections"] = after["sections"][:1]
    gone = element_changes(demo_order(), after)
    assert {change.what.value for change in gone} == {"retrait"}
    assert {change.kind for change in gone} >= {"inapplicabilité", "modification", "avertissement"}


def test_fields_are_compared_under_their_french_names() -> None:
    before = demo_order()
    after = {
        **before,
        "date_of_signature": "2015-05-13",
        "is_transverse": True,
        "aida_url": "https://aida.ineris.fr/consultation_document/42",
        "visa": [{"text": "Vu le code de l’environnement,"}],
        "orphan_titles": ["Titre perdu"],
        "another_key": {"a": 1},
    }
    metadata = Metadata("DELETED", "DEVP1234567A", reason_deleted="créé par erreur")
    changes = {
        change.name: said(change) for change in metadata_changes(stored(before), stored(after, metadata))
    }
    assert changes["Date de signature"] == "[-12][+13]\u00a0mai 2015"
    assert changes["Arrêté transverse"] == "[-non][+oui]"
    assert changes["Page AIDA"] == "[-900001][+42]"
    assert changes["NOR"] == "[+DEVP1234567A]"
    assert changes["État"] == "[-En vigueur][+Supprimé]"
    assert changes["Motif de la suppression"] == "[+créé par erreur]"
    assert changes["Visas"].startswith("Vu le code de l[-'][+’]environnement,")
    assert "Titre perdu" in changes["Titres sans section"]
    assert changes["another_key"] == '[+{"a": 1}]'


def test_the_same_order_has_no_change() -> None:
    for document in demo_orders().values():
        assert compare(stored(document), stored(deepcopy(document))).is_empty
