"""An order as it reads under the parameters of an installation (docs/rules.md, "What an order says").

A `Personaliser` prepares an order once: each distinct condition gets a number, and only the sections that
may change keep a node. Personalising evaluates each condition once and rebuilds the path to what changes;
everything else is shared with the order as read. Two sets of parameters on which all conditions agree read
the same, so they share one result.

    personaliser = Personaliser(order)
    read = personaliser.personalise(parameters)     # an Order; sections carry their State

The neutral order is never changed, and results are immutable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from regulation.conditions import Outcome
from regulation.order import Inapplicability, Modification, Order, State, inactive_state
from regulation.warnings import OrderWarning, WarningKind, static_warning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regulation.conditions import Condition, Parameters
    from regulation.order import Section

Element: TypeAlias = Inapplicability | Modification

#: Readings kept by order: real orders have a few dozen distinct ones.
MAX_KEPT_READINGS = 64


def personalise(order: Order, parameters: Parameters) -> Order:
    """The order under the parameters; `Personaliser` serves better when one order is read many times."""
    return Personaliser(order).personalise(parameters)


class Personaliser:
    """An order ready to be personalised many times; safe to share between threads."""

    def __init__(self, order: Order) -> None:
        self.order = order
        compiler = _Compiler()
        self._root = compiler.compile_all(order.sections)
        self._conditions = tuple(compiler.numbers)
        self._readings: dict[tuple[Outcome, ...], Order] = {}

    def outcomes(self, parameters: Parameters) -> tuple[Outcome, ...]:
        """What each distinct condition of the order's sections gives: two equal answers read the same."""
        return tuple([condition.outcome(parameters) for condition in self._conditions])

    def personalise(self, parameters: Parameters) -> Order:
        """The order under the parameters: another object, sharing every section that does not change."""
        outcomes = self.outcomes(parameters)
        reading = self._readings.get(outcomes)
        if reading is None:
            reading = replace(
                self.order, sections=_walked_children(self._root, self.order.sections, outcomes)
            )
            self._keep(outcomes, reading)
        return reading

    def _keep(self, outcomes: tuple[Outcome, ...], reading: Order) -> None:
        if len(self._readings) >= MAX_KEPT_READINGS:
            self._readings.clear()
        self._readings[outcomes] = reading


@dataclass(frozen=True, slots=True)
class _Effect:
    """What one element of a parametrization does: its result when satisfied, its warning while possible."""

    condition: int
    element: Element
    possible: OrderWarning


@dataclass(frozen=True, slots=True)
class _Node:
    """A section that may change, or holds one that may.

    ``walked`` is what it is when nothing changes: the section with its static warnings. ``children`` are the
    nodes below it with their places.
    """

    section: Section
    walked: Section
    effects: tuple[_Effect, ...]
    children: tuple[tuple[int, _Node], ...]


class _Compiler:
    """Turns sections into nodes and numbers the distinct conditions in the order they are met."""

    def __init__(self) -> None:
        self.numbers: dict[Condition, int] = {}

    def compile_all(self, sections: Sequence[Section]) -> tuple[tuple[int, _Node], ...]:
        nodes = ((place, self._compile(section)) for place, section in enumerate(sections))
        return tuple((place, node) for place, node in nodes if node is not None)

    def _compile(self, section: Section) -> _Node | None:
        children = self.compile_all(section.sections)
        rules = section.parametrization
        if not children and not (rules.warnings or rules.inapplicabilities or rules.modifications):
            return None
        elements: tuple[Element, ...] = (*rules.inapplicabilities, *rules.modifications)
        effects = tuple(self._effect(element) for element in elements)
        return _Node(section, _walked(section, children), effects, children)

    def _effect(self, element: Element) -> _Effect:
        condition = self.numbers.setdefault(element.condition, len(self.numbers))
        return _Effect(condition, element, _warning_of(element, is_certain=False))


def _walked(section: Section, children: tuple[tuple[int, _Node], ...]) -> Section:
    sections = list(section.sections)
    for place, node in children:
        sections[place] = node.walked
    warnings = tuple(static_warning(text) for text in section.parametrization.warnings)
    if not warnings and all(new is old for new, old in zip(sections, section.sections, strict=True)):
        return section
    return replace(section, sections=tuple(sections), state=replace(section.state, warnings=warnings))


def _walked_children(
    nodes: tuple[tuple[int, _Node], ...], sections: tuple[Section, ...], outcomes: tuple[Outcome, ...]
) -> tuple[Section, ...]:
    """The sections with those of the nodes walked; the same tuple where none changes."""
    changed: list[Section] | None = None
    for place, node in nodes:
        section = _walk(node, outcomes)
        if section is not sections[place]:
            changed = changed or list(sections)
            changed[place] = section
    return tuple(changed) if changed else sections


def _walk(node: _Node, outcomes: tuple[Outcome, ...]) -> Section:
    """The section of a node under the outcomes: the first satisfied effect, else children and warnings."""
    for effect in node.effects:
        if outcomes[effect.condition] is Outcome.SATISFIED:
            return _applied(node.walked, node.section, effect.element)
    walked = node.walked
    sections = _walked_children(node.children, walked.sections, outcomes)
    possible = tuple([e.possible for e in node.effects if outcomes[e.condition] is Outcome.POSSIBLE])
    if not possible and sections is walked.sections:
        return walked
    state = replace(walked.state, warnings=walked.state.warnings + possible) if possible else walked.state
    return replace(walked, sections=sections, state=state)


def _applied(walked: Section, section: Section, element: Element) -> Section:
    """The section once an element holds; what lies below it is as written, since the walk goes no deeper."""
    warnings = (*walked.state.warnings, _warning_of(element, is_certain=True))
    if isinstance(element, Modification):
        return modified_section(section, element, warnings)
    return _inapplicable(section, element, warnings)


def modified_section(
    section: Section, modification: Modification, warnings: tuple[OrderWarning, ...] = ()
) -> Section:
    """The section under its new text: id, topic and reference stay, the section as it was is kept beside."""
    new = modification.new_version
    return replace(
        section,
        title=new.title,
        alineas=new.alineas,
        sections=new.sections,
        state=State(
            modified=True, warnings=warnings, active_alineas=new.state.active_alineas, previous=section
        ),
    )


def _inapplicable(section: Section, element: Inapplicability, warnings: tuple[OrderWarning, ...]) -> Section:
    count = len(section.alineas)
    flags = tuple(bool(element.alineas) and index not in element.alineas for index in range(count))
    sections = section.sections
    if element.subsections_are_inapplicable:
        sections = tuple(_deactivated(child) for child in sections)
    state = State(active=bool(element.alineas), warnings=warnings, active_alineas=flags)
    return replace(section, sections=sections, state=state)


def _deactivated(section: Section) -> Section:
    return replace(
        section,
        sections=tuple(_deactivated(child) for child in section.sections),
        state=inactive_state(len(section.alineas)),
    )


_KINDS = {
    (False, False): WarningKind.SECTION_POSSIBLY_INAPPLICABLE,
    (False, True): WarningKind.SECTION_INAPPLICABLE,
    (True, False): WarningKind.SECTION_POSSIBLY_MODIFIED,
    (True, True): WarningKind.SECTION_MODIFIED,
}


def _warning_of(element: Element, *, is_certain: bool) -> OrderWarning:
    is_modification = isinstance(element, Modification)
    alineas = () if isinstance(element, Modification) else element.alineas
    return OrderWarning(_KINDS[is_modification, is_certain], element.condition, alineas)
