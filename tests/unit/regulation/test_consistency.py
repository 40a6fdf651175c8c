"""Findings on orders about to be published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from regulation import satisfiability
from regulation.condition_file import parameters_document, read_condition
from regulation.conditions import is_satisfied
from regulation.consistency import Finding, Level, check_order, check_orders
from tests.unit.regulation import fictitious as f

if TYPE_CHECKING:
    from regulation.order import Order

DAY, QUANTITY = "date-d-installation", "quantite-rubrique"
OLD, IS_E = f.lt(DAY, "2010-04-16"), f.eq("regime", "E")
START_IS, QUANTITY_IS = "la date de mise en service est", "la quantité autorisée pour la rubrique est"
FIFTY_THOUSAND = "50\N{NO-BREAK SPACE}000"
NEVER = f"{QUANTITY_IS} comprise entre 4 et 2 (valeurs exclues)"
BIG = f.both(f.gt(QUANTITY, 50000.0), f.lt(DAY, "2010-04-17"))


def levels(findings: list[Finding]) -> list[str]:
    return [finding.level.value for finding in findings]


def pair(one: f.Document, other: f.Document) -> Order:
    return f.order(f.section("S1", f.section("S2"), alineas=["a", "b"], inapplicabilities=[one, other]))


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (f.inapplicability(OLD), f.inapplicability(BIG), "note"),
        (f.inapplicability(OLD, [0, 1]), f.inapplicability(BIG, [1, 0, 1]), "note"),
        (f.inapplicability(OLD, []), f.inapplicability(BIG, None), "note"),
        (f.inapplicability(OLD, [0]), f.inapplicability(BIG, [1]), "conflict"),
        (f.inapplicability(OLD, [0, 1]), f.inapplicability(BIG), "conflict"),
        (f.inapplicability(OLD), f.inapplicability(BIG, below=False), "conflict"),
        (f.inapplicability(OLD), f.inapplicability(f.gt(DAY, "2010-04-16")), None),
        (f.inapplicability(IS_E, [0]), f.inapplicability(OLD, [1]), "conflict"),
        (f.inapplicability(IS_E, [0]), f.inapplicability(f.both(f.eq("regime", "D"), OLD), [1]), None),
    ],
)
def test_pairs_of_inapplicabilities(one: f.Document, other: f.Document, level: str | None) -> None:
    assert levels(check_order(pair(one, other))) == ([level] if level else [])


def test_without_subsections_reaching_below_makes_no_difference() -> None:
    rules = [f.inapplicability(OLD), f.inapplicability(BIG, below=False)]
    assert levels(check_order(f.order(f.section("S1", inapplicabilities=rules)))) == ["note"]


@pytest.mark.parametrize(
    ("alineas", "level"), [(["Neuf."], "note"), (["Autre."], "conflict"), (["Neuf.", "Neuf."], "conflict")]
)
def test_pairs_of_modifications_compare_their_texts(alineas: list[str], level: str) -> None:
    rules = [
        f.modification(OLD, f.new_section("N1", title="Neuf", alineas=["Neuf."])),
        f.modification(BIG, f.new_section("N2", title="Neuf", alineas=alineas)),
    ]
    assert levels(check_order(f.order(f.section("S1", modifications=rules)))) == [level]


def test_an_inapplicability_and_a_modification_always_differ() -> None:
    new = f.new_section("N1", title="Article S1", alineas=[])
    section = f.section(
        "S1", inapplicabilities=[f.inapplicability(OLD)], modifications=[f.modification(BIG, new)]
    )
    assert levels(check_order(f.order(section))) == ["conflict"]


def test_a_finding_shows_values_that_satisfy_both() -> None:
    (finding,) = check_order(pair(f.inapplicability(OLD, [0]), f.inapplicability(BIG, [1])))
    assert parameters_document(dict(finding.example)) == {DAY: "2010-04-15", QUANTITY: 50000.0}
    assert all(is_satisfied(read_condition(condition), dict(finding.example)) for condition in (OLD, BIG))
    assert str(finding) == (
        "JORFTEXT999999999901, section S1 « Article S1 » : "
        f"les conditions « {START_IS} antérieure au 16/04/2010 » et "
        f"« {QUANTITY_IS} supérieure ou égale à {FIFTY_THOUSAND} et {START_IS} antérieure au 17/04/2010 » "
        "peuvent être remplies ensemble, avec des effets différents : "
        f"par exemple si {START_IS} le 15/04/2010 et {QUANTITY_IS} égale à {FIFTY_THOUSAND}."
    )


def test_every_pair_of_three_is_compared() -> None:
    rules = [f.inapplicability(condition, [0]) for condition in (OLD, IS_E, BIG)]
    order = f.order(f.section("S1", alineas=["a"], inapplicabilities=rules))
    assert levels(check_order(order)) == ["note"] * 3


def test_a_pair_too_long_to_decide_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(satisfiability, "MAX_BRANCHES", 0)
    unclear = f.either(f.lt(QUANTITY, 1), f.eq("alinea", "b"))
    (finding,) = check_order(pair(f.inapplicability(unclear), f.inapplicability(unclear)))
    assert (finding.level, "trop d'alternatives" in finding.sentence) == (Level.ERROR, True)


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        (f.section("S1", title=" \N{NO-BREAK SPACE}"), "cette section n'a pas de titre."),
        ({**f.section("S1"), "reference": {"nb": "", "name": ""}}, "cette section n'a pas de référence."),
        ({**f.section("S1"), "reference": None}, "cette section n'a pas de référence."),
        (
            f.section("S1", inapplicabilities=[f.inapplicability(OLD, [0, 4])]),
            "l'alinéa 5, visé par une inapplicabilité, n'existe pas : la section en compte 1.",
        ),
        (
            f.section("S1", inapplicabilities=[f.inapplicability(OLD, [-1])]),
            "l'alinéa 0, visé par une inapplicabilité, n'existe pas : la section en compte 1.",
        ),
        (
            f.section("S1", alineas=[], inapplicabilities=[f.inapplicability(OLD, [0, 1, 2])]),
            "les alinéas 1 à 3, visés par une inapplicabilité, n'existent pas : la section n'en a aucun.",
        ),
        (
            f.section(
                "S1", inapplicabilities=[f.inapplicability(f.between(QUANTITY, 4, 2, strict=(True, True)))]
            ),
            f"la condition « {NEVER} » ne peut jamais être remplie.",
        ),
        (
            f.section("S1", f.section("S2", f.section("S3", topic="EAU")), topic="RISQUES"),
            "une de ses sous-sections a aussi un thème, qui reste sans effet.",
        ),
        (
            f.section(
                "S1",
                modifications=[
                    f.modification(
                        OLD, {**f.new_section("N1", f.section("N2", warnings=["!"]), title="", alineas=[])}
                    )
                ],
            ),
            "le paramétrage contenu dans un texte de remplacement reste sans effet.",
        ),
    ],
)
def test_warnings_on_a_section(section: f.Document, sentence: str) -> None:
    (finding,) = check_order(f.order(section))
    assert (finding.level, finding.section_id, finding.sentence) == (Level.WARNING, "S1", sentence)


@pytest.mark.parametrize(
    ("values", "level", "words"),
    [
        ({"cid": "FAKE1"}, Level.ERROR, "identifiant d'essai"),
        ({"is_transverse": True}, Level.WARNING, "transverse est rattaché"),
        ({"classements_with_alineas": []}, Level.WARNING, "n'est rattaché à aucune rubrique"),
        ({"condition": f.both(IS_E, f.eq("regime", "D"))}, Level.WARNING, "ne peut jamais être remplie"),
    ],
)
def test_findings_on_an_order(values: f.Document, level: Level, words: str) -> None:
    (finding,) = check_order(f.order(**values))
    assert finding.level is level
    assert words in finding.sentence
    assert str(finding).startswith(f"{finding.cid} : ")


def test_a_sound_order_has_none() -> None:
    assert check_order(f.order(f.section("S1", f.section("S2", topic="EAU")))) == []


def test_ids_are_unique_over_all_orders() -> None:
    new = f.new_section("S9", title="Neuf", alineas=[])
    one = f.order(f.section("S1"), f.section("S9"))
    other = f.order(f.section("S2", modifications=[f.modification(OLD, new)]), cid="JORFTEXT999999999902")
    (finding,) = check_orders([one, other])
    assert (finding.level, finding.cid, finding.section_id) == (Level.ERROR, other.cid, "S9")
    assert one.cid in finding.sentence


def test_an_identifier_belongs_to_one_order() -> None:
    findings = check_orders([f.order(f.section("S1")), f.order(f.section("S2"))])
    assert [finding.sentence for finding in findings] == ["cet identifiant est celui de deux arrêtés."]


def test_a_section_of_an_order_that_is_not_looked_at_is_taken() -> None:
    (finding,) = check_orders([f.order(f.section("S1"), f.section("S2"))], {"S2": "JORFTEXT000000000009"})
    assert (finding.section_id, finding.level) == ("S2", Level.ERROR)
    assert finding.sentence == "cet identifiant est déjà celui d'une section de JORFTEXT000000000009."


def test_only_errors_and_conflicts_block() -> None:
    assert [level.value for level in Level if level.blocks] == ["error", "conflict"]
