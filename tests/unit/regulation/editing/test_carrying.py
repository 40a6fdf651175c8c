"""What stands on sections follows them through an edit of the text; what is lost is told."""

from __future__ import annotations

import copy
import json
import time
from collections import Counter
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from regulation.editing.carried import ElementKind
from regulation.editing.carrying import edit_sections
from regulation.editing.shares import NEVER_THERE
from regulation.editing.text_format import sections_to_text, text_to_sections
from regulation.order_file import order_of
from tests.unit.regulation import fictitious as f
from tests.unit.regulation.editing.edits import EDITS

if TYPE_CHECKING:
    from regulation.editing.carrying import Edit

Documents = dict[str, dict[str, Any]]

OLD_SITES = f.lt("date-d-installation", "2003-07-01")
LONG = [
    "Les déchets sont triés à la source et entreposés à l'abri de la pluie.",
    "Le registre des déchets sortants est conservé pendant au moins trois ans.",
    "Les eaux de ruissellement sont collectées et traitées avant leur rejet.",
    "Les rejets sont mesurés chaque mois par un laboratoire agréé.",
]


def edited(document: dict[str, Any], text: str) -> Edit:
    before = copy.deepcopy(document)
    numbers = count(1)
    edit = edit_sections(document, text_to_sections(text).sections, lambda: f"new{next(numbers)}")
    assert document == before, "the document given is left as it was"
    order_of(edit.document)
    return edit


def inapplicable(*alineas: int, title: str = "Article 1", texts: list[str] | None = None) -> dict[str, Any]:
    rule = f.inapplicability(OLD_SITES, list(alineas))
    section = f.section(
        "S1", title=title, alineas=LONG[:3] if texts is None else texts, inapplicabilities=[rule]
    )
    return f.order_document(section, f.section("S2", title="Article 2", alineas=LONG[3:]))


def moved_or_lost(edit: Edit) -> list[object]:
    return [*edit.carried.moved, *edit.carried.lost, *edit.carried.reach]


def alineas_of(edit: Edit) -> dict[str, list[list[int]]]:
    return {
        section["id"]: [rule["alineas"] for rule in section["parametrization"]["potential_inapplicabilities"]]
        for section in edit.document["sections"]
        if section["parametrization"]["potential_inapplicabilities"]
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param([0, "Neuf.", 1, 2], {"S1": [[2]]}, id="inserted before"),
        pytest.param([0, 1, 2, "Neuf."], {"S1": [[1]]}, id="added after"),
        pytest.param([1, 2], {"S1": [[0]]}, id="another one deleted"),
        pytest.param([2, 1, 0], {"S1": [[1]]}, id="reversed"),
        pytest.param([LONG[0][:30], LONG[0][30:], 1, 2], {"S1": [[2]]}, id="another one split"),
        pytest.param([0, LONG[1][:30], LONG[1][30:], 2], {"S1": [[1, 2]]}, id="itself split"),
        pytest.param([0, LONG[1].replace("trois", "cinq"), 2], {"S1": [[1]]}, id="itself amended"),
        pytest.param([0, LONG[1].upper(), 2], {"S1": [[1]]}, id="in capitals"),
        pytest.param([0, 2, "# Article neuf", 1], {"new1": [[0]]}, id="itself in another section"),
    ],
)
def test_a_rule_on_an_alinea_follows_it(text: list[int | str], expected: dict[str, list[list[int]]]) -> None:
    lines = ["# Article 1", *(line if isinstance(line, str) else LONG[line] for line in text)]
    edit = edited(inapplicable(1), "\n".join([*lines, "# Article 2", LONG[3]]))
    assert alineas_of(edit) == expected
    assert not edit.carried.lost


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ([0, 2], "n'existe plus dans la section"),
        ([f"{LONG[0]} {LONG[1]}", 2], "fusionné avec un alinéa qui ne l'était pas"),
        ([], "n'existe plus"),
    ],
)
def test_a_rule_never_widens_to_what_it_was_not_about(text: list[int | str], reason: str) -> None:
    lines = ["# Article 1", *(line if isinstance(line, str) else LONG[line] for line in text)]
    edit = edited(inapplicable(1), "\n".join([*lines, "# Article 2", LONG[3]]))
    assert alineas_of(edit) == {}
    (lost,) = edit.carried.lost
    assert reason in lost.reason
    assert (lost.kind, lost.section_title, lost.old.alineas) == (
        ElementKind.INAPPLICABILITY,
        "Article 1",
        (2,),
    )
    assert lost.detail == "la date de mise en service est antérieure au 01/07/2003"
    assert json.loads(json.dumps(lost.as_document()))["element"]["alineas"] == [1]


