"""Random conditions, parameters and orders for the property tests, over few values so that they meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.unit.regulation import fictitious as f

DATES = ["1998-07-01", "1998-07-02", "2003-07-01", "2010-04-16"]
NUMBERS = [0.0, 2.0, 50.5, 150000.0]
TEXTS = {"regime": ["A", "E", "D"], "alinea": ["1", "2-a", "b"], "rubrique": ["1510", "2910"]}
DATE_IDS = ["date-d-installation", "date-d-autorisation", "date-d-declaration"]
ALL_IDS = [*TEXTS, "quantite-rubrique", *DATE_IDS]


def values(name: str) -> st.SearchStrategy[Any]:
    if name in TEXTS:
        return st.sampled_from(TEXTS[name])
    return st.sampled_from(NUMBERS if name == "quantite-rubrique" else DATES)


@st.composite
def leaves(draw: st.DrawFn) -> f.Document:
    name = draw(st.sampled_from(ALL_IDS))
    value = draw(values(name))
    if name in TEXTS:
        return f.eq(name, value)
    kind = draw(st.sampled_from(["EQUAL", "GREATER", "LITTLER", "RANGE"]))
    flags = draw(st.tuples(st.booleans(), st.booleans()))
    if kind == "RANGE":
        return f.between(name, value, draw(values(name)), strict=flags)
    if kind == "EQUAL":
        return f.eq(name, value)
    return (f.gt if kind == "GREATER" else f.lt)(name, value, strict=flags[0])


def conditions() -> st.SearchStrategy[f.Document]:
    sets = lambda children: st.builds(  # noqa: E731 - hypothesis wants a function of the children
        lambda kind, found: {"type": kind, "conditions": found},
        st.sampled_from(["AND", "OR"]),
        st.lists(children, min_size=1, max_size=3),
    )
    return st.recursive(leaves(), sets, max_leaves=6)


@st.composite
def parameters(draw: st.DrawFn) -> f.Document:
    names = draw(st.sets(st.sampled_from(ALL_IDS)))
    return {name: draw(values(name)) for name in sorted(names)}


#: Conditions of the sections of a random order: few, so that a tree is drawn quickly and outcomes vary.
POOL = [
    f.eq("regime", "D"),
    f.lt("date-d-installation", "2003-07-01"),
    f.gt("quantite-rubrique", 2.0),
    f.both(f.eq("regime", "E"), f.lt("quantite-rubrique", 50.5)),
    f.either(
        f.eq("alinea", "b"), f.both(f.eq("rubrique", "1510"), f.lt("date-d-autorisation", "2010-04-16"))
    ),
]
_pooled = st.sampled_from(POOL)
_inapplicabilities = st.builds(
    lambda condition, alineas, below: f.inapplicability(condition, alineas, below=below),
    _pooled,
    st.sampled_from([None, [], [0], [2, 1], [0, 3]]),
    st.booleans(),
)


@st.composite
def sections(draw: st.DrawFn, path: str, depth: int) -> f.Document:
    n_children = draw(st.integers(0, 2)) if depth else 0
    children = [draw(sections(f"{path}{index}", depth - 1)) for index in range(n_children)]
    below = f.new_section(f"{path}m", title="", alineas=["Plus neuf."])
    new_version = f.new_section(f"{path}n", below, title="Nouveau", alineas=["Neuf."])
    modifications = st.lists(st.builds(f.modification, _pooled, st.just(new_version)), max_size=1)
    return f.section(
        path,
        *children,
        alineas=["Un.", "Deux.", "Trois."][: draw(st.integers(0, 3))],
        inapplicabilities=draw(st.lists(_inapplicabilities, max_size=2)),
        modifications=draw(modifications),
        warnings=draw(st.sampled_from([[], ["Attention à ce point."]])),
    )


def order_documents() -> st.SearchStrategy[f.Document]:
    return st.builds(f.order_document, sections("a", 2), sections("b", 1))
