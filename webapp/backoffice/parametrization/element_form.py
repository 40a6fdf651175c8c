"""The form of an element: what was typed, what is wrong with each field, the raw element that it makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from etl.am_documents import Document
from regulation.condition_file import read_condition
from regulation.conditions import Condition
from regulation.editing import parameters
from regulation.editing.carried import ElementKind
from regulation.editing.condition_building import Built, build
from regulation.editing.condition_form import BLANK, Group, Row, form_of, read_group
from regulation.editing.condition_values import Known
from regulation.editing.parameters import SHORTEST_WARNING, fingerprint
from regulation.editing.text_format import LineNote, TextError, sections_to_text
from regulation.warnings import OrderWarning, WarningKind, sentence
from webapp.backoffice.parametrization.places import Place, Target

LONGEST_WARNING = 5_000
ALL, CHOSEN = "tout", "choix"
WARNING_RULE = "Écrivez un avertissement de plus de 10 caractères."
NO_ALINEA = "Cochez au moins un alinéa, ou choisissez toute la section."
SENTENCES = {
    ElementKind.INAPPLICABILITY: (
        WarningKind.SECTION_INAPPLICABLE,
        WarningKind.SECTION_POSSIBLY_INAPPLICABLE,
    ),
    ElementKind.MODIFICATION: (WarningKind.SECTION_MODIFIED, WarningKind.SECTION_POSSIBLY_MODIFIED),
}
ORDER_SENTENCES = (WarningKind.AM_INAPPLICABLE, WarningKind.AM_POSSIBLY_INAPPLICABLE)


@dataclass(frozen=True, slots=True)
class ElementForm:
    """The fields; once judged, a sentence for each that is wrong, or the raw element and what it will say.

    `alineas` are counted from 0; `problems` are about the lines of a new text.
    """

    kind: ElementKind
    group: Group = BLANK
    scope: str = ALL
    alineas: frozenset[int] = frozenset()
    reaches_below: bool = True
    text: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    problems: tuple[LineNote, ...] = ()
    element: Any = None
    sentences: tuple[str, ...] = ()

    @property
    def has_condition(self) -> bool:
        """Tell whether elements of this kind depend on a condition."""
        return self.kind is not ElementKind.WARNING

    @property
    def is_wrong(self) -> bool:
        """Tell whether something is to be corrected."""
        return self.element is None

    @property
    def stamp(self) -> str:
        """Return what tells the sentences that were shown from others."""
        return fingerprint(self.sentences) if self.sentences else ""


def shown_form(target: Target) -> ElementForm:
    """Return the form that shows an element as it is, or begins a new one."""
    kind, before = target.kind, target.before
    if kind is ElementKind.WARNING:
        return ElementForm(kind, text=before or "")
    if before is None:
        section = target.place.section
        text = sections_to_text([section]) if section and kind is ElementKind.MODIFICATION else ""
        return ElementForm(kind, text=text)
    group = form_of(read_condition(before["condition"]))
    if kind is ElementKind.MODIFICATION:
        return ElementForm(kind, group, text=sections_to_text([before["new_version"]]))
    alineas = frozenset(before.get("alineas") or ())
    below = before.get("subsections_are_inapplicable", True)
    return ElementForm(kind, group, CHOSEN if alineas else ALL, alineas, below)


def typed_form(target: Target, typed: MultiDict[str, str]) -> ElementForm:
    """Return the form as it was sent."""
    kind = target.kind
    if kind is ElementKind.WARNING:
        return ElementForm(kind, text=typed.get("texte", ""))
    group = read_group(typed)
    if kind is ElementKind.MODIFICATION:
        return ElementForm(kind, group, text=typed.get("texte", ""))
    numbers = frozenset(typed.getlist("alinea", type=int))
    scope = CHOSEN if typed.get("portee") == CHOSEN else ALL
    below = (target.before or {}).get("subsections_are_inapplicable", True)
    if "sous-sections-demandees" in typed:
        below = "sous-sections" in typed
    return ElementForm(kind, group, scope, numbers, below)


def judged(form: ElementForm, target: Target, known: Known) -> ElementForm:
    """Return the form with what is wrong, or with the raw element and its sentences."""
    if form.kind is ElementKind.WARNING:
        return _judged_warning(form, target)
    built = build(form.group, known, target.before["condition"] if target.before else None)
    form = replace(form, group=built.group)
    if form.kind is ElementKind.MODIFICATION:
        return _judged_modification(form, target, built)
    return _judged_inapplicability(form, target, built)


def _judged_warning(form: ElementForm, target: Target) -> ElementForm:
    text = parameters.warning(form.text.replace("\0", " "), target.before)
    if len(text.strip()) < SHORTEST_WARNING:
        return replace(form, errors={"texte": WARNING_RULE})
    if len(text) > LONGEST_WARNING:
        return replace(form, errors={"texte": f"Un avertissement a {LONGEST_WARNING} caractères au plus."})
    return replace(form, element=text)


def _judged_modification(form: ElementForm, target: Target, built: Built) -> ElementForm:
    before = target.before
    try:
        text = parameters.new_version(form.text, before["new_version"] if before else None)
    except TextError as error:
        return replace(form, errors={"texte": "Ce texte ne peut pas être lu."}, problems=error.problems)
    if built.document is None:
        return form
    element = parameters.modification(built.document, text, before)
    return replace(form, element=element, sentences=_sentences(target, built.condition))


def _judged_inapplicability(form: ElementForm, target: Target, built: Built) -> ElementForm:
    alineas = _chosen(form, target.place, target.before)
    if form.scope == CHOSEN and not alineas:
        form = replace(form, errors={"alineas": NO_ALINEA})
    if built.document is None or form.errors:
        return form
    if target.place.is_order:
        return replace(
            form, element={"condition": built.document}, sentences=_sentences(target, built.condition)
        )
    below = form.reaches_below
    element = parameters.inapplicability(built.document, alineas, target.before, below=below)
    said = _sentences(target, built.condition, alineas)
    if target.place.has_sections:
        said = (*said, f"Ses sous-sections {'suivent le même sort' if below else 'restent applicables'}.")
    return replace(form, element=element, sentences=said)


def _chosen(form: ElementForm, place: Place, before: Mapping[str, Any] | None) -> tuple[int, ...]:
    """Return the alineas ticked that there are, or that the element was about already."""
    if form.scope == ALL:
        return ()
    there = set(range(len(place.alineas))) | set((before or {}).get("alineas") or ())
    return tuple(sorted(form.alineas & there))


def _sentences(target: Target, condition: Condition | None, alineas: tuple[int, ...] = ()) -> tuple[str, ...]:
    """Return what inspectors will read where the condition holds, and where it might."""
    if condition is None:
        return ()
    kinds = ORDER_SENTENCES if target.place.is_order else SENTENCES[target.kind]
    return tuple(sentence(OrderWarning(kind, condition, alineas)) for kind in kinds)


def without_blanks(form: ElementForm) -> ElementForm:
    """Return a judged form that says nothing yet of fields that nobody filled: it is being written."""
    errors = {} if form.kind is ElementKind.WARNING and not form.text else form.errors
    return replace(form, group=_without_blanks(form.group), errors=errors)


def _without_blanks(group: Group) -> Group:
    children: list[Row | Group] = []
    for child in group.children:
        if isinstance(child, Group):
            children.append(_without_blanks(child))
        else:
            value_error = child.value_error if child.value else ""
            children.append(
                replace(child, value_error=value_error, end_error=child.end_error if child.end else "")
            )
    return replace(group, children=tuple(children))


def with_element(document: Document, target: Target, element: Any) -> Document:
    """Return the document with an element in the place of the one that was there, or after the others."""
    section_id, kind = target.place.section_id, target.kind
    elements = parameters.elements_of(document, section_id, kind)
    if target.rank is None:
        elements.append(element)
    else:
        elements[target.rank] = element
    return parameters.with_elements(document, section_id, kind, elements)


def without_element(document: Document, target: Target) -> Document:
    """Return the document without an element."""
    section_id, kind = target.place.section_id, target.kind
    elements = parameters.elements_of(document, section_id, kind)
    kept = [element for rank, element in enumerate(elements) if rank != target.rank]
    return parameters.with_elements(document, section_id, kind, kept)
