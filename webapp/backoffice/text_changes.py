"""What changed between two texts of an order, section by section and word by word.

    changes_between(before, after)        # two documents of one order: a section is known by its id
    changes_of_drafts(before, after)      # texts from elsewhere: sections are found by title and content

Alineas are compared as the editor shows them (docs/backoffice-text.md), so that a link, a span of a table or
a non-breaking space that changed is seen. Words are compared when a change is shown, not before: of a long
list, a page can show a part.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from regulation.editing.alignment import align
from regulation.editing.alinea_alignment import align_alineas
from regulation.editing.drafts import Document, DraftSection, draft_of, raw_sections
from regulation.editing.escapes import write_line
from regulation.editing.nodes import NO_PARENT, Node, Numbering, flatten
from regulation.editing.tables import table_lines
from regulation.order import Alinea
from webapp.differences import Run, word_changes


class Fate(StrEnum):
    """What became of a section, in French."""

    ADDED = "ajoutée"
    REMOVED = "supprimée"
    CHANGED = "modifiée"
    MOVED = "déplacée"


@dataclass(frozen=True, slots=True)
class Passage:
    """One alinea that changed, by its number in the newer text (0: it is gone); or `kept` that did not."""

    number: int = 0
    runs: tuple[Run, ...] = ()
    kept: int = 0


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section that changed.

    `titles` lead from the top down to its own, in the newer text or, where it is gone, in the older one;
    `moved_from` are the titles that led to it where it stands elsewhere now. A section that moved may have
    changed as well.
    """

    fate: Fate
    titles: tuple[str, ...]
    title_before: str
    title_after: str
    before: tuple[Alinea, ...]
    after: tuple[Alinea, ...]
    moved_from: tuple[str, ...] | None = None

    @property
    def title(self) -> tuple[Run, ...]:
        """Return its own title, word by word."""
        return word_changes(self.title_before, self.title_after)

    @property
    def passages(self) -> list[Passage]:
        """Return its own alineas, word by word, in reading order."""
        return list(_joined(_passages(self.before, self.after)))


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[SectionChange]:
    """Return what changed between two documents of one order, in the order of the newer text."""
    number = Numbering()
    old, new = (flatten(map(draft_of, side["sections"]), number) for side in (before, after))
    place_of = {name: place for place, name in enumerate(_names(before["sections"]))}
    names = enumerate(_names(after["sections"]))
    return _changes(old, new, {place: place_of[name] for place, name in names if name in place_of})


def changes_of_drafts(before: Iterable[DraftSection], after: Iterable[DraftSection]) -> list[SectionChange]:
    """Return what changed between two trees of sections without ids, in the order of the newer one."""
    pairs = align(before, after)
    return _changes(pairs.old, pairs.new, pairs.old_of)


def _names(sections: Iterable[Document]) -> list[tuple[str, int]]:
    """Return the id of each section, with how often it came before (a file may be wrong)."""
    seen: Counter[str] = Counter()
    found = []
    for section in raw_sections(sections):
        found.append((section["id"], seen[section["id"]]))
        seen[section["id"]] += 1
    return found


def _changes(old: list[Node], new: list[Node], old_of: Mapping[int, int]) -> list[SectionChange]:
    """Return the sections that changed; what is gone comes after what it followed."""
    new_of = {before: after for after, before in old_of.items()}
    moved = _moved(old, new, old_of)
    found: list[tuple[int, int, SectionChange]] = []
    for place, node in enumerate(new):
        before = old[old_of[place]] if place in old_of else None
        change = _change(before, node, has_moved=place in moved)
        if change is not None:
            found.append((place, NO_PARENT, change))
    follows = NO_PARENT
    for place, node in enumerate(old):
        follows = new_of.get(place, follows)
        if place not in new_of:
            found.append((follows, place, _gone(node)))
    return [change for _, _, change in sorted(found, key=lambda entry: entry[:2])]


def _change(before: Node | None, after: Node, *, has_moved: bool) -> SectionChange | None:
    draft = after.draft
    if before is None:
        return SectionChange(Fate.ADDED, after.chain, "", draft.title, (), draft.alineas)
    if not has_moved and before.draft.title == draft.title and before.own == after.own:
        return None
    return SectionChange(
        Fate.MOVED if has_moved else Fate.CHANGED,
        after.chain,
        before.draft.title,
        draft.title,
        before.draft.alineas,
        draft.alineas,
        before.chain if has_moved else None,
    )


def _gone(node: Node) -> SectionChange:
    return SectionChange(Fate.REMOVED, node.chain, node.draft.title, "", node.draft.alineas, ())


def _moved(old: list[Node], new: list[Node], old_of: Mapping[int, int]) -> set[int]:
    """Return the sections that have another parent, or changed places with others under the same one."""
    above = {NO_PARENT: NO_PARENT, **old_of}
    moved = {place for place, before in old_of.items() if above.get(new[place].parent) != old[before].parent}
    siblings: dict[int, list[int]] = {}
    for place in range(len(new)):
        if place in old_of and place not in moved:
            siblings.setdefault(new[place].parent, []).append(place)
    for places in siblings.values():
        kept = _longest_rise([old_of[place] for place in places])
        moved.update(place for place in places if old_of[place] not in kept)
    return moved


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """Return the most numbers that rise as they stand: those that kept their order."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept


def _passages(before: Sequence[Alinea], after: Sequence[Alinea]) -> Iterator[Passage]:
    """Give each alinea; one that changed places is taken out here and put in there."""
    source_of: dict[int, int] = {}
    for place, targets in align_alineas(before, after).items():
        source_of.setdefault(targets[0], place)
    in_order = _longest_rise([source_of[place] for place in sorted(source_of)])
    reached = 0
    added: list[Passage] = []
    for place, alinea in enumerate(after):
        source = source_of.get(place, NO_PARENT)
        if source not in in_order:
            added.append(Passage(place + 1, word_changes("", written(alinea))))
            continue
        yield from (*_taken_out(before[reached:source]), *added)
        yield _compared(before[source], alinea, place + 1)
        reached, added = source + 1, []
    yield from (*_taken_out(before[reached:]), *added)


def _taken_out(alineas: Iterable[Alinea]) -> Iterator[Passage]:
    return (Passage(0, word_changes(written(alinea), "")) for alinea in alineas)


def _compared(before: Alinea, after: Alinea, number: int) -> Passage:
    if before == after:
        return Passage(kept=1)
    return Passage(number, word_changes(written(before), written(after)))


def _joined(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Give runs of alineas that did not change as one passage."""
    kept = 0
    for passage in passages:
        if passage.kept:
            kept += passage.kept
            continue
        if kept:
            yield Passage(kept=kept)
        kept = 0
        yield passage
    if kept:
        yield Passage(kept=kept)


def written(alinea: Alinea) -> str:
    """Return an alinea as the editor shows it."""
    if alinea.table is not None:
        return "\n".join(table_lines(alinea))
    return write_line(alinea.text, alinea.links)
