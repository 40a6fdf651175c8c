"""Whether conditions can hold together: the answer is checked by evaluating it, and by trying every value."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation import satisfiability
from regulation.condition_file import parameters_document, read_condition, read_parameters
from regulation.conditions import is_satisfied
from regulation.satisfiability import TooComplexError, joint_example
from tests.unit.regulation import fictitious as f
from tests.unit.regulation import strategies

DAY, QUANTITY = "date-d-installation", "quantite-rubrique"


@pytest.mark.parametrize(
    ("one", "other", "example"),
    [
        (f.eq("regime", "A"), f.eq("regime", "A"), {"regime": "A"}),
        (f.eq("regime", "A"), f.eq("regime", "D"), None),
        (f.lt(DAY, "2010-01-01"), f.gt(DAY, "2010-01-01"), None),
        (f.lt(DAY, "2010-01-01", strict=False), f.gt(DAY, "2010-01-01"), {DAY: "2010-01-01"}),
        # days are whole: nothing lies strictly between two that follow each other
        (f.gt(DAY, "2010-01-01", strict=True), f.lt(DAY, "2010-01-02"), None),
        (f.gt(DAY, "2010-01-01", strict=True), f.lt(DAY, "2010-01-03"), {DAY: "2010-01-02"}),
        (f.lt(DAY, "0001-01-01"), f.eq("regime", "A"), None),
        (f.gt(DAY, "9999-12-31", strict=True), f.eq("regime", "A"), None),
        (f.gt(QUANTITY, 1, strict=True), f.lt(QUANTITY, 2), {QUANTITY: 1.5}),
        (f.lt(QUANTITY, 2), f.lt(QUANTITY, 1), {QUANTITY: 0.0}),
        (f.between(QUANTITY, 4, 2), f.eq("regime", "A"), None),
        (f.between(QUANTITY, 2, 2), f.eq("regime", "A"), None),
        (f.lt(DAY, "2010-01-01"), f.lt(QUANTITY, 5000), {DAY: "2009-12-31", QUANTITY: 4999.0}),
        (
            f.both(f.either(f.eq("regime", "A"), f.eq("regime", "E")), f.lt(DAY, "2003-07-01")),
            f.both(f.eq("regime", "E"), f.gt(DAY, "2003-06-30")),
            {"regime": "E", DAY: "2003-06-30"},
        ),
        (
            f.both(f.either(f.eq("regime", "A"), f.eq("regime", "E")), f.lt(DAY, "2003-07-01")),
            f.either(f.eq("regime", "D"), f.gt(DAY, "2003-07-01")),
            None,
        ),
        (
            f.both(f.eq("rubrique", "2910"), f.lt(QUANTITY, 2), f.lt(DAY, "2010-01-01")),
            f.both(
                f.gt(QUANTITY, 1, strict=True), f.eq("alinea", "b"), f.lt("date-d-declaration", "2000-01-01")
            ),
            {
                "rubrique": "2910",
                QUANTITY: 1.5,
                DAY: "2009-12-31",
                "alinea": "b",
                "date-d-declaration": "1999-12-31",
            },
        ),
        (f.gt("alinea", "b", strict=True), f.lt("alinea", "b1"), {"alinea": "b0"}),
        (f.gt("regime", "D", strict=True), f.lt("regime", "NC"), {"regime": "E"}),
        (f.gt("regime", "D", strict=True), f.lt("regime", "E"), None),
    ],
)
def test_examples(one: f.Document, other: f.Document, example: f.Document | None) -> None:
    found = joint_example(read_condition(one), read_condition(other))
    assert (None if found is None else parameters_document(found)) == example


small = st.lists(strategies.conditions(), min_size=1, max_size=3)


@settings(deadline=None)
@given(small)
def test_an_example_satisfies_every_condition(documents: list[f.Document]) -> None:
    conditions = [read_condition(document) for document in documents]
    found = joint_example(*conditions)
    if found is not None:
        assert all(is_satisfied(condition, found) for condition in conditions)


@settings(deadline=None)
@given(small, strategies.parameters())
def test_where_some_values_satisfy_all_an_example_is_found(
    documents: list[f.Document], parameters: f.Document
) -> None:
    conditions = [read_condition(document) for document in documents]
    known = read_parameters(parameters)
    if all(is_satisfied(condition, known) for condition in conditions):
        assert joint_example(*conditions) is not None


def quantity_conditions() -> st.SearchStrategy[f.Document]:
    """Conditions on a quantity and a regime, few enough to try every value."""
    bound = st.integers(0, 4).map(float)
    leaves = st.one_of(
        st.builds(lambda target, strict: f.lt(QUANTITY, target, strict=strict), bound, st.booleans()),
        st.builds(lambda target, strict: f.gt(QUANTITY, target, strict=strict), bound, st.booleans()),
        st.builds(lambda target: f.eq(QUANTITY, target), bound),
        st.builds(lambda regime: f.eq("regime", regime), st.sampled_from(["A", "E", "D"])),
    )
    sets = st.sampled_from([f.both, f.either])
    return st.recursive(
        leaves,
        lambda children: st.builds(
            lambda combine, found: combine(*found), sets, st.lists(children, min_size=1, max_size=3)
        ),
        max_leaves=6,
    )


@settings(deadline=None)
@given(quantity_conditions(), quantity_conditions())
def test_no_example_means_that_no_value_does(one: f.Document, other: f.Document) -> None:
    conditions = [read_condition(one), read_condition(other)]
    tried = itertools.product([-1.0, *(step / 2 for step in range(11))], ["A", "E", "D", "NC"])
    exists = any(
        all(
            is_satisfied(condition, read_parameters({QUANTITY: number, "regime": regime}))
            for condition in conditions
        )
        for number, regime in tried
    )
    assert (joint_example(*conditions) is not None) == exists


def test_many_alternatives_are_decided_quickly() -> None:
    regimes = f.either(*(f.eq("regime", regime) for regime in ("A", "E")))
    rubriques = f.either(*(f.eq("rubrique", str(number)) for number in range(20)))
    condition = read_condition(f.both(regimes, *[rubriques] * 8, f.eq("regime", "E")))
    found = joint_example(condition)
    assert found is not None
    assert found["rubrique"] == "0"  # type: ignore[index] # a parameter is its own text


def test_a_search_without_end_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(satisfiability, "MAX_BRANCHES", 3)
    pairs = [f.either(f.lt(QUANTITY, 1), f.gt(QUANTITY, 2)) for _ in range(4)]
    with pytest.raises(TooComplexError):
        joint_example(read_condition(f.both(*pairs)))
