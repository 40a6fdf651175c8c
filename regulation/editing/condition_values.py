"""Values of conditions as people type them, and as a form shows them.

Dates come as ``2003-07-01`` (what a date field of a browser sends) or ``01/07/2003``; quantities with a comma
or a point, spaces between thousands allowed, in the unit of the rubrique.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from regulation.classement import Regime
from regulation.conditions import Parameter, Value
from regulation.reading import ReadingError, number, quoted, text

#: Regimes that a condition may ask for: those to which orders are bound.
REGIMES = {Regime.A: "Autorisation", Regime.E: "Enregistrement", Regime.D: "Déclaration"}
FIRST_YEAR, LAST_YEAR = 1850, 2199
LONGEST_WORD = 40

_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_FRENCH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_QUANTITY = re.compile(r"\d{1,15}(\.\d{1,9})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Known:
    """What texts may be: ``rubriques`` and ``alineas`` of the nomenclature and of the order.

    Where a set is empty nothing is known and any text will do. ``kept`` holds what the condition said before:
    old rubriques leave the nomenclature, and a condition keeps them.
    """

    rubriques: frozenset[str] = frozenset()
    alineas: frozenset[str] = frozenset()
    kept: frozenset[tuple[Parameter, Value]] = frozenset()


def read_value(parameter: Parameter, typed: str, known: Known) -> Value:
    """The value that somebody typed, of the parameter's type.

    Raises:
        ReadingError: it is empty, cannot be read, or is not known; a French sentence that says what to do.
    """
    for kept_parameter, value in known.kept:
        if kept_parameter is parameter and written(value) == typed:
            return value
    words = " ".join(text(typed).split())
    if parameter.is_date:
        return _read_date(words)
    if parameter.is_number:
        return _read_quantity(words)
    return _read_word(parameter, words, known)


def _read_date(words: str) -> date:
    found = _ISO_DATE.fullmatch(words)
    parts = found.groups() if found else None
    if parts is None and (found := _FRENCH_DATE.fullmatch(words)):
        parts = found.groups()[::-1]
    try:
        day = date(*map(int, parts)) if parts else None
    except ValueError:
        day = None
    if day is None:
        raise ReadingError("Donnez une date qui existe, comme 01/07/2003.")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ReadingError(f"Donnez une date entre {FIRST_YEAR} et {LAST_YEAR}.")
    return day


def _read_quantity(words: str) -> float:
    digits = "".join(words.split()).replace(",", ".")
    if not _QUANTITY.fullmatch(digits):
        raise ReadingError("Donnez une quantité, comme 50000 ou 0,5, sans son unité.")
    return number(float(digits))


def _read_word(parameter: Parameter, words: str, known: Known) -> str:
    if parameter is Parameter.REGIME:
        if words not in REGIMES:
            raise ReadingError("Choisissez le régime : autorisation, enregistrement ou déclaration.")
        return words
    is_rubrique = parameter is Parameter.RUBRIQUE
    if not words or len(words) > LONGEST_WORD:
        raise ReadingError(
            "Donnez une rubrique, comme 1510." if is_rubrique else "Donnez un alinéa, comme 2-a."
        )
    if is_rubrique and known.rubriques and words not in known.rubriques:
        raise ReadingError(
            f"La nomenclature n'a pas de rubrique {quoted(words)} : choisissez-en une de la liste."
        )
    if not is_rubrique and known.alineas and words not in known.alineas:
        raise ReadingError(
            f"Aucune rubrique concernée n'a d'alinéa {quoted(words)} dans la nomenclature : "
            "choisissez-en un de la liste."
        )
    return words


def written(value: Value | None) -> str:
    """A value as a field of a form holds it: an ISO date, a quantity with a comma, a text."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    digits = f"{Decimal(repr(float(value))):f}"
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits).replace(".", ",")
