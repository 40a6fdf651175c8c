"""What is wrong, or worth a look, in orders about to be published (docs/rules.md, "Checking orders").

`check_order` looks at one order, `check_orders` at a whole publication. Errors and conflicts block, warnings
and notes do not. Two elements of one section whose conditions can hold together are a conflict when their
effects differ, a note when they are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

from regulation.conditions import all_of, equal
from regulation.order import Inapplicability, Modification, walk
from regulation.order_file import is_cid
from regulation.reading import quoted
from regulation.satisfiability import TooComplexError, joint_example
from regulation.warnings import clause, numbered_alineas

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from regulation.conditions import Condition, Parameter, Value
    from regulation.order import Order, Section


class Level(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    CONFLICT = "conflict"
    WARNING = "warning"
    NOTE = "note"

    @property
    def blocks(self) -> bool:
        """Whether it forbids publication."""
        return self in (Level.ERROR, Level.CONFLICT)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say of an order: a French sentence, the section it is about, values that show it.

    ``section_id`` is empty for the whole order; ``example`` belongs to conflicts and notes.
    """

    level: Level
    cid: str
    sentence: str
    section_id: str = ""
    section_title: str = ""
    example: tuple[tuple[Parameter, Value], ...] = ()

    def __str__(self) -> str:
        title = f" {quoted(self.section_title.strip())}" if self.section_title.strip() else ""
        section = f", section {self.section_id}{title}" if self.section_id else ""
        return f"{self.cid}{section} : {self.sentence}"


Element: TypeAlias = Inapplicability | Modification


def check_orders(orders: Iterable[Order], taken: Mapping[str, str] | None = None) -> list[Finding]:
    """Findings on each order, and on identifiers that two orders share.

    ``taken`` gives sections of further orders, which are not looked at: the cid by section id.
    """
    findings: list[Finding] = []
    order_of_section = dict(taken or {})
    cids: set[str] = set()
    for order in orders:
        if order.cid in cids:
            findings.append(Finding(Level.ERROR, order.cid, "cet identifiant est celui de deux arrêtés."))
        cids.add(order.cid)
        findings.extend(_shared_ids(order, order_of_section))
        findings.extend(check_order(order))
    return findings


def _shared_ids(order: Order, order_of_section: dict[str, str]) -> Iterator[Finding]:
    for section in _all_sections(order):
        other = order_of_section.setdefault(section.id, order.cid)
        if other != order.cid:
            yield _about(
                Level.ERROR, order, section, f"cet identifiant est déjà celui d'une section de {other}."
            )


def _all_sections(order: Order) -> Iterator[Section]:
    """Every section, those of the modifications' texts included."""
    for section in walk(order.sections):
        yield section
        yield from walk(modification.new_version for modification in section.parametrization.modifications)


def check_order(order: Order) -> list[Finding]:
    """Findings on one order, in the order of its text."""
    findings = list(_order_findings(order))
    for section in walk(order.sections):
        findings.extend(_section_findings(order, section))
    return findings


def _order_findings(order: Order) -> Iterator[Finding]:
    if not is_cid(order.cid):
        yield Finding(Level.ERROR, order.cid, "cet identifiant d'essai ne peut pas être publié.")
    if order.is_transverse and order.bindings:
        sentence = "cet arrêté transverse est rattaché à des rubriques, qui restent sans effet."
        yield Finding(Level.WARNING, order.cid, sentence)
    if not order.is_transverse and not order.bindings:
        sentence = "cet arrêté n'est rattaché à aucune rubrique : il ne sera jamais proposé."
        yield Finding(Level.WARNING, order.cid, sentence)
    condition = order.condition_of_inapplicability
    if condition is not None and _is_never_satisfied(condition):
        yield Finding(Level.WARNING, order.cid, _never(condition))


def _section_findings(order: Order, section: Section) -> Iterator[Finding]:
    if not section.title.strip():
        yield _about(Level.WARNING, order, section, "cette section n'a pas de titre.")
    if not section.reference:
        yield _about(Level.WARNING, order, section, "cette section n'a pas de référence.")
    if section.topic and any(below.topic for below in walk(section.sections)):
        sentence = "une de ses sous-sections a aussi un thème, qui reste sans effet."
        yield _about(Level.WARNING, order, section, sentence)
    yield from _element_findings(order, section)
    yield from _pair_findings(order, section)


