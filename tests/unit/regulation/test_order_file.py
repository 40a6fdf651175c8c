"""Reading an order: what is kept, and a clear sentence for each thing that can be wrong."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.classement import Regime
from regulation.order import NO_REFERENCE, Binding, Link, Reference, walk
from regulation.order_file import MAX_SECTION_DEPTH, OrderFileError, is_cid, read_order
from regulation.topics import Topic
from tests.unit.regulation import fictitious as f

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "JORFTEXT999999999901.json"


def sample() -> f.Document:
    """An order with every part that a file may have."""
    new = f.new_section("N1", f.new_section("N2", title="", alineas=[]), title="Nouveau", alineas=["Neuf."])
    child = f.section(
        "S2",
        alineas=["Un.", {"text": "", "table": table()}, {"text": "Voir.", "links": [link()]}],
        topic="EAU",
        inapplicabilities=[
            f.inapplicability(f.both(f.eq("regime", "A"), f.lt("quantite-rubrique", 2)), [0, -1, 7])
        ],
        modifications=[f.modification(f.lt("date-d-installation", "2003-07-01"), new)],
        warnings=["À vérifier sur place."],
    )
    return f.order_document(
        f.section("S1", child),
        condition=f.lt("date-d-enregistrement", "2010-01-01"),
        warnings=["Seulement en Guyane."],
        visa=[{"text": "Vu le code."}],
        nickname="Essais",
        aida_url="https://aida.ineris.fr/consultation_document/1",
    )


def table() -> f.Document:
    cell = {"content": {"text": "Débit"}, "colspan": 0, "rowspan": 41}
    return {"rows": [{"is_header": True, "cells": [cell]}]}


def link() -> f.Document:
    return {"target": "https://exemple.invalid/", "position": 0, "content_size": 4}


def read(document: object) -> Any:
    return read_order(f.data(document), NAME)


def test_everything_that_matters_is_kept() -> None:
    order = read(sample())
    assert (order.cid, order.signed_on, order.nickname) == (NAME[:-5], date(2010, 2, 1), "Essais")
    assert order.bindings == (Binding("1510", Regime.E),)
    assert order.warnings == ("Seulement en Guyane.",)
    assert order.condition_of_inapplicability is not None
    assert [section.id for section in walk(order.sections)] == ["S1", "S2"]
    section = order.sections[0].sections[0]
    assert section.topic is Topic.EAU
    assert section.reference == Reference("Article S2", "Objet")
    assert section.alineas[2].links == (Link("https://exemple.invalid/", 0, 4),)
    assert [(cell.colspan, cell.rowspan) for cell in section.alineas[1].table.rows[0].cells] == [(0, 41)]
    assert section.state.is_neutral
    assert section.state.active_alineas == (True, True, True)


def test_a_new_version_may_be_silent_on_reference_topic_and_parametrization() -> None:
    document = sample()
    modification = document["sections"][0]["sections"][0]["parametrization"]["potential_modifications"][0]
    del modification["new_version"]["annotations"], modification["new_version"]["reference"]
    modification["new_version"]["parametrization"] = None
    new = read(document).sections[0].sections[0].parametrization.modifications[0].new_version
    assert (new.reference, new.topic, new.parametrization.inapplicabilities) == (NO_REFERENCE, None, ())
    assert new.sections[0].id == "N2"


@pytest.mark.parametrize("alineas", [None, []])
def test_no_alineas_and_an_empty_list_both_mean_all(alineas: list[int] | None) -> None:
    found = f.inapplicability(f.eq("regime", "A"), alineas)
    section = f.order(f.section("S1", inapplicabilities=[found])).sections[0]
    assert section.parametrization.inapplicabilities[0].alineas == ()


def test_an_alinea_index_out_of_range_is_read() -> None:
    found = read(sample()).sections[0].sections[0].parametrization.inapplicabilities[0]
    assert found.alineas == (0, -1, 7)


def change(path: str, value: object) -> f.Document:
    """The sample with the value at a path replaced, or removed where it is Ellipsis."""
    document = sample()
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    here: Any = document
    for step in steps:
        here = here[step]
    if value is ...:
        del here[last]
    else:
        here[last] = value
    return document


SECTION = "sections.0.sections.0"
SECTION_PLACE = "sections[0].sections[0]"
RULES = f"{SECTION}.parametrization"
RULES_PLACE = f"{SECTION_PLACE}.parametrization"


@pytest.mark.parametrize(
    ("path", "value", "place", "reason"),
    [
        ("id", ..., "", "clé « id » absente"),
        ("id", "JORFTEXT1", "id", "identifiant « JORFTEXT1 » invalide"),
        ("id", 12, "id", "attendu : un texte, trouvé : un nombre"),
        ("title", "Arrêté", "title", "attendu : un objet, trouvé : un texte"),
        ("title.text", ..., "title", "clé « text » absente"),
        ("title.text", "\0", "title.text", "caractère nul"),
        ("title.text", "é\0", "title.text", "caractère nul"),
        ("date_of_signature", None, "date_of_signature", "attendu : un texte, trouvé : null"),
        ("date_of_signature", "2010-02-30", "date_of_signature", "n'est pas une date"),
        ("date_of_signature", "01/02/2010", "date_of_signature", "« 01/02/2010 » n'est pas une date"),
        ("sections", ..., "", "clé « sections » absente"),
        ("sections", {}, "sections", "attendu : une liste, trouvé : un objet"),
        ("sections.0", None, "sections[0]", "attendu : un objet, trouvé : null"),
        ("is_transverse", "non", "is_transverse", "attendu : un booléen, trouvé : un texte"),
        ("classements_with_alineas", ..., "", "clé « classements_with_alineas » absente"),
        (
            "classements_with_alineas.0.regime",
            "NC",
            "classements_with_alineas[0].regime",
            "attendu : A, E, D",
        ),
        ("classements_with_alineas.0.regime", "X", "classements_with_alineas[0].regime", "« X » inconnu"),
        ("classements_with_alineas.0.alineas", None, "classements_with_alineas[0].alineas", "une liste"),
        ("applicability", ..., "", "clé « applicability » absente"),
        ("applicability.warnings", "!", "applicability.warnings", "attendu : une liste"),
        ("applicability.condition_of_inapplicability", ..., "applicability", "absente"),
        (
            "applicability.condition_of_inapplicability.type",
            "MAYBE",
            "applicability.condition_of_inapplicability.type",
            "type de condition « MAYBE » inconnu",
        ),
        (f"{SECTION}.id", "a b", f"{SECTION_PLACE}.id", "identifiant de section « a b » invalide"),
        (f"{SECTION}.id", ..., SECTION_PLACE, "clé « id » absente"),
        (f"{SECTION}.title", ..., SECTION_PLACE, "clé « title » absente"),
        (f"{SECTION}.annotations", ..., SECTION_PLACE, "clé « annotations » absente"),
        (
            f"{SECTION}.annotations.topic",
            "LUNE",
            f"{SECTION_PLACE}.annotations.topic",
            "thème « LUNE » inconnu",
        ),
        (f"{SECTION}.outer_alineas", ..., SECTION_PLACE, "clé « outer_alineas » absente"),
        (f"{SECTION}.outer_alineas.0", "Un.", f"{SECTION_PLACE}.outer_alineas[0]", "attendu : un objet"),
        (f"{SECTION}.outer_alineas.0.text", ..., f"{SECTION_PLACE}.outer_alineas[0]", "« text » absente"),
        (f"{SECTION}.outer_alineas.0.text", None, f"{SECTION_PLACE}.outer_alineas[0].text", "un texte"),
        (
            f"{SECTION}.outer_alineas.1.table.rows.0.cells.0.colspan",
            "2",
            f"{SECTION_PLACE}.outer_alineas[1].table.rows[0].cells[0].colspan",
            "attendu : un nombre entier, trouvé : un texte",
        ),
        (
            f"{SECTION}.outer_alineas.1.table.rows.0.cells.0.rowspan",
            10**12,
            f"{SECTION_PLACE}.outer_alineas[1].table.rows[0].cells[0].rowspan",
            "le nombre est trop grand",
        ),
        (
            f"{SECTION}.outer_alineas.2.links.0.position",
            -1,
            f"{SECTION_PLACE}.outer_alineas[2].links[0].position",
            "l'indice -1 est négatif",
        ),
        (RULES, ..., SECTION_PLACE, "clé « parametrization » absente"),
        (f"{RULES}.potential_inapplicabilities", ..., RULES_PLACE, "absente"),
        (
            f"{RULES}.potential_inapplicabilities.0.alineas",
            ["0"],
            f"{RULES_PLACE}.potential_inapplicabilities[0].alineas[0]",
            "attendu : un nombre entier",
        ),
        (
            f"{RULES}.potential_inapplicabilities.0.subsections_are_inapplicable",
            ...,
            f"{RULES_PLACE}.potential_inapplicabilities[0]",
            "clé « subsections_are_inapplicable » absente",
        ),
        (
            f"{RULES}.potential_inapplicabilities.0.condition.conditions.1.target",
            "2",
            f"{RULES_PLACE}.potential_inapplicabilities[0].condition.conditions[1].target",
            "attendu : un nombre, trouvé : un texte",
        ),
        (
            f"{RULES}.potential_modifications.0.condition",
            ...,
            f"{RULES_PLACE}.potential_modifications[0]",
            "clé « condition » absente",
        ),
        (
            f"{RULES}.potential_modifications.0.new_version.title",
            None,
            f"{RULES_PLACE}.potential_modifications[0].new_version.title",
            "attendu : un objet",
        ),
        (f"{RULES}.warnings", [3], f"{RULES_PLACE}.warnings[0]", "attendu : un texte"),
    ],
)
def test_errors_name_the_file_and_the_place(path: str, value: object, place: str, reason: str) -> None:
    with pytest.raises(OrderFileError) as caught:
        read(change(path, value))
    assert caught.value.place == place
    assert str(caught.value).startswith(f"{NAME}, {place}" if place else f"{NAME} : ")
    assert reason in str(caught.value)


def test_errors_below_a_section_name_it() -> None:
    with pytest.raises(
        OrderFileError, match=r"sections\[0\].sections\[0\].title \(section S2\) : clé « text »"
    ):
        read(change(f"{SECTION}.title.text", ...))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "n'est pas un JSON valide (ligne 1, colonne 1)"),
        (b"{\n 'id': 1}", "n'est pas un JSON valide (ligne 2, colonne 2)"),
        (b"\xff\xfe{}", "n'est pas en UTF-8 (octet 1)"),
        (b"[" * 100_000, "l'imbrication est trop profonde"),
        (b'{"a":' * 50_000, "l'imbrication est trop profonde"),
        (b'{"a": NaN}', "contient NaN, qui n'est pas un nombre"),
        (b'{"a": -Infinity}', "contient -Infinity"),
        (b'{"a": ' + b"1" * 5000 + b"}", "contient un nombre trop long"),
        (b"null", "attendu : un objet, trouvé : null"),
        (b'"JORFTEXT"', "attendu : un objet, trouvé : un texte"),
        (b'{"id": "\\ud800"}', "id : le texte contient un caractère incomplet"),
    ],
)
def test_what_is_no_json_object_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(OrderFileError) as caught:
        read_order(data, NAME)
    assert str(caught.value).startswith(NAME)
    assert reason in str(caught.value)


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_order(b"\xef\xbb\xbf" + f.data(sample()), NAME) == read(sample())


def test_infinite_quantities_are_refused() -> None:
    text = json.dumps(sample()).replace('"target": 2', '"target": 1e999')
    with pytest.raises(OrderFileError, match="le nombre est trop grand"):
        read_order(text.encode(), NAME)


def test_a_section_id_may_come_once() -> None:
    with pytest.raises(OrderFileError, match="« S1 » est employé deux fois"):
        read(f.order_document(f.section("S1"), f.section("S1")))


def test_a_section_id_of_a_new_version_counts_too() -> None:
    new = f.new_section("S2", title="Nouveau", alineas=[])
    changed = f.section("S1", modifications=[f.modification(f.eq("regime", "A"), new)])
    with pytest.raises(OrderFileError, match="« S2 » est employé deux fois"):
        read(f.order_document(changed, f.section("S2")))


def test_section_ids_are_case_sensitive() -> None:
    assert len(f.order(f.section("aB"), f.section("Ab")).sections) == 2


def nested_sections(depth: int) -> f.Document:
    tree = f.section("D0")
    for level in range(1, depth):
        tree = f.section(f"D{level}", tree)
    return f.order_document(tree)


@pytest.mark.parametrize("depth", [MAX_SECTION_DEPTH + 1, 200])
def test_sections_nest_within_bounds(depth: int) -> None:
    assert read(nested_sections(MAX_SECTION_DEPTH)).sections[0].sections
    with pytest.raises(OrderFileError, match="plus de 20 niveaux de sections"):
        read(nested_sections(depth))


def test_a_section_has_a_hundred_elements_at_most() -> None:
    many = [f.inapplicability(f.eq("regime", "A"))] * 101
    with pytest.raises(OrderFileError, match="plus de 100 inapplicabilités ou modifications"):
        read(f.order_document(f.section("S1", inapplicabilities=many)))


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("JORFTEXT000034429274", True),
        ("LEGITEXT000005625281", True),
        ("JORFTEXT00003442927", False),
        ("JORFTEXT0000344292741", False),
        ("jorftext000034429274", False),
        ("JORFTEXT00003442927٤", False),
        ("JORFTEXT000034429274\n", False),
        ("FAKE01", False),
    ],
)
def test_identifiers_of_published_orders(value: str, *, valid: bool) -> None:
    assert is_cid(value) is valid


def test_a_trial_order_may_be_read() -> None:
    assert f.order(cid="FAKE_essai-1").cid == "FAKE_essai-1"


def places(value: object) -> Iterator[tuple[Any, Any]]:
    """Every container of a document with each of its keys."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        yield value, key
        yield from places(child)


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
    st.just([{}]),
    st.just({"text": "x"}),
)


def refusal_of(document: f.Document) -> str | None:
    """The sentence of a document that cannot be read, None where it is read."""
    try:
        read(document)
    except OrderFileError as error:
        return str(error)
    return None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_order_is_read_or_refused_with_a_sentence(data: st.DataObject) -> None:
    document = copy.deepcopy(sample())
    container, key = data.draw(st.sampled_from(list(places(document))))
    container[key] = data.draw(JUNK)
    sentence = refusal_of(document)
    assert sentence is None or (sentence.startswith(NAME) and "\n" not in sentence)


def test_the_demo_orders_are_read(demo_ams: Path) -> None:
    files = sorted(demo_ams.glob("*.json"))
    assert len(files) == 8
    for file in files:
        assert read_order(file.read_bytes(), file.name).cid == file.stem
