"""Which section of a new tree is which of the old one, by position, title and content.

What is certain comes first: sections that did not change, in place or moved. Then come contents that are
found once on either side, then the best of what resembles each other, from the surest down; each pair that is
found helps to judge those above and below it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regulation.editing.nodes import (
    NO_PARENT,
    Node,
    Numbering,
    alinea_words,
    flatten,
    similarity,
    text_of,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from regulation.editing.drafts import DraftSection

#: A content shorter than this, in characters, does not tell a section from another by itself.
DISTINCTIVE = 30

_THRESHOLDS = (0.8, 0.65, 0.5, 0.44)
_MAX_SIBLINGS = 2_500
_MAX_NAMESAKES = 400
_MAX_SHARERS = 25


@dataclass(slots=True)
class Pairs:
    """Two trees and the sections found to be the same, by their place in either list of nodes."""

    old: list[Node]
    new: list[Node]
    new_of: dict[int, int] = field(default_factory=dict)
    old_of: dict[int, int] = field(default_factory=dict)
    _words: dict[int, Counter[str]] = field(default_factory=dict)

    def add(self, old: int, new: int) -> None:
        """Keep a pair, unless one of the two has another already."""
        if old not in self.new_of and new not in self.old_of:
            self.new_of[old] = new
            self.old_of[new] = old

    def free_old(self) -> list[int]:
        """The old sections that have no pair yet."""
        return [index for index in range(len(self.old)) if index not in self.new_of]

    def free_new(self) -> list[int]:
        """The new sections that have no pair yet."""
        return [index for index in range(len(self.new)) if index not in self.old_of]

    def parents_match(self, old: int, new: int) -> bool:
        """Whether the sections above are a pair, or there are none."""
        above, above_new = self.old[old].parent, self.new[new].parent
        if NO_PARENT in (above, above_new):
            return above == above_new
        return self.new_of.get(above) == above_new

    def own_words(self, node: Node) -> Counter[str]:
        """The words of a section's own alineas."""
        words = self._words.get(node.own)
        if words is None:
            words = Counter()
            for alinea in node.draft.alineas:
                words.update(alinea_words(alinea))
            self._words[node.own] = words
        return words


def align(old: Iterable[DraftSection], new: Iterable[DraftSection]) -> Pairs:
    """The pairs of sections of two trees."""
    number = Numbering()
    pairs = Pairs(flatten(old, number), flatten(new, number))
    _pair_trees(pairs, lambda node: (node.chain, node.whole))
    _pair_trees(pairs, lambda node: node.whole if _is_distinctive(node) or node.children else None, once=True)
    _pair_below(pairs)
    _pair_equal(pairs, lambda node: (node.draft.title, node.own) if node.alineas else None)
    _pair_equal(pairs, lambda node: node.own if _is_distinctive(node) else None)
    for threshold in _THRESHOLDS:
        _pair_similar(pairs, threshold)
    while _pair_neighbours(pairs):
        _pair_similar(pairs, _THRESHOLDS[-1])
    return pairs


def _is_distinctive(node: Node) -> bool:
    return sum(len(text_of(alinea)) for alinea in node.draft.alineas) >= DISTINCTIVE


def _groups(
    nodes: Sequence[Node], indices: Iterable[int], key: Callable[[Node], Hashable]
) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index in indices:
        value = key(nodes[index])
        if value is not None:
            groups[value].append(index)
    return groups


def _pair_trees(pairs: Pairs, key: Callable[[Node], Hashable], *, once: bool = False) -> None:
    """Pair sections of equal keys with all that is below; ``once``: those that are alone in having it."""
    news = _groups(pairs.new, pairs.free_new(), key)
    for value, olds in _groups(pairs.old, pairs.free_old(), key).items():
        equals = news.get(value, [])
        if once and (len(olds) != 1 or len(equals) != 1):
            continue
        for old, new in zip(olds, equals, strict=False):
            _pair_tree(pairs, old, new)


def _pair_tree(pairs: Pairs, old: int, new: int) -> None:
    pairs.add(old, new)
    for below, below_new in zip(pairs.old[old].children, pairs.new[new].children, strict=True):
        _pair_tree(pairs, below, below_new)


def _pair_equal(pairs: Pairs, key: Callable[[Node], Hashable]) -> None:
    """Pair the sections that are alone in having their key."""
    news = _groups(pairs.new, pairs.free_new(), key)
    for value, olds in _groups(pairs.old, pairs.free_old(), key).items():
        equals = news.get(value, [])
        if len(olds) == len(equals) == 1:
            pairs.add(olds[0], equals[0])


def _pair_below(pairs: Pairs) -> None:
    """Pair, under sections that are a pair, those of equal title and content, in their order."""
    for old in range(len(pairs.old)):
        new = pairs.new_of.get(old)
        if new is not None:
            _pair_children(pairs, pairs.old[old].children, pairs.new[new].children)
    roots = (
        [i for i, node in enumerate(side) if node.parent == NO_PARENT] for side in (pairs.old, pairs.new)
    )
    _pair_children(pairs, *roots)


def _roots(nodes: list[Node]) -> list[int]:
    return [index for index, node in enumerate(nodes) if node.parent == NO_PARENT]


