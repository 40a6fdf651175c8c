"""Two trees of drafts laid out flat, so that their sections and alineas can be compared quickly."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regulation.editing.drafts import DraftSection
    from regulation.order import Alinea

NO_PARENT = -1

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Node:
    """A section in the order of the text: numbers stand for equal contents in both trees.

    ``alineas`` has a number for each own alinea, ``own`` one for all of them, ``whole`` one for the section
    with its title and all below; ``chain`` has the titles from the top down to its own.
    """

    draft: DraftSection
    parent: int
    rank: int
    chain: tuple[str, ...]
    alineas: tuple[int, ...]
    own: int
    whole: int
    children: tuple[int, ...]

    @property
    def title(self) -> str:
        """The title without what case and spaces change."""
        return " ".join(self.draft.title.casefold().split())


class Numbering:
    """Gives equal values the same number."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}

    def __call__(self, value: object) -> int:
        """The number of a value."""
        return self._numbers.setdefault(value, len(self._numbers))


def flatten(sections: Iterable[DraftSection], number: Numbering) -> list[Node]:
    """The nodes of a tree, each before those below it."""
    nodes: list[Node | None] = []
    for rank, section in enumerate(sections):
        _add(nodes, section, NO_PARENT, rank, (), number)
    return [node for node in nodes if node is not None]


def _add(
    nodes: list[Node | None],
    section: DraftSection,
    parent: int,
    rank: int,
    above: tuple[str, ...],
    number: Numbering,
) -> int:
    index = len(nodes)
    nodes.append(None)
    chain = (*above, section.title)
    children = tuple(
        _add(nodes, child, index, place, chain, number) for place, child in enumerate(section.sections)
    )
    alineas = tuple(number(alinea) for alinea in section.alineas)
    own = number(("own", alineas))
    wholes = tuple(node.whole for node in map(nodes.__getitem__, children) if node is not None)
    whole = number(("whole", section.title, own, wholes))
    nodes[index] = Node(section, parent, rank, chain, alineas, own, whole, children)
    return index


def words_of(text: str) -> Counter[str]:
    """The words of a text, with how often each comes, whatever their case."""
    return Counter(_WORD.findall(text.casefold()))


def text_of(alinea: Alinea) -> str:
    """All that an alinea says, the cells of its table included."""
    if alinea.table is None:
        return alinea.text
    return " ".join([alinea.text, *(cell.text for row in alinea.table.rows for cell in row.cells)])


@lru_cache(maxsize=8192)
def alinea_words(alinea: Alinea) -> Counter[str]:
    """The words of an alinea."""
    return words_of(text_of(alinea))


def similarity(one: Counter[str], other: Counter[str]) -> float:
    """The share of words that two texts have in common, 0 to 1; two texts without a word are alike."""
    total = one.total() + other.total()
    if not total:
        return 1.0
    if len(one) > len(other):
        one, other = other, one
    return 2 * sum(min(count, other[word]) for word, count in one.items()) / total