def test_a_rule_on_several_alineas_is_kept_for_those_that_remain() -> None:
    edit = edited(inapplicable(0, 2), f"# Article 1\n{LONG[1]}\n{LONG[2]}\n# Article 2\n{LONG[3]}")
    assert alineas_of(edit) == {"S1": [[1]]}
    assert [lost.old.alineas for lost in edit.carried.lost] == [(1,)]


def test_merged_alineas_keep_a_rule_that_was_about_both() -> None:
    edit = edited(inapplicable(0, 1), f"# Article 1\n{LONG[0]} {LONG[1]}\n{LONG[2]}\n# Article 2\n{LONG[3]}")
    assert alineas_of(edit) == {"S1": [[0]]}
    assert not edit.carried.lost


def test_a_rule_on_a_whole_section_stays_on_the_alineas_that_leave_it() -> None:
    edit = edited(
        inapplicable(),
        f"# Article 1\n{LONG[0]}\n{LONG[1]}\n# Article 1 bis\n{LONG[2]}\n# Article 2\n{LONG[3]}",
    )
    assert alineas_of(edit) == {"S1": [[]], "new1": [[0]]}


def test_a_deleted_section_loses_all_that_stood_on_it() -> None:
    section = f.section(
        "S1",
        title="Article 1",
        alineas=LONG[:1],
        topic="EAU",
        warnings=["À vérifier sur place."],
        inapplicabilities=[f.inapplicability(OLD_SITES)],
        modifications=[f.modification(OLD_SITES, f.new_section("N1", title="Article 1", alineas=["Autre."]))],
    )
    edit = edited(f.order_document(section, f.section("S2")), "# Article S2\nAlinéa de S2.")
    assert [lost.kind for lost in edit.carried.lost] == list(ElementKind)
    assert {lost.reason for lost in edit.carried.lost} == {"la section n'existe plus dans le nouveau texte"}
    assert [lost.detail for lost in edit.carried.lost[2:]] == ["À vérifier sur place.", "EAU"]


def test_two_sections_of_one_title_that_change_places_keep_what_is_theirs() -> None:
    document = f.order_document(
        f.section("S1", title="Généralités", alineas=LONG[:2], topic="DECHETS"),
        f.section("S2", title="Généralités", alineas=LONG[2:], topic="EAU"),
    )
    edit = edited(document, "\n".join(["# Généralités", *LONG[2:], "# Généralités", *LONG[:2]]))
    assert [(section["id"], section["annotations"]["topic"]) for section in edit.document["sections"]] == [
        ("S2", "EAU"),
        ("S1", "DECHETS"),
    ]


def test_titles_that_are_renumbered_follow_their_content() -> None:
    sections = [f.section(f"S{n}", title=f"{n}.", alineas=[LONG[n]]) for n in range(4)]
    lines = ["# 0.", "Un point tout à fait neuf."]
    for n in range(4):
        lines += [f"# {n + 1}.", LONG[n]]
    edit = edited(f.order_document(*sections), "\n".join(lines))
    assert [section["id"] for section in edit.document["sections"]] == ["new1", "S0", "S1", "S2", "S3"]


def test_leaving_what_a_rule_above_covers_is_told() -> None:
    rule = f.inapplicability(OLD_SITES)
    below = f.section("S2", title="1.1.", alineas=LONG[2:3])
    above = f.section("S1", below, title="Article 1", alineas=LONG[:1], topic="EAU", inapplicabilities=[rule])
    edit = edited(f.order_document(above), f"# Article 1\n{LONG[0]}\n# Article 2\n## 1.1.\n{LONG[2]}")
    (change,) = edit.carried.reach
    assert change.section.titles == ("Article 2", "1.1.")
    assert [element.kind for element in change.left] == [ElementKind.INAPPLICABILITY, ElementKind.TOPIC]
    assert not change.entered


