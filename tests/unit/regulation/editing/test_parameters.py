"""Elements and topics are changed where they stand, and nothing else of the document is."""

from __future__ import annotations

import copy
import json
from itertools import count
from typing import Any

import pytest

from regulation.consistency import Level, check_order, findings_with
from regulation.editing.carried import ElementKind
from regulation.editing.drafts import raw_sections
from regulation.editing.parameters import (
    WHOLE_ORDER,
    elements_of,
    fingerprint,
    inapplicability,
    modification,
    new_version,
    warning,
    with_elements,
)
from regulation.editing.text_format import TextError, sections_to_text
from regulation.editing.topic_edits import TOPICS, topic_clashes, topic_of, with_topics
from regulation.order import walk
from regulation.order_file import order_of
from tests.unit.regulation import fictitious as f

Documents = dict[str, dict[str, Any]]

OLD = f.lt("date-d-installation", "2003-07-01")
RULE = inapplicability(OLD, [2, 0])
TEXT = "# Nouveau titre\nUn.\nDeux.\n## Dessous\nTrois.\n"
SAME_EFFECT = {"74B5BF83633B", "5E9eb3ae2304", "137D104BAeb6", "1Fee0Ec9f561"}


def tree() -> dict[str, Any]:
    below = f.section("B", f.section("C"), topic="EAU")
    return f.order_document(f.section("A", below, warnings=["Attention à ce point."]), f.section("D"))


def numbered() -> Any:
    numbers = count(1)
    return lambda: f"new{next(numbers)}"


def bytes_of(document: object) -> str:
    return json.dumps(document, ensure_ascii=False)


@pytest.mark.parametrize(
    ("place", "kind", "element"),
    [
        ("C", ElementKind.INAPPLICABILITY, RULE),
        ("A", ElementKind.MODIFICATION, modification(OLD, new_version(TEXT))),
        ("B", ElementKind.WARNING, "Un avertissement assez long."),
        (WHOLE_ORDER, ElementKind.INAPPLICABILITY, {"condition": OLD}),
        (WHOLE_ORDER, ElementKind.WARNING, "Un avertissement assez long."),
    ],
)
def test_what_is_added_then_removed_leaves_nothing(place: str, kind: ElementKind, element: Any) -> None:
    document = tree()
    before = bytes_of(document)
    added = with_elements(document, place, kind, [*elements_of(document, place, kind), element])
    order_of(added)
    assert elements_of(added, place, kind)[-1] == element
    removed = with_elements(added, place, kind, elements_of(added, place, kind)[:-1])
    assert bytes_of(removed) == bytes_of(document) == before


@pytest.mark.real_data
def test_in_real_orders_nothing_else_changes(real_documents: Documents) -> None:
    cids = ["JORFTEXT000037284611", "JORFTEXT000030673177", "JORFTEXT000028375083"]
    for document in (real_documents[cid] for cid in cids):
        before = bytes_of(document)
        for section in list(raw_sections(document["sections"]))[::20]:
            place, kind = section["id"], ElementKind.INAPPLICABILITY
            was = elements_of(document, place, kind)
            added = with_elements(document, place, kind, [*was, RULE])
            changed = [
                found["id"]
                for found in raw_sections(added["sections"])
                if RULE in elements_of(added, found["id"], kind)
            ]
            assert changed == [place]
            assert bytes_of(with_elements(added, place, kind, was)) == before


def test_the_whole_order_has_one_condition_and_no_new_text() -> None:
    with pytest.raises(ValueError, match="one inapplicability"):
        with_elements(tree(), WHOLE_ORDER, ElementKind.INAPPLICABILITY, [{"condition": OLD}] * 2)
    with pytest.raises(ValueError, match="one inapplicability"):
        with_elements(tree(), WHOLE_ORDER, ElementKind.MODIFICATION, [modification(OLD, {})])
    with pytest.raises(LookupError):
        with_elements(tree(), "Z", ElementKind.WARNING, [])


def test_what_an_inapplicability_says_already_stays() -> None:
    before = {"alineas": [2, 0], "condition": OLD, "subsections_are_inapplicable": True, "note": 1}
    assert inapplicability(OLD, [0, 2], before) == before
    assert inapplicability(OLD, [0], before)["alineas"] == [0]
    assert inapplicability(OLD, [], before)["alineas"] is None
    assert inapplicability(OLD, [], {**before, "alineas": []})["alineas"] == []
    assert inapplicability(OLD, [], below=False)["subsections_are_inapplicable"] is False


