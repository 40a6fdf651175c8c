"""The French sentence of every form of warning and condition."""

from __future__ import annotations

import pytest
from hypothesis import given

from regulation.condition_file import read_condition
from regulation.warnings import (
    OrderWarning,
    WarningKind,
    clause,
    french_number,
    numbered_alineas,
    sentence,
    static_warning,
)
from tests.unit.regulation import fictitious as f
from tests.unit.regulation import strategies

START, AUT, DEC, ENR = (
    f"date-d-{name}" for name in ("installation", "autorisation", "declaration", "enregistrement")
)
QUANTITY, NBSP = "quantite-rubrique", "\N{NO-BREAK SPACE}"


WHEN = "la date de déclaration est antérieure au 01/01/2017"
MANY = "Les alinéas 1 et 4 de cette section pourraient"
MAY_READ = "Le texte de cette section pourrait être modifié pour cette installation"
HERE, MIGHT_NOT = "à cette installation", "pourrait ne pas être applicable à cette installation"


@pytest.mark.parametrize(
    ("kind", "alineas", "words"),
    [
        ("am_inapplicable", [], f"Cet arrêté n'est pas applicable {HERE}, car {WHEN}."),
        (
            "am_possibly_inapplicable",
            [],
            f"Cet arrêté {MIGHT_NOT} : il ne l'est pas lorsque {WHEN}.",
        ),
        ("section_inapplicable", [], f"Cette section n'est pas applicable {HERE}, car {WHEN}."),
        (
            "section_inapplicable",
            [2],
            f"L'alinéa 3 de cette section n'est pas applicable {HERE}, car {WHEN}.",
        ),
        (
            "section_inapplicable",
            [1, 2, 3, 4],
            f"Les alinéas 2 à 5 de cette section ne sont pas applicables {HERE}, car {WHEN}.",
        ),
        (
            "section_possibly_inapplicable",
            [],
            f"Cette section {MIGHT_NOT} : elle ne l'est pas lorsque {WHEN}.",
        ),
        (
            "section_possibly_inapplicable",
            [0],
            f"L'alinéa 1 de cette section {MIGHT_NOT} : il ne l'est pas lorsque {WHEN}.",
        ),
        (
            "section_possibly_inapplicable",
            [0, 3],
            f"{MANY} ne pas être applicables {HERE} : ils ne le sont pas lorsque {WHEN}.",
        ),
        (
            "section_modified",
            [],
            f"Le texte de cette section est modifié pour cette installation, car {WHEN}.",
        ),
        (
            "section_possibly_modified",
            [],
            f"{MAY_READ} : il l'est lorsque {WHEN}.",
        ),
    ],
)
def test_sentences(kind: str, alineas: list[int], words: str) -> None:
    warning = OrderWarning(WarningKind(kind), read_condition(f.lt(DEC, "2017-01-01")), tuple(alineas))
    assert sentence(warning) == words


def test_an_alinea_mismatch_needs_no_condition() -> None:
    words = "Cet arrêté ne concerne pas l'alinéa sous lequel l'installation est classée : "
    assert sentence(OrderWarning(WarningKind.ALINEA_MISMATCH)) == f"{words}il ne lui est pas applicable."


def test_a_static_warning_speaks_for_itself() -> None:
    assert (
        sentence(static_warning("Applicable aux seuls sites Seveso.\n\n"))
        == "Applicable aux seuls sites Seveso."
    )


@pytest.mark.parametrize(
    ("indices", "words"),
    [
        ([2], "l'alinéa 3"),
        ([0, 1], "les alinéas 1 et 2"),
        ([1, 2, 3, 4], "les alinéas 2 à 5"),
        ([0, 2, 6], "les alinéas 1, 3 et 7"),
        ([8, 0, 3, 2, 4], "les alinéas 1, 3 à 5 et 9"),
        ([0, 1, 3, 4], "les alinéas 1, 2, 4 et 5"),
        ([3, 3], "l'alinéa 4"),
        ([], ""),
    ],
)
def test_alineas_are_counted_from_one(indices: list[int], words: str) -> None:
    assert numbered_alineas(indices) == words


