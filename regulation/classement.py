"""A line of an installation's classification: its parameters and its volume (docs/rules.md).

The engine takes dates as they are given: emptying implausible ones is the work of the data step, never the
engine's.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from regulation.conditions import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from regulation.conditions import Value

#: What stands for every rubrique that begins with 47, whose lines are masked before publication.
HIDDEN_RUBRIQUE = "47xx"
_HIDDEN_PREFIX = "47"


class Regime(StrEnum):
    """Regime of a classement, strongest first; `NONE` is a line without regime."""

    A = "A"
    E = "E"
    D = "D"
    NC = "NC"
    UNKNOWN = "unknown"
    NONE = ""

    @property
    def rank(self) -> int:
        """Place in the order of strength: A 0, E 1, D 2, NC 3, unknown 4, none 5."""
        return _RANKS[self]


_RANKS = {regime: rank for rank, regime in enumerate(Regime)}

#: Regimes to which a ministerial order may be bound.
BOUND_REGIMES = (Regime.A, Regime.E, Regime.D)

_DATE_OF_ACT = {Regime.A: Parameter.DATE_AUTORISATION, Regime.D: Parameter.DATE_DECLARATION}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")


@dataclass(frozen=True, slots=True)
class Classement:
    """What the engine needs to know of a classement; an empty text or None is an unknown value.

    ``volume`` is as written, a number then perhaps a unit ("260.000 kW").
    """

    rubrique: str
    regime: Regime
    alinea: str = ""
    date_autorisation: date | None = None
    date_mise_en_service: date | None = None
    volume: str = ""


def parameters_of(classement: Classement) -> dict[Parameter, Value]:
    """The known parameters of one classement; the regime ``unknown`` is as unknown as an empty one."""
    regime = classement.regime
    values: dict[Parameter, Value | None] = {
        Parameter.REGIME: None if regime is Regime.UNKNOWN else regime.value or None,
        Parameter.ALINEA: classement.alinea or None,
        Parameter.RUBRIQUE: classement.rubrique or None,
        Parameter.QUANTITE: quantity(classement.volume),
        Parameter.DATE_INSTALLATION: classement.date_mise_en_service,
        _DATE_OF_ACT.get(regime, Parameter.DATE_ENREGISTREMENT): classement.date_autorisation,
    }
    return {parameter: value for parameter, value in values.items() if value is not None}


def agreed_parameters(classements: Iterable[Classement]) -> dict[Parameter, Value]:
    """The parameters that every classement has with the same value; of no classement, none."""
    agreed: dict[Parameter, Value] | None = None
    for classement in classements:
        values = parameters_of(classement)
        if agreed is None:
            agreed = values
        else:
            agreed = {
                parameter: value for parameter, value in agreed.items() if values.get(parameter) == value
            }
    return agreed or {}


def is_hidden(rubrique: str) -> bool:
    """Whether lines of this rubrique are masked before publication."""
    return rubrique.startswith(_HIDDEN_PREFIX)


def quantity(volume: str) -> float | None:
    """The number that a volume begins with, a comma counting as the decimal point, or None."""
    number = _leading_number(volume)
    value = math.nan if number is None else float(number.replace(",", "."))
    return value if math.isfinite(value) else None


def shown_volume(volume: str) -> str:
    """A volume as people read it, without idle zeros: "90.000 m3" gives "90 m3"."""
    number = _leading_number(volume)
    if number is None:
        return volume.strip()
    rest = " ".join(volume.split()[1:])
    short = number.rstrip("0").rstrip(".,") if "." in number or "," in number else number
    return f"{short or '0'} {rest}".rstrip()


def is_writable_volume(volume: str) -> bool:
    """Whether a person may enter this volume: nothing, or a number, then a space before any unit."""
    return not volume.strip() or _leading_number(volume) is not None


def _leading_number(volume: str) -> str | None:
    words = volume.split(maxsplit=1)
    return words[0] if words and _NUMBER.fullmatch(words[0]) else None
