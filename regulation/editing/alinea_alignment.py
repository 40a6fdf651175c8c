"""Where each alinea went: in its section, split, merged, or to another section."""

from __future__ import annotations

from collections import defaultdict
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeAlias

from regulation.editing.alignment import DISTINCTIVE
from regulation.editing.nodes import alinea_words, similarity, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regulation.editing.alignment import Pairs
    from regulation.editing.nodes import Node
    from regulation.order import Alinea

#: A section by its place in the list of nodes, and the index of one of its alineas.
Place: TypeAlias = tuple[int, int]
#: New places of old alineas: none (absent), one, or those of its pieces; merged alineas share theirs.
Places: TypeAlias = dict[Place, tuple[Place, ...]]

MIN_SIMILARITY = 0.5

_MAX_COMPARISONS = 4_000


def place_alineas(pairs: Pairs) -> Places:
    """The new places of the old alineas that are still there."""
    places: Places = {}
    for old, new in pairs.new_of.items():
        for index, targets in _within(pairs.old[old], pairs.new[new]).items():
            places[old, index] = tuple((new, target) for target in targets)
    _follow_elsewhere(pairs, places)
    return places


def _within(old: Node, new: Node) -> dict[int, tuple[int, ...]]:
    if old.own == new.own:
        return {index: (index,) for index in range(len(old.alineas))}
    return align_alineas(old.draft.alineas, new.draft.alineas)


def _follow_elsewhere(pairs: Pairs, places: Places) -> None:
    """Find alineas that left their section: equal ones, found once among what is left on either side."""
    left = _by_content(pairs.old, set(places))
    arrived = _by_content(pairs.new, {place for targets in places.values() for place in targets})
    for number, origins in left.items():
        targets = arrived.get(number, [])
        if len(origins) == len(targets) == 1:
            places[origins[0]] = (targets[0],)


def _by_content(nodes: list[Node], settled: set[Place]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = defaultdict(list)
    for section, node in enumerate(nodes):
        for index, number in enumerate(node.alineas):
            if (section, index) not in settled and len(text_of(node.draft.alineas[index])) >= DISTINCTIVE:
                found[number].append((section, index))
    return found


def align_alineas(old: Sequence[Alinea], new: Sequence[Alinea]) -> dict[int, tuple[int, ...]]:
    """The new indices of old alineas: equal ones first, then split and merged ones, then similar ones."""
    matching = _Matching(old, new)
    matching.match_blocks()
    matching.match_equal()
    matching.match_pieces()
    matching.match_similar()
    return matching.found


class _Matching:
    """What is found of two lists of alineas, and what is left of either."""

    def __init__(self, old: Sequence[Alinea], new: Sequence[Alinea]) -> None:
        self.found: dict[int, tuple[int, ...]] = {}
        self._old = old
        self._new = new
        self._left = list(range(len(old)))
        self._arrived = list(range(len(new)))

    def _keep(self, olds: list[int], news: list[int]) -> None:
        self.found.update(dict.fromkeys(olds, tuple(news)))
        self._left = [index for index in self._left if index not in olds]
        self._arrived = [target for target in self._arrived if target not in news]

    def match_blocks(self) -> None:
        """The longest runs of equal alineas."""
        matcher = SequenceMatcher(None, self._old, self._new, autojunk=False)
        for block in matcher.get_matching_blocks():
            for step in range(block.size):
                self._keep([block.a + step], [block.b + step])

    def match_equal(self) -> None:
        """Equal alineas that changed places."""
        for index in list(self._left):
            target = next((place for place in self._arrived if self._new[place] == self._old[index]), None)
            if target is not None:
                self._keep([index], [target])

    def match_pieces(self) -> None:
        """One old alinea that is several new ones put end to end, or the reverse."""
        for index in list(self._left):
            pieces = _run_equal_to(_squeezed(self._old[index]), self._new, self._arrived)
            if pieces:
                self._keep([index], pieces)
        for target in list(self._arrived):
            pieces = _run_equal_to(_squeezed(self._new[target]), self._old, self._left)
            if pieces:
                self._keep(pieces, [target])

    def match_similar(self) -> None:
        """What has most words in common, the best first."""
        if len(self._left) * len(self._arrived) > _MAX_COMPARISONS:
            return
        scores = sorted(
            (-similarity(alinea_words(self._old[index]), alinea_words(self._new[target])), index, target)
            for index in self._left
            for target in self._arrived
        )
        for score, index, target in scores:
            if -score >= MIN_SIMILARITY and index in self._left and target in self._arrived:
                self._keep([index], [target])


def _run_equal_to(whole: str, alineas: Sequence[Alinea], free: list[int]) -> list[int]:
    """The consecutive free alineas that make up a text, case and spaces aside."""
    for start in free:
        rest, run, index = whole, [], start
        while rest and index in free and (piece := _squeezed(alineas[index])) and rest.startswith(piece):
            run.append(index)
            rest = rest[len(piece) :]
            index += 1
        if run and not rest:
            return run
    return []


def _squeezed(alinea: Alinea) -> str:
    return "" if alinea.table is not None else "".join(alinea.text.casefold().split())
