"""What changed between two versions of an order in what stands on its sections: parameters and topics."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from etl.am_documents import Document
from regulation.editing.alinea_alignment import MIN_SIMILARITY
from regulation.editing.carried import ElementKind
from regulation.editing.nodes import similarity, words_of
from regulation.editing.parameters import WHOLE_ORDER, elements_of, section_elements
from regulation.editing.text_format import sections_to_text
from regulation.warnings import numbered_alineas
from webapp.backoffice.elements import detail_of
from webapp.differences import Run, word_changes

REFERENCE = "référence"
PARAMETERS = (ElementKind.INAPPLICABILITY, ElementKind.MODIFICATION, ElementKind.WARNING)


class What(StrEnum):
    """What became of an element, in French, of any gender."""

    ADDED = "ajout"
    REMOVED = "retrait"
    CHANGED = "changement"


@dataclass(frozen=True, slots=True)
class ElementChange:
    """An element that came, went or changed; no titles: it stands on the whole order."""

    what: What
    kind: str
    titles: tuple[str, ...]
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class _Held:
    """A section and its elements in words, by kind."""

    titles: tuple[str, ...]
    elements: Mapping[str, list[str]]


def element_changes(before: Document, after: Document) -> list[ElementChange]:
    """Return the parameters, topics and references that changed, in the order of the newer text.

    The reference of a section whose titles changed follows from them, and is not told again.
    """
    old, new = dict(_sections(before)), dict(_sections(after))
    found: list[ElementChange] = []
    for name in [*new, *(name for name in old if name not in new)]:
        found += _changes_of(old.get(name), new.get(name))
    return found


def _changes_of(old: _Held | None, new: _Held | None) -> Iterator[ElementChange]:
    titles = (new or old or _Held((), {})).titles
    is_same_place = old is not None and new is not None and old.titles == new.titles
    for kind in (*map(str, PARAMETERS), str(ElementKind.TOPIC), REFERENCE):
        if kind == REFERENCE and not is_same_place:
            continue
        gone, come = _unlike(_elements(old, kind), _elements(new, kind))
        for one, other in zip_longest(gone, come, fillvalue=""):
            for what, before, after in _told_apart(one, other):
                yield ElementChange(what, kind, titles, word_changes(before, after))


def _told_apart(one: str, other: str) -> Iterator[tuple[What, str, str]]:
    """Give the change of one sentence into another, or the two where they have little in common."""
    if one and other and similarity(words_of(one), words_of(other)) >= MIN_SIMILARITY:
        yield What.CHANGED, one, other
        return
    if one:
        yield What.REMOVED, one, ""
    if other:
        yield What.ADDED, "", other


def _elements(held: _Held | None, kind: str) -> list[str]:
    return [] if held is None else held.elements[kind]


def _unlike(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Return what only the one has, and what only the other has, in their order."""
    return _without(old, Counter(new)), _without(new, Counter(old))


def _without(words: list[str], others: Counter[str]) -> list[str]:
    left = []
    for each in words:
        if others[each]:
            others[each] -= 1
        else:
            left.append(each)
    return left


def _sections(document: Document) -> Iterator[tuple[str, _Held]]:
    told = {str(kind): _told(kind, elements_of(document, WHOLE_ORDER, kind)) for kind in PARAMETERS}
    yield WHOLE_ORDER, _Held((), {**told, str(ElementKind.TOPIC): [], REFERENCE: []})
    yield from _below(document["sections"], ())


def _below(sections: list[Document], above: tuple[str, ...]) -> Iterator[tuple[str, _Held]]:
    for section in sections:
        titles = (*above, section["title"]["text"])
        yield section["id"], _Held(titles, _elements_of(section))
        yield from _below(section["sections"], titles)


def _elements_of(section: Document) -> dict[str, list[str]]:
    told = {str(kind): _told(kind, section_elements(section, kind)) for kind in PARAMETERS}
    topic = (section.get("annotations") or {}).get("topic")
    reference = section.get("reference") or {}
    cited = " – ".join(filter(None, (reference.get("nb"), reference.get("name"))))
    told[str(ElementKind.TOPIC)] = [detail_of(topic)] if topic else []
    told[REFERENCE] = [cited] if cited else []
    return told


def _told(kind: ElementKind, elements: list[Any]) -> list[str]:
    return [_sentence(kind, element) for element in elements]


def _sentence(kind: ElementKind, raw: Any) -> str:
    if kind is ElementKind.INAPPLICABILITY:
        return f"{_extent(raw)} {detail_of(raw)}"
    if kind is ElementKind.MODIFICATION:
        return f"autre texte {detail_of(raw)} :\n{sections_to_text([raw['new_version']])}"
    return detail_of(raw)


def _extent(raw: Mapping[str, Any]) -> str:
    if "subsections_are_inapplicable" not in raw:
        return "tout l’arrêté,"
    below = "avec" if raw["subsections_are_inapplicable"] else "sans"
    return f"{numbered_alineas(raw.get('alineas') or ()) or 'toute la section'}, {below} les sous-sections,"