def _element_findings(order: Order, section: Section) -> Iterator[Finding]:
    rules = section.parametrization
    for inapplicability in rules.inapplicabilities:
        beyond = [index for index in inapplicability.alineas if not 0 <= index < len(section.alineas)]
        if beyond:
            yield _about(Level.WARNING, order, section, _beyond(beyond, len(section.alineas)))
    for element in _elements(section):
        if _is_never_satisfied(element.condition):
            yield _about(Level.WARNING, order, section, _never(element.condition))
    for modification in rules.modifications:
        if any(_elements(new) or new.parametrization.warnings for new in walk([modification.new_version])):
            sentence = "le paramétrage contenu dans un texte de remplacement reste sans effet."
            yield _about(Level.WARNING, order, section, sentence)


def _pair_findings(order: Order, section: Section) -> Iterator[Finding]:
    """A conflict or a note for each pair of elements that can be satisfied together."""
    for one, other in combinations(_elements(section), 2):
        finding = _pair_finding(order, section, one, other)
        if finding is not None:
            yield finding


def findings_with(order: Order, section: Section, element: Element) -> list[Finding]:
    """What `check_order` finds between this element of a section and the others."""
    others = [other for other in _elements(section) if other is not element]
    found = (_pair_finding(order, section, element, other) for other in others)
    return [finding for finding in found if finding is not None]


def _pair_finding(order: Order, section: Section, one: Element, other: Element) -> Finding | None:
    try:
        example = joint_example(one.condition, other.condition)
    except TooComplexError:
        return _about(Level.ERROR, order, section, _undecided(one.condition, other.condition))
    if example is None:
        return None
    is_same = _effect(section, one) == _effect(section, other)
    return Finding(
        level=Level.NOTE if is_same else Level.CONFLICT,
        cid=order.cid,
        sentence=_together(one.condition, other.condition, example, is_same=is_same),
        section_id=section.id,
        section_title=section.title,
        example=tuple(example.items()),
    )


def _elements(section: Section) -> tuple[Element, ...]:
    rules = section.parametrization
    return (*rules.inapplicabilities, *rules.modifications)


def _effect(section: Section, element: Element) -> object:
    """What the element does to the section, comparable with what another does."""
    if isinstance(element, Modification):
        return _content(element.new_version)
    alineas = frozenset(element.alineas).intersection(range(len(section.alineas)))
    reaches_below = element.subsections_are_inapplicable and bool(section.sections)
    return (bool(element.alineas), alineas, reaches_below)


def _content(section: Section) -> object:
    return (section.title, section.alineas, tuple(_content(child) for child in section.sections))


def _is_never_satisfied(condition: Condition) -> bool:
    try:
        return joint_example(condition) is None
    except TooComplexError:
        return False


def _about(level: Level, order: Order, section: Section, sentence: str) -> Finding:
    return Finding(level, order.cid, sentence, section.id, section.title)


def _never(condition: Condition) -> str:
    return f"la condition « {clause(condition)} » ne peut jamais être remplie."


def _beyond(indices: list[int], count: int) -> str:
    known = f"la section en compte {count}" if count else "la section n'en a aucun"
    if len(set(indices)) == 1:
        return f"{numbered_alineas(indices)}, visé par une inapplicabilité, n'existe pas : {known}."
    return f"{numbered_alineas(indices)}, visés par une inapplicabilité, n'existent pas : {known}."


def _undecided(one: Condition, other: Condition) -> str:
    return (
        f"les conditions « {clause(one)} » et « {clause(other)} » ont trop d'alternatives pour vérifier "
        "qu'elles s'excluent ; simplifiez-les."
    )


def _together(one: Condition, other: Condition, example: dict[Parameter, Value], *, is_same: bool) -> str:
    effects = "le même effet" if is_same else "des effets différents"
    values = clause(all_of(*(equal(parameter, value) for parameter, value in example.items())))
    return (
        f"les conditions « {clause(one)} » et « {clause(other)} » peuvent être remplies ensemble, "
        f"avec {effects} : par exemple si {values}."
    )
