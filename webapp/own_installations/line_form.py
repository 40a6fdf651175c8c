"""The form of a line of classement: what a person typed, each field's rule, and what it changes.

A field that was left as it stood is not checked: real lines hold what no rule would let in today.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from regulation.classement import is_writable_volume, quantity
from webapp.formats import PARIS, now, short_day
from webapp.installations.wording import NO_ALINEA, REGIMES
from webapp.models import Classement

# Dates that the data step takes for unknown are not to be typed either (docs/data.md).
FIRST_YEAR, YEARS_AHEAD = 1850, 5
LONGEST = {"rubrique": 10, "alinea": 20, "regime": 10, "volume": 60}
LONGEST_DATE = 20
LABELS = {
    "rubrique": "Rubrique",
    "alinea": "Alinéa",
    "regime": "Régime",
    "volume": "Volume",
    "date_autorisation": "Date d’autorisation",
    "date_mise_en_service": "Date de mise en service",
    "last_substantial_modif_date": "Date de la dernière modification notable",
}
DATES = tuple(name for name in LABELS if "date" in name)
NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+")
# « 1 250,5 kW »: spaces between thousands, as the pages of the site write them.
THOUSANDS = re.compile(r"^[0-9]{1,3}(?:\s[0-9]{3})+(?=[.,\s]|$)")
ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
FRENCH_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


@dataclass(frozen=True, slots=True)
class LineForm:
    """The fields as typed, a sentence for each that is wrong, and the values of the columns that change."""

    typed: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(LABELS, ""))
    errors: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """Return a text that changes with any field: a page says with it which line it showed."""
        return hashlib.sha256(repr([self.typed[name] for name in LABELS]).encode()).hexdigest()[:16]


def form_of(line: Classement) -> LineForm:
    """Return the form with a line as it stands."""
    typed = {
        "rubrique": line.rubrique,
        "alinea": "" if line.alinea in (None, NO_ALINEA) else line.alinea,
        "regime": line.regime,
        "volume": shown_volume(line.volume, line.unit),
    }
    for name in DATES:
        value = getattr(line, name)
        typed[name] = short_day(value) if value else ""
    return LineForm({name: typed[name] or "" for name in LABELS})


def read_line_form(
    given: Mapping[str, str], before: LineForm, is_known_rubrique: Callable[[str], bool]
) -> LineForm:
    """Return what was typed with what is wrong, else with what it changes of the line as it stood."""
    typed = {name: clean(given.get(name, "")) for name in LABELS}
    rules: dict[str, Callable[[str], Mapping[str, Any]]] = {
        "rubrique": lambda text: read_rubrique(text, is_known_rubrique),
        "alinea": read_alinea,
        "regime": read_regime,
        "volume": read_volume,
    }
    errors: dict[str, str] = {}
    changes: dict[str, Any] = {}
    for name, text in typed.items():
        if text == before.typed[name] and not (name in {"rubrique", "regime"} and not text):
            continue
        try:
            read = {name: read_date(text)} if name in DATES else rules[name](text)
        except ValueError as wrong:
            errors[name] = f"« {LABELS[name]} » : {wrong}"
        else:
            changes.update(read)
    return LineForm(typed, errors, {} if errors else changes)


def read_rubrique(text: str, is_known: Callable[[str], bool]) -> dict[str, str]:
    """Return the rubrique.

    Raises:
        ValueError: there is none, or the nomenclature does not have it; the sentence says what to do.
    """
    if not text:
        raise ValueError("indiquez le numéro d’une rubrique, par exemple 2910.")
    if len(text) > LONGEST["rubrique"] or not is_known(text):
        raise ValueError(
            f"la nomenclature n’a pas de rubrique « {text[:40]} ». Choisissez-en une dans la liste, ou "
            "cherchez-la par un mot."
        )
    return {"rubrique": text}


def read_alinea(text: str) -> dict[str, str | None]:
    """Return the alinea, None for none.

    Raises:
        ValueError: it is too long.
    """
    if len(text) > LONGEST["alinea"]:
        raise ValueError(f"{LONGEST['alinea']} caractères au plus, par exemple 2-a.")
    return {"alinea": text or None}


def read_regime(text: str) -> dict[str, str]:
    """Return the code of the regime.

    Raises:
        ValueError: it is none of those that a line may have.
    """
    if text not in REGIMES:
        raise ValueError("choisissez un régime dans la liste.")
    return {"regime": text}


def read_volume(text: str) -> dict[str, str | None]:
    """Return the number, with a decimal point, and the unit; None for what is not there (docs/rules.md, 6).

    Raises:
        ValueError: it does not begin with a number that is followed by a space if a unit comes after.
    """
    joined = THOUSANDS.sub(lambda found: re.sub(r"\s", "", found[0]), text)
    number, _, unit = joined.partition(" ")
    if not joined:
        return {"volume": None, "unit": None}
    if not is_writable_volume(joined) or not NUMBER.fullmatch(number) or quantity(number) is None:
        raise ValueError(
            "commencez par un nombre, suivi d’une espace s’il y a une unité, par exemple 90 kW ou 1,5 t."
        )
    if len(text) > LONGEST["volume"]:
        raise ValueError(f"{LONGEST['volume']} caractères au plus.")
    return {"volume": number.replace(",", "."), "unit": unit or None}


def read_date(text: str) -> date | None:
    """Return the day, None for nothing; `07/02/2021` and `2021-02-07` are read.

    Raises:
        ValueError: this is no day, or one that cannot be true.
    """
    if not text:
        return None
    iso, french = ISO_DATE.fullmatch(text), FRENCH_DATE.fullmatch(text)
    parts = iso.groups() if iso else french.groups()[::-1] if french else ()
    try:
        day = date(*map(int, parts)) if parts else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError("écrivez une date qui existe, comme 07/02/2021.")
    last_year = now().astimezone(PARIS).year + YEARS_AHEAD
    if not FIRST_YEAR <= day.year <= last_year:
        raise ValueError(f"l’année est comprise entre {FIRST_YEAR} et {last_year}.")
    return day


def shown_volume(volume: str | None, unit: str | None) -> str:
    """Return a volume as a person writes it: `90.500` with `kW` gives `90,5 kW`."""
    number = (volume or "").strip()
    if "." in number and NUMBER.fullmatch(number):
        number = number.rstrip("0").rstrip(".").replace(".", ",") or "0"
    return " ".join(part for part in (number, (unit or "").strip()) if part)


def clean(text: str) -> str:
    """Return a text on one line, without what no field may hold."""
    return " ".join(text.replace("\0", " ").split())[:500]
