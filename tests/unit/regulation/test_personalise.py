"""What an order says under parameters: each rule by example, then the rules as written on random orders."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation import personalise as module
from regulation.condition_file import read_parameters
from regulation.documents import personalised_document
from regulation.order import Section, count_sections, walk
from regulation.order_file import order_of
from regulation.personalise import Personaliser, personalise
from tests.unit.regulation import fictitious as f
from tests.unit.regulation import strategies
from tests.unit.regulation.test_conditions import satisfied

if TYPE_CHECKING:
    from regulation.order import Order

IS_D, IS_E = f.eq("regime", "D"), f.eq("regime", "E")
OLD = f.lt("date-d-installation", "2003-07-01")
ALINEAS = ["Un.", "Deux.", "Trois."]


def read(order: Order, parameters: f.Document) -> dict[str, Section]:
    found = personalise(order, read_parameters(parameters)).sections
    return {section.id: section for section in walk(found)}


def kinds(section: Section) -> list[str]:
    return [warning.kind.value for warning in section.state.warnings]


def tree(**rules: Any) -> Order:
    """A section with rules, two levels below it and a neighbour."""
    grandchild = f.section("S3", warnings=["Sous-section."], alineas=ALINEAS)
    return f.order(f.section("S1", f.section("S2", grandchild), alineas=ALINEAS, **rules), f.section("T1"))


def test_without_parametrization_the_sections_are_shared() -> None:
    order = f.order(f.section("S1", f.section("S2")))
    result = personalise(order, read_parameters({"regime": "D"}))
    assert result is not order
    assert result.sections is order.sections


def test_an_inapplicable_section_loses_all_its_alineas() -> None:
    found = read(tree(inapplicabilities=[f.inapplicability(IS_D)]), {"regime": "D"})
    assert (found["S1"].state.active, found["S1"].state.active_alineas) == (False, (False,) * 3)
    assert kinds(found["S1"]) == ["section_inapplicable"]
    assert found["T1"].state.is_neutral


def test_an_inapplicability_reaches_every_descendant_silently() -> None:
    found = read(tree(inapplicabilities=[f.inapplicability(IS_D)]), {"regime": "D"})
    assert [found[name].state.active for name in ("S2", "S3")] == [False, False]
    assert found["S3"].state.active_alineas == (False,) * 3
    assert kinds(found["S3"]) == []


def test_an_inapplicability_may_spare_the_subsections_which_are_not_walked() -> None:
    found = read(tree(inapplicabilities=[f.inapplicability(IS_D, below=False)]), {"regime": "D"})
    assert not found["S1"].state.active
    assert found["S2"].state.is_neutral
    assert found["S3"].state.is_neutral


@pytest.mark.parametrize(
    ("alineas", "flags"),
    [
        ([1], (True, False, True)),
        ([0, 2], (False, True, False)),
        ([2, 9], (True, True, False)),
        ([9, -1], (True,) * 3),
    ],
)
def test_with_alineas_the_section_stays_active(alineas: list[int], flags: tuple[bool, ...]) -> None:
    rule = f.inapplicability(IS_D, alineas, below=False)
    found = read(tree(inapplicabilities=[rule]), {"regime": "D"})
    assert (found["S1"].state.active, found["S1"].state.active_alineas) == (True, flags)
    assert found["S1"].state.warnings[0].alineas == tuple(alineas)
    assert found["S2"].state.is_neutral


def test_with_alineas_the_subsections_may_fall_too() -> None:
    found = read(tree(inapplicabilities=[f.inapplicability(IS_D, [1])]), {"regime": "D"})
    assert found["S1"].state.active
    assert not found["S2"].state.active


def test_the_first_satisfied_inapplicability_wins() -> None:
    rules = [f.inapplicability(OLD, [0]), f.inapplicability(IS_D, [1]), f.inapplicability(IS_D, [2])]
    found = read(tree(inapplicabilities=rules), {"regime": "D"})
    assert found["S1"].state.active_alineas == (True, False, True)
    assert kinds(found["S1"]) == ["section_inapplicable"]


def modified(condition: f.Document) -> f.Document:
    child = f.new_section("N2", title="Sous-section neuve", alineas=["Trois."])
    return f.modification(condition, f.new_section("N1", child, title="Titre neuf", alineas=["Un.", "Deux."]))


def test_a_modification_replaces_title_alineas_and_children() -> None:
    order = tree(modifications=[modified(IS_D)], topic="EAU", warnings=["Attention."])
    found = read(order, {"regime": "D"})
    assert list(found) == ["S1", "N2", "T1"]
    section = found["S1"]
    assert (section.title, [alinea.text for alinea in section.alineas]) == ("Titre neuf", ["Un.", "Deux."])
    assert (section.state.active, section.state.modified, section.state.active_alineas) == (
        True,
        True,
        (True, True),
    )
    assert (section.topic, section.reference) == (order.sections[0].topic, order.sections[0].reference)
    assert section.state.previous is order.sections[0]
    assert kinds(section) == ["static", "section_modified"]


def test_a_satisfied_inapplicability_hides_the_modifications() -> None:
    order = tree(inapplicabilities=[f.inapplicability(IS_D, [0])], modifications=[modified(IS_D)])
    assert not read(order, {"regime": "D"})["S1"].state.modified


def test_a_satisfied_modification_silences_what_is_only_possible() -> None:
    order = tree(inapplicabilities=[f.inapplicability(OLD)], modifications=[modified(IS_D)])
    assert kinds(read(order, {"regime": "D"})["S1"]) == ["section_modified"]


def test_possible_elements_leave_warnings_and_the_walk_goes_on() -> None:
    order = tree(
        inapplicabilities=[f.inapplicability(OLD, [2]), f.inapplicability(IS_E)],
        modifications=[modified(OLD)],
        warnings=["Attention."],
    )
    found = read(order, {"regime": "D"})
    assert found["S1"].state.active
    assert kinds(found["S1"]) == ["static", "section_possibly_inapplicable", "section_possibly_modified"]
    assert found["S1"].state.warnings[1].alineas == (2,)
    assert kinds(found["S3"]) == ["static"]


def test_without_parameters_everything_is_possible() -> None:
    order = tree(inapplicabilities=[f.inapplicability(IS_D), f.inapplicability(IS_E)])
    assert kinds(read(order, {})["S1"]) == ["section_possibly_inapplicable"] * 2


def test_what_does_not_change_is_shared() -> None:
    changed = f.section("S1", f.section("S2", inapplicabilities=[f.inapplicability(IS_D)]), f.section("S4"))
    order = f.order(changed, f.section("T1", f.section("T2")))
    result = personalise(order, read_parameters({"regime": "D"}))
    assert result.sections[1] is order.sections[1]
    assert result.sections[0].sections[1] is order.sections[0].sections[1]
    assert result.sections[0].alineas is order.sections[0].alineas


def test_equal_outcomes_share_one_reading_and_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_KEPT_READINGS", 2)
    order = tree(inapplicabilities=[f.inapplicability(IS_D), f.inapplicability(OLD, [0])])
    reader = Personaliser(order)
    old = reader.personalise(read_parameters({"date-d-installation": "2000-01-01"}))
    assert reader.personalise(read_parameters({"date-d-installation": "2001-01-01"})) is old
    for regime in ("D", "E", "A"):
        for start in ("2000-01-01", "2010-01-01"):
            parameters = read_parameters({"regime": regime, "date-d-installation": start})
            assert reader.personalise(parameters) == personalise(order, parameters)


# The rules as written in docs/rules.md, on the JSON documents, without any preparation.


def expected(document: f.Document, parameters: f.Document) -> list[tuple[Any, ...]]:
    """(id, active, modified, kinds, alineas) of each section, in the order of the text."""
    return [line for section in document["sections"] for line in walked(section, parameters)]


def neutral(section: f.Document, *, active: bool = True) -> list[tuple[Any, ...]]:
    own = (section["id"], active, False, [], [active] * len(section["outer_alineas"]))
    return [own, *(line for child in section["sections"] for line in neutral(child, active=active))]


def walked(section: f.Document, parameters: f.Document) -> list[tuple[Any, ...]]:
    rules, alineas = section["parametrization"], section["outer_alineas"]
    static = ["static"] * len(rules["warnings"])
    for rule in rules["potential_inapplicabilities"]:
        if satisfied(rule["condition"], parameters, unknown=False):
            inactive = rule["alineas"] or range(len(alineas))
            flags = [index not in inactive for index in range(len(alineas))]
            own = (section["id"], bool(rule["alineas"]), False, [*static, "section_inapplicable"], flags)
            active = not rule["subsections_are_inapplicable"]
            return [own, *(line for child in section["sections"] for line in neutral(child, active=active))]
    for rule in rules["potential_modifications"]:
        if satisfied(rule["condition"], parameters, unknown=False):
            new = rule["new_version"]
            flags = [True] * len(new["outer_alineas"])
            own = (section["id"], True, True, [*static, "section_modified"], flags)
            return [own, *(line for child in new["sections"] for line in neutral(child))]
    possible = [
        f"section_possibly_{word}"
        for key, word in (
            ("potential_inapplicabilities", "inapplicable"),
            ("potential_modifications", "modified"),
        )
        for rule in rules[key]
        if satisfied(rule["condition"], parameters, unknown=True)
    ]
    own = (section["id"], True, False, static + possible, [True] * len(alineas))
    return [own, *(line for child in section["sections"] for line in walked(child, parameters))]


def found_lines(order: Order) -> list[tuple[Any, ...]]:
    return [
        (
            section.id,
            section.state.active,
            section.state.modified,
            kinds(section),
            list(section.state.active_alineas),
        )
        for section in walk(order.sections)
    ]


many_parameters = st.lists(strategies.parameters(), min_size=1, max_size=4)


@settings(deadline=None, max_examples=80)
@given(strategies.order_documents(), many_parameters)
def test_readings_follow_the_rules_as_written(document: f.Document, several: list[f.Document]) -> None:
    reader = Personaliser(order_of(document))
    for parameters in several:
        result = reader.personalise(read_parameters(parameters))
        assert found_lines(result) == expected(document, parameters)


@settings(deadline=None, max_examples=50)
@given(strategies.order_documents(), strategies.parameters())
def test_no_section_is_lost_unless_modified(document: f.Document, parameters: f.Document) -> None:
    order = order_of(document)
    result = personalise(order, read_parameters(parameters))
    replaced = {
        below.id
        for section in walk(result.sections)
        if section.state.previous
        for below in walk(section.state.previous.sections)
    }
    kept = {section.id for section in walk(result.sections)}
    assert {section.id for section in walk(order.sections)} <= kept | replaced


@settings(deadline=None, max_examples=50)
@given(strategies.order_documents(), many_parameters)
def test_the_order_given_is_unchanged(document: f.Document, several: list[f.Document]) -> None:
    order = order_of(document)
    before = pickle.dumps(order)
    reader = Personaliser(order)
    for parameters in several:
        reader.personalise(read_parameters(parameters))
    assert pickle.dumps(order) == before
    assert order == order_of(document)


@settings(deadline=None, max_examples=50)
@given(strategies.order_documents(), strategies.parameters())
def test_the_document_tells_all_that_is_not_neutral(document: f.Document, parameters: f.Document) -> None:
    result = personalise(order_of(document), read_parameters(parameters))
    lines: Any = personalised_document(result, parameters)
    assert lines["n_sections"] == count_sections(result.sections)
    told = {line["id"] for line in lines["sections"]}
    untold = [section for section in walk(result.sections) if section.id not in told]
    assert all(section.state.is_neutral for section in untold)