def test_a_reference_is_kept_with_its_chain_of_titles_and_made_anew_without() -> None:
    document = f.order_document(f.section("S1", f.section("S2", title="1. Objet"), title="Article 1"))
    kept = edited(document, "# Article 1\nAlinéa de S1.\nNeuf.\n## 1. Objet\nAlinéa de S2.").document[
        "sections"
    ][0]
    assert kept["reference"] is document["sections"][0]["reference"]
    renamed = edited(document, "# Article 2 - But\nAlinéa de S1.\n## 1. Objet\nAlinéa de S2.").document[
        "sections"
    ][0]
    assert renamed["reference"] == {"name": "But", "nb": "Article 2"}
    assert renamed["sections"][0]["reference"] == {"name": "Objet", "nb": "Article 2 > 1."}


def test_an_untouched_text_changes_nothing_of_the_fictitious_orders(
    demo_documents: list[dict[str, Any]],
) -> None:
    for document in demo_documents:
        edit = edited(document, sections_to_text(document["sections"]))
        assert json.dumps(edit.document) == json.dumps(document)
        assert moved_or_lost(edit) == []


@pytest.mark.real_data
def test_an_untouched_text_changes_nothing_of_the_real_orders(real_documents: Documents) -> None:
    for document in real_documents.values():
        edit = edit_sections(document, text_to_sections(sections_to_text(document["sections"])).sections)
        assert json.dumps(edit.document) == json.dumps(document)
        assert moved_or_lost(edit) == []
    assert len(real_documents) == 217


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_keeps_all_of_the_fictitious_orders(
    name: str, demo_documents: list[dict[str, Any]]
) -> None:
    for document in demo_documents:
        assert_all_is_kept(document, name)


@pytest.mark.real_data
@pytest.mark.parametrize("name", EDITS)
def test_every_edit_keeps_all_of_the_real_orders(name: str, real_documents: Documents) -> None:
    for document in real_documents.values():
        assert_all_is_kept(document, name)


def assert_all_is_kept(document: dict[str, Any], name: str) -> None:
    """All elements are kept, each on a section that still has all of its alineas."""
    lines = EDITS[name](sections_to_text(document["sections"]).split("\n"))
    edit = edit_sections(document, text_to_sections("\n".join(lines)).sections)
    lost = [entry for entry in edit.carried.lost if entry.reason != NEVER_THERE]
    assert not lost, (document["id"], [(entry.old, entry.reason) for entry in lost])
    assert not edit.carried.reach
    before, after = texts_by_id(document["sections"]), texts_by_id(edit.document["sections"])
    for entry in (*edit.carried.stayed, *edit.carried.moved):
        assert entry.new is not None
        assert before[entry.old.section_id] <= after[entry.new.section_id], (document["id"], entry)


def texts_by_id(sections: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for section in sections:
        found[section["id"]] = Counter(alinea["text"].casefold() for alinea in section["outer_alineas"])
        found.update(texts_by_id(section["sections"]))
    return found


@pytest.mark.real_data
def test_deleting_the_last_part_of_a_real_order_loses_what_stood_there_and_nothing_else(
    real_documents: Documents,
) -> None:
    n_lost = 0
    for document in real_documents.values():
        kept, deleted = document["sections"][:-1], document["sections"][-1:]
        if not kept:
            continue
        carried = edit_sections(document, text_to_sections(sections_to_text(kept)).sections).carried
        gone = texts_by_id(deleted).keys()
        assert {entry.old.section_id for entry in carried.lost} <= gone
        assert not {entry.old.section_id for entry in carried.stayed} & gone
        assert not carried.moved
        n_lost += len(carried.lost)
    assert n_lost > 1_000


@pytest.mark.real_data
def test_the_largest_order_is_edited_in_half_a_second(real_documents: Documents) -> None:
    document = max(real_documents.values(), key=lambda document: len(json.dumps(document)))
    text = sections_to_text(document["sections"]).replace("\n# ", "\n# Nouveau ")
    times = []
    for _ in range(3):
        start = time.process_time()
        edit_sections(document, text_to_sections(text).sections)
        times.append(time.process_time() - start)
    assert min(times) < 0.5