def test_a_warning_keeps_its_spaces_until_its_words_change() -> None:
    assert warning(" Deux\r\nlignes ") == "Deux\nlignes"
    assert warning("Deux\r\nlignes", "Deux\nlignes\n\n") == "Deux\nlignes\n\n"


def test_a_new_text_is_as_the_files_have_it() -> None:
    made = new_version(TEXT, new_id=numbered())
    below = f.new_section("new2", title="Dessous", alineas=["Trois."])
    assert made == f.new_section("new1", below, title="Nouveau titre", alineas=["Un.", "Deux."])
    assert list(made) == sorted(made)


def test_a_new_text_keeps_its_ids_and_raw_alineas() -> None:
    before = new_version(TEXT, new_id=numbered())
    before["outer_alineas"][0]["kept"] = True
    untouched = copy.deepcopy(before)
    assert bytes_of(new_version(sections_to_text([before]), before)) == bytes_of(before)
    after = new_version(
        "# Autre titre\nUn.\nDeux bis.\n## Dessous\nTrois.\n## Neuf\n", before, lambda: "fresh"
    )
    assert before == untouched
    assert after["id"] == "new1"
    assert after["outer_alineas"][0] == {"text": "Un.", "kept": True}
    assert [(child["id"], child["reference"], child["annotations"]) for child in after["sections"]] == [
        ("new2", None, None),
        ("fresh", None, None),
    ]
    assert new_version("# Rien de commun\nTout est neuf ici.\n", before, lambda: "fresh")["id"] == "new1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Sans titre.\n", "précède le premier titre"),
        ("# Un\n# Deux\n", "remplace une seule section"),
        ("", "aucun titre"),
    ],
)
def test_a_new_text_that_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(TextError, match=said):
        new_version(text)


@pytest.mark.real_data
def test_real_new_texts_come_back_as_they_were(real_documents: Documents) -> None:
    found = 0
    for document in real_documents.values():
        for section in raw_sections(document["sections"]):
            for raw in elements_of(document, section["id"], ElementKind.MODIFICATION):
                made = new_version(sections_to_text([raw["new_version"]]), raw["new_version"])
                assert bytes_of(made) == bytes_of(raw["new_version"])
                found += 1
    assert found == 40


def test_elements_are_told_apart() -> None:
    assert (
        fingerprint(RULE)
        == fingerprint(dict(reversed(RULE.items())))
        != fingerprint({**RULE, "alineas": None})
    )


@pytest.mark.real_data
def test_real_pairs_with_the_same_effect(real_documents: Documents) -> None:
    notes = set()
    for document in real_documents.values():
        order = order_of(document)
        for section in walk(order.sections):
            rules = section.parametrization
            for element in (*rules.inapplicabilities, *rules.modifications):
                for finding in findings_with(order, section, element):
                    assert finding.level is Level.NOTE
                    assert (Level.NOTE, section.id) in [
                        (other.level, other.section_id) for other in check_order(order)
                    ]
                    notes.add(section.id)
    assert notes == SAME_EFFECT


def test_topics_are_changed_where_they_are_said() -> None:
    document = tree()
    before = bytes_of(document)
    changed = with_topics(document, {"D": "RISQUES", "B": "EAU", "Z": "EAU"})
    assert [topic_of(section) for section in raw_sections(changed["sections"])] == ["", "EAU", "", "RISQUES"]
    assert changed["sections"][0] is document["sections"][0]
    assert bytes_of(with_topics(changed, {"D": ""})) == before == bytes_of(document)
    assert len(TOPICS) == 9


def test_a_topic_above_or_below_another_is_told() -> None:
    document = with_topics(tree(), {"A": "RISQUES", "C": "DECHETS"})
    told = lambda changed: [(c.above["id"], c.below["id"]) for c in topic_clashes(document, changed)]  # noqa: E731
    assert told({"A", "C"}) == [("A", "B"), ("A", "C"), ("B", "C")]
    assert told({"C"}) == [("A", "C"), ("B", "C")]
    assert told({"D"}) == []
