"""Warnings as data, and the one place where their French sentences are made (docs/rules.md, "Warnings").

`sentence` gives the sentence of a warning; `clause` says a condition in words. Nothing else of the project
words a warning. Sentences are plain text, to be escaped where they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from regulation.conditions import ConditionSet, ConditionType, Leaf, Parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regulation.conditions import Condition, Value


class WarningKind(StrEnum):
    """What a warning is about."""

    STATIC = "static"
    ALINEA_MISMATCH = "alinea_mismatch"
    AM_INAPPLICABLE = "am_inapplicable"
    AM_POSSIBLY_INAPPLICABLE = "am_possibly_inapplicable"
    SECTION_INAPPLICABLE = "section_inapplicable"
    SECTION_POSSIBLY_INAPPLICABLE = "section_possibly_inapplicable"
    SECTION_MODIFIED = "section_modified"
    SECTION_POSSIBLY_MODIFIED = "section_possibly_modified"


@dataclass(frozen=True, slots=True)
class OrderWarning:
    """A warning on an order or a section.

    ``text`` is the order's own sentence, of a static warning only; ``condition`` belongs to the kinds that
    depend on one; ``alineas`` are the 0-based indices concerned, empty for the whole section.
    """

    kind: WarningKind
    condition: Condition | None = None
    alineas: tuple[int, ...] = ()
    text: str = ""


def static_warning(text: str) -> OrderWarning:
    """A warning that the order itself carries, whatever the installation."""
    return OrderWarning(WarningKind.STATIC, text=text)


def sentence(warning: OrderWarning) -> str:
    """The French sentence of a warning; a static one speaks for itself."""
    if warning.condition is None:
        return warning.text.strip() if warning.kind is WarningKind.STATIC else _ALINEA_MISMATCH
    when = clause(warning.condition)
    if warning.kind is WarningKind.SECTION_MODIFIED:
        return f"Le texte de cette section est modifié pour cette installation, car {when}."
    if warning.kind is WarningKind.SECTION_POSSIBLY_MODIFIED:
        return (
            "Le texte de cette section pourrait être modifié pour cette installation : "
            f"il l'est lorsque {when}."
        )
    what = _concerned(warning)
    if warning.kind in (WarningKind.AM_INAPPLICABLE, WarningKind.SECTION_INAPPLICABLE):
        return f"{what.subject} {what.is_not} à cette installation, car {when}."
    return f"{what.subject} {what.might_not} à cette installation : {what.it_is_not} lorsque {when}."


_ALINEA_MISMATCH = (
    "Cet arrêté ne concerne pas l'alinéa sous lequel l'installation est classée : "
    "il ne lui est pas applicable."
)


class _Concerned(NamedTuple):
    """What falls away, with the verbs that agree with it."""

    subject: str
    is_not: str = "n'est pas applicable"
    might_not: str = "pourrait ne pas être applicable"
    it_is_not: str = "il ne l'est pas"


def _concerned(warning: OrderWarning) -> _Concerned:
    if warning.kind in (WarningKind.AM_INAPPLICABLE, WarningKind.AM_POSSIBLY_INAPPLICABLE):
        return _Concerned("Cet arrêté")
    if not warning.alineas:
        return _Concerned("Cette section", it_is_not="elle ne l'est pas")
    words = numbered_alineas(warning.alineas)
    subject = f"{words[:1].upper()}{words[1:]} de cette section"
    if len(set(warning.alineas)) == 1:
        return _Concerned(subject)
    return _Concerned(
        subject, "ne sont pas applicables", "pourraient ne pas être applicables", "ils ne le sont pas"
    )


def numbered_alineas(indices: Sequence[int]) -> str:
    """Alineas counted from 1: "l'alinéa 3", "les alinéas 2 à 5", "les alinéas 1, 3 à 5 et 9"."""
    numbers = sorted({index + 1 for index in indices})
    if not numbers:
        return ""
    if len(numbers) == 1:
        return f"l'alinéa {numbers[0]}"
    return f"les alinéas {_listed(_runs(numbers), 'et')}"


def _runs(numbers: list[int]) -> list[str]:
    """Numbers in words, a run of three or more said by its ends."""
    runs: list[list[int]] = [[numbers[0]]]
    for before, number in pairwise(numbers):
        if number == before + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [
        word
        for run in runs
        for word in ([f"{run[0]} à {run[-1]}"] if len(run) >= 3 else [str(number) for number in run])
    ]


def _listed(words: Sequence[str], link: str) -> str:
    """A French enumeration: "a", "a et b", "a, b et c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {link} {words[-1]}"


def clause(condition: Condition) -> str:
    """A condition in words, able to follow "car" or "lorsque"."""
    if isinstance(condition, Leaf):
        return _leaf_clause(condition)
    if len(condition.conditions) == 1:
        return clause(condition.conditions[0])
    folded = _folded_clause(condition)
    if folded:
        return folded
    if condition.type is ConditionType.OR and any(_is_conjunction(child) for child in condition.conditions):
        return ", ".join(f"soit {_nested(child, ConditionType.AND)}" for child in condition.conditions)
    link = "et" if condition.type is ConditionType.AND else "ou"
    return _listed([_nested(child, condition.type) for child in condition.conditions], link)