START_IS, AUT_IS = "la date de mise en service est", "la date d'autorisation est"
A_IS, D_IS = "le régime est celui de l'autorisation", "le régime est celui de la déclaration"
DEC_IS, QUANTITY_IS = "la date de déclaration est", "la quantité autorisée pour la rubrique est"
FEW, B_IS = f"{QUANTITY_IS} inférieure à 2", "l'alinéa de la rubrique est b"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        # each parameter, under its name
        (f.lt(START, "2005-07-01"), f"{START_IS} antérieure au 01/07/2005"),
        (f.lt(AUT, "2005-07-01"), f"{AUT_IS} antérieure au 01/07/2005"),
        (f.lt(DEC, "2005-07-01"), f"{DEC_IS} antérieure au 01/07/2005"),
        (f.lt(ENR, "2005-07-01"), "la date d'enregistrement est antérieure au 01/07/2005"),
        (f.eq("rubrique", "2910"), "la rubrique est 2910"),
        (f.eq("alinea", "2-a"), "l'alinéa de la rubrique est 2-a"),
        (f.eq("regime", "A"), "le régime est celui de l'autorisation"),
        (f.eq("regime", "E"), "le régime est celui de l'enregistrement"),
        (f.eq("regime", "D"), "le régime est celui de la déclaration"),
        (f.eq("regime", "NC"), "le régime est « non classé »"),
        (f.eq("regime", "unknown"), "le régime est inconnu"),
        # dates
        (
            f.lt(START, "2005-07-01", strict=False),
            f"{START_IS} antérieure ou égale au 01/07/2005",
        ),
        (f.gt(START, "2005-07-01", strict=True), f"{START_IS} postérieure au 01/07/2005"),
        (f.gt(START, "2005-07-01"), f"{START_IS} postérieure ou égale au 01/07/2005"),
        (f.eq(START, "0019-12-09"), f"{START_IS} le 09/12/0019"),
        (
            f.between(START, "2003-07-01", "2010-04-16"),
            f"{START_IS} comprise entre le 01/07/2003 et le 16/04/2010 (seconde date exclue)",
        ),
        (
            f.between(START, "2003-07-01", "2010-04-16", strict=(False, False)),
            f"{START_IS} comprise entre le 01/07/2003 et le 16/04/2010 (dates incluses)",
        ),
        (
            f.between(START, "2003-07-01", "2010-04-16", strict=(True, False)),
            f"{START_IS} comprise entre le 01/07/2003 et le 16/04/2010 (première date exclue)",
        ),
        (
            f.between(START, "2003-07-01", "2010-04-16", strict=(True, True)),
            f"{START_IS} comprise entre le 01/07/2003 et le 16/04/2010 (dates exclues)",
        ),
        # quantities
        (f.lt(QUANTITY, 200), f"{QUANTITY_IS} inférieure à 200"),
        (
            f.lt(QUANTITY, 0.5, strict=False),
            f"{QUANTITY_IS} inférieure ou égale à 0,5",
        ),
        (f.gt(QUANTITY, 2, strict=True), f"{QUANTITY_IS} supérieure à 2"),
        (
            f.gt(QUANTITY, 150000.0),
            f"{QUANTITY_IS} supérieure ou égale à 150{NBSP}000",
        ),
        (f.eq(QUANTITY, 4), f"{QUANTITY_IS} égale à 4"),
        (
            f.between(QUANTITY, 2, 4),
            f"{QUANTITY_IS} comprise entre 2 et 4 (seconde valeur exclue)",
        ),
        # texts may be compared too, if rarely
        (f.gt("alinea", "2", strict=True), "l'alinéa de la rubrique est supérieur à 2"),
        (f.lt("rubrique", "2000", strict=False), "la rubrique est inférieure ou égale à 2000"),
        (
            f.between("alinea", "1", "3"),
            "l'alinéa de la rubrique est compris entre 1 et 3 (seconde valeur exclue)",
        ),
        # sets
        (f.both(f.eq("regime", "A")), "le régime est celui de l'autorisation"),
        (f.either(f.either(f.lt(DEC, "2005-07-01"))), f"{DEC_IS} antérieure au 01/07/2005"),
        (f.either(f.eq("rubrique", "2910"), f.eq("rubrique", "2915")), "la rubrique est 2910 ou 2915"),
        (
            f.either(*(f.eq("alinea", alinea) for alinea in ("1-a", "1-b", "1-a", "2"))),
            "l'alinéa de la rubrique est 1-a, 1-b ou 2",
        ),
        (
            f.either(f.eq("regime", "A"), f.eq("regime", "E")),
            "le régime est celui de l'autorisation ou celui de l'enregistrement",
        ),
        (
            f.either(f.eq(START, "2005-07-01"), f.eq(START, "2006-07-01")),
            f"{START_IS} le 01/07/2005 ou le 01/07/2006",
        ),
        (
            f.either(f.eq(QUANTITY, 1), f.eq(QUANTITY, 2)),
            f"{QUANTITY_IS} égale à 1 ou 2",
        ),
        (
            f.both(f.eq("rubrique", "2910"), f.eq("rubrique", "2915")),
            "la rubrique est à la fois 2910 et 2915",
        ),
        (f.both(f.eq("rubrique", "2910"), f.eq("rubrique", "2910")), "la rubrique est 2910"),
        (
            f.both(f.eq("regime", "A"), f.lt(START, "2003-01-01")),
            f"{A_IS} et {START_IS} antérieure au 01/01/2003",
        ),
        (
            f.both(f.eq("regime", "A"), f.eq("alinea", "1"), f.lt(QUANTITY, 2)),
            f"{A_IS}, l'alinéa de la rubrique est 1 et {FEW}",
        ),
        (
            f.either(f.lt(DEC, "2003-01-01"), f.lt(START, "2003-01-01")),
            f"{DEC_IS} antérieure au 01/01/2003 ou {START_IS} antérieure au 01/01/2003",
        ),
        (
            f.both(f.either(f.eq("rubrique", "2910"), f.eq("rubrique", "2915")), f.eq("regime", "D")),
            f"la rubrique est 2910 ou 2915 et {D_IS}",
        ),
        (
            f.both(f.either(f.eq("rubrique", "2910"), f.lt(QUANTITY, 2)), f.eq("regime", "D")),
            f"(la rubrique est 2910 ou {FEW}) et {D_IS}",
        ),
        (
            f.both(f.both(f.eq("alinea", "1"), f.lt(QUANTITY, 2)), f.eq("regime", "D")),
            f"l'alinéa de la rubrique est 1 et {FEW} et {D_IS}",
        ),
        (
            f.either(f.both(f.eq("regime", "A"), f.lt(AUT, "2003-01-01")), f.eq("alinea", "b")),
            f"soit {A_IS} et {AUT_IS} antérieure au 01/01/2003, soit {B_IS}",
        ),
        (
            f.either(
                f.both(f.eq("regime", "A"), f.either(f.lt(AUT, "2003-01-01"), f.lt(QUANTITY, 2))),
                f.eq("alinea", "b"),
            ),
            f"soit {A_IS} et ({AUT_IS} antérieure au 01/01/2003 ou {FEW}), soit {B_IS}",
        ),
    ],
)
def test_clauses(condition: f.Document, words: str) -> None:
    assert clause(read_condition(condition)) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (200.0, "200"),
        (0.17, "0,17"),
        (1000.0, f"1{NBSP}000"),
        (1234567.5, f"1{NBSP}234{NBSP}567,5"),
        (0.0, "0"),
        (1e21, f"1{f'{NBSP}000' * 7}"),
        (1e-7, "0,0000001"),
        (3, "3"),
    ],
)
def test_numbers_are_written_in_french(number: float, words: str) -> None:
    assert french_number(number) == words


@given(strategies.conditions())
def test_brackets_close_and_no_clause_is_empty(condition: f.Document) -> None:
    words = clause(read_condition(condition))
    assert words.count("(") == words.count(")")
    assert "  " not in words
    assert "()" not in words
    assert words.strip() == words != ""