def _pair_children(pairs: Pairs, olds: Sequence[int], news: Sequence[int]) -> None:
    def key(node: Node) -> Hashable:
        return (node.title, node.own)

    free = _groups(pairs.new, (new for new in news if new not in pairs.old_of), key)
    groups = _groups(pairs.old, (old for old in olds if old not in pairs.new_of), key)
    for value, same in groups.items():
        for old, new in zip(same, free.get(value, []), strict=False):
            pairs.add(old, new)


def _pair_similar(pairs: Pairs, threshold: float) -> None:
    """Pair what resembles each other at least so much, the best first, as long as a pair leads to others."""
    count = -1
    while count < len(pairs.new_of):
        count = len(pairs.new_of)
        _pair_below(pairs)
        scores = [(-_score(pairs, old, new), old, new) for old, new in _candidates(pairs)]
        for score, old, new in sorted(scores):
            if -score < threshold:
                break
            pairs.add(old, new)


def _candidates(pairs: Pairs) -> set[tuple[int, int]]:
    """Pairs worth a closer look: under or above a pair, of one title, or with an alinea in common."""
    old, new = pairs.free_old(), pairs.free_new()
    found = set(_siblings(pairs, old, new))
    found.update(_parents(pairs))
    found.update(_products(_groups(pairs.old, old, _title), _groups(pairs.new, new, _title), _MAX_NAMESAKES))
    found.update(_products(_holders(pairs.old, old), _holders(pairs.new, new), _MAX_SHARERS))
    return found


def _title(node: Node) -> Hashable:
    return node.title


def _parent(node: Node) -> Hashable:
    return node.parent


def _parents(pairs: Pairs) -> Iterator[tuple[int, int]]:
    for old, new in pairs.new_of.items():
        above, above_new = pairs.old[old].parent, pairs.new[new].parent
        if (
            NO_PARENT not in (above, above_new)
            and above not in pairs.new_of
            and above_new not in pairs.old_of
        ):
            yield above, above_new


def _siblings(pairs: Pairs, old: list[int], new: list[int]) -> Iterator[tuple[int, int]]:
    olds: dict[Hashable, list[int]] = defaultdict(list)
    for index in old:
        parent = pairs.old[index].parent
        olds[NO_PARENT if parent == NO_PARENT else pairs.new_of.get(parent)].append(index)
    olds.pop(None, None)
    return _products(olds, _groups(pairs.new, new, _parent), _MAX_SIBLINGS)


def _holders(nodes: list[Node], indices: list[int]) -> dict[Hashable, list[int]]:
    holders: dict[Hashable, list[int]] = defaultdict(list)
    for index in indices:
        for alinea in set(nodes[index].alineas):
            holders[alinea].append(index)
    return holders


def _products(
    olds: dict[Hashable, list[int]], news: dict[Hashable, list[int]], limit: int
) -> Iterator[tuple[int, int]]:
    for value, some in olds.items():
        others = news.get(value, [])
        if len(some) * len(others) <= limit:
            yield from ((old, new) for old in some for new in others)


def _score(pairs: Pairs, old: int, new: int) -> float:
    """How surely two sections are one, from 0 to a little more than 1."""
    one, other = pairs.old[old], pairs.new[new]
    title = _title_similarity(one, other)
    place = float(pairs.parents_match(old, new))
    nearness = 0.02 / (1 + abs(one.rank - other.rank))
    below = _shared_children(pairs, one, new)
    if one.alineas and other.alineas:
        content = similarity(pairs.own_words(one), pairs.own_words(other))
        return 0.55 * content + 0.25 * title + 0.2 * place + 0.1 * below + nearness
    if one.children or other.children or one.alineas or other.alineas:
        return 0.5 * below + 0.3 * title + 0.2 * place + nearness
    return 0.75 * title + 0.25 * place + nearness


def _title_similarity(one: Node, other: Node) -> float:
    if one.draft.title == other.draft.title:
        return 1.0
    if one.title == other.title:
        return 0.95
    return 0.8 * similarity(words_of(one.title), words_of(other.title))


def _shared_children(pairs: Pairs, one: Node, new: int) -> float:
    count = len(one.children) + len(pairs.new[new].children)
    if not count:
        return 0.0
    shared = sum(
        child in pairs.new_of and pairs.new[pairs.new_of[child]].parent == new for child in one.children
    )
    return 2 * shared / count


def _pair_neighbours(pairs: Pairs) -> bool:
    """Pair, in their order, sections of equal alineas that are left in equal number under a pair.

    Nothing but their titles tells them apart, and those were written anew. Gives whether any was found.
    """
    count = len(pairs.new_of)
    old_of = {NO_PARENT: NO_PARENT, **pairs.old_of}
    free = _groups(pairs.old, pairs.free_old(), _parent)
    for news in _groups(pairs.new, pairs.free_new(), _parent).values():
        olds = free.get(old_of.get(pairs.new[news[0]].parent), [])
        if [pairs.old[old].own for old in olds] == [pairs.new[new].own for new in news]:
            for old, new in zip(olds, news, strict=True):
                pairs.add(old, new)
    return len(pairs.new_of) > count