def _nested(condition: Condition, around: ConditionType) -> str:
    """A clause inside a larger one, in brackets where "et" and "ou" would otherwise mix."""
    core = _core(condition)
    needs_brackets = isinstance(core, ConditionSet) and core.type is not around and not _folded_clause(core)
    return f"({clause(core)})" if needs_brackets else clause(core)


def _core(condition: Condition) -> Condition:
    """The condition without the sets of a single child around it, which change nothing."""
    while isinstance(condition, ConditionSet) and len(condition.conditions) == 1:
        condition = condition.conditions[0]
    return condition


def _is_conjunction(condition: Condition) -> bool:
    core = _core(condition)
    return isinstance(core, ConditionSet) and core.type is ConditionType.AND and not _folded_clause(core)


def _folded_clause(condition: ConditionSet) -> str:
    """One clause for a set whose children all test one parameter for equality, else an empty text."""
    children = [_core(child) for child in condition.conditions]
    tests = [child for child in children if isinstance(child, Leaf) and child.type is ConditionType.EQUAL]
    if len(tests) < len(children) or len({test.parameter for test in tests}) != 1:
        return ""
    parameter = tests[0].parameter
    values = list(dict.fromkeys(_point(parameter, test.low) for test in tests))
    is_both = condition.type is ConditionType.AND and len(values) > 1
    words = _listed(values, "et" if is_both else "ou")
    return f"{_SUBJECTS[parameter]} {_equality(parameter, 'à la fois ' if is_both else '')}{words}"


_SUBJECTS = {
    Parameter.REGIME: "le régime",
    Parameter.ALINEA: "l'alinéa de la rubrique",
    Parameter.RUBRIQUE: "la rubrique",
    Parameter.QUANTITE: "la quantité autorisée pour la rubrique",
    Parameter.DATE_INSTALLATION: "la date de mise en service",
    Parameter.DATE_AUTORISATION: "la date d'autorisation",
    Parameter.DATE_DECLARATION: "la date de déclaration",
    Parameter.DATE_ENREGISTREMENT: "la date d'enregistrement",
}
_MASCULINE = frozenset({Parameter.REGIME, Parameter.ALINEA})
_REGIMES = {
    "A": "celui de l'autorisation",
    "E": "celui de l'enregistrement",
    "D": "celui de la déclaration",
    "NC": "« non classé »",
    "unknown": "inconnu",
}
_ENDS = {
    (False, False): "{noun}s incluses",
    (False, True): "seconde {noun} exclue",
    (True, False): "première {noun} exclue",
    (True, True): "{noun}s exclues",
}


def _leaf_clause(leaf: Leaf) -> str:
    parameter, subject = leaf.parameter, _SUBJECTS[leaf.parameter]
    if leaf.type is ConditionType.EQUAL:
        return f"{subject} {_equality(parameter)}{_point(parameter, leaf.low)}"
    if leaf.type is ConditionType.RANGE:
        ends = f"{_point(parameter, leaf.low)} et {_point(parameter, leaf.high)}"
        return f"{subject} est {_agreed('compris', parameter)} entre {ends} ({_counted_ends(leaf)})"
    target = _bare(parameter, leaf.low if leaf.high is None else leaf.high)
    return f"{subject} est {_comparison(leaf)} {'au' if parameter.is_date else 'à'} {target}"


def _equality(parameter: Parameter, together: str = "") -> str:
    return f"est {together}égale à " if parameter.is_number else f"est {together}"


def _comparison(leaf: Leaf) -> str:
    """The adjective of a half-line, with "ou égal" where its end counts."""
    is_above = leaf.high is None
    if leaf.parameter.is_date:
        adjective = "postérieur" if is_above else "antérieur"
    else:
        adjective = "supérieur" if is_above else "inférieur"
    words = _agreed(adjective, leaf.parameter)
    is_strict = leaf.low_strict if is_above else leaf.high_strict
    return words if is_strict else f"{words} ou {_agreed('égal', leaf.parameter)}"


def _counted_ends(leaf: Leaf) -> str:
    noun = "date" if leaf.parameter.is_date else "valeur"
    return _ENDS[leaf.low_strict, leaf.high_strict].format(noun=noun)


def _agreed(adjective: str, parameter: Parameter) -> str:
    return adjective if parameter in _MASCULINE else f"{adjective}e"


def _point(parameter: Parameter, value: Value | None) -> str:
    """A value where it stands alone: a date takes its article."""
    return f"le {_bare(parameter, value)}" if parameter.is_date else _bare(parameter, value)


def _bare(parameter: Parameter, value: Value | None) -> str:
    if isinstance(value, date):
        return french_date(value)
    if isinstance(value, float | int):
        return french_number(value)
    words = str(value)
    return _REGIMES.get(words, words) if parameter is Parameter.REGIME else words


def french_date(value: date) -> str:
    """A date as ``dd/mm/yyyy``."""
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def french_number(value: float) -> str:
    """A number with a decimal comma, thousands kept apart by a non-breaking space, idle zeros dropped."""
    digits = f"{Decimal(repr(value)):,f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return digits.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
