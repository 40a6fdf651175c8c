"""A text of a source laid out like the one we have, whose structure people corrected.

Lines are found again in our text, in order: what is a title there becomes one at the same depth, what is an
alinea stays one. What our text does not have keeps the structure that was guessed. No word is lost or added.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from etl.upstream.numbering import numbers_of
from etl.upstream.words import comparable
from regulation.editing.drafts import DraftSection
from regulation.editing.nodes import similarity, text_of, words_of
from regulation.order import Alinea, Link

# « Article 4 », whose title Légifrance has as its first line.
_HEAD = re.compile(r"(?:article|annexe)s?(?: \S+){0,2}", re.IGNORECASE)
# Lines that stand in each other's place are one line changed when they share so many words.
ALIKE = 0.5
# Pairs of changed lines that are looked at: of a text rewritten all over, none.
LARGEST_BLOCK = 160_000


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a text: a title at a depth (1: the top), or an alinea (0) with its links or its table."""

    depth: int
    text: str
    alinea: Alinea | None = None

    @property
    def key(self) -> str:
        """Return what lines are found again by: their words, in order."""
        words = comparable(text_of(self.alinea) if self.is_table and self.alinea else self.text).casefold()
        return " ".join("".join(sign if sign.isalnum() else " " for sign in words).split())

    @property
    def is_table(self) -> bool:
        """Tell whether it is a table, which is never a title."""
        return self.alinea is not None and self.alinea.table is not None


@dataclass(slots=True)
class _Open:
    title: str
    guessed: int
    alineas: list[Alinea] = field(default_factory=list)
    sections: list["_Open"] = field(default_factory=list)

    def draft(self) -> DraftSection:
        return DraftSection(self.title, tuple(self.alineas), tuple(below.draft() for below in self.sections))


def laid_like(ours: Iterable[DraftSection], theirs: Iterable[DraftSection]) -> tuple[DraftSection, ...]:
    """Return the sections of a source with the structure of ours, wherever the lines are the same."""
    model = list(_lines(ours, 1))
    lines = list(_settled(list(_lines(theirs, 1)), {line.key for line in model}))
    model_of = _matches(model, lines)
    top = _Open("", 0)
    path = [top]
    for place, line in enumerate(lines):
        known = model_of.get(place)
        _add(path, line, model[known] if known is not None else None)
    return tuple(section.draft() for section in top.sections)


def _lines(sections: Iterable[DraftSection], depth: int) -> Iterator[_Line]:
    for section in sections:
        yield _Line(depth, section.title)
        yield from (_Line(0, alinea.text, alinea) for alinea in section.alineas)
        yield from _lines(section.sections, depth + 1)


def _settled(lines: Sequence[_Line], known: AbstractSet[str]) -> Iterator[_Line]:
    """Give the lines of a source joined or parted as ours are: « I. » and its words, in one line or two."""
    place = 0
    while place < len(lines):
        pair = lines[place : place + 2]
        joined = _joined(*pair) if len(pair) == 2 and lines[place].depth and not pair[1].depth else None
        if joined is not None and joined.key in known and pair[1].key not in known:
            yield joined
            place += 2
            continue
        yield from _parted(lines[place], known)
        place += 1


def _joined(title: _Line, below: _Line) -> _Line | None:
    """Return a number, or « Article 4 », and the line below it as one; None where they are not such."""
    is_head = bool(_HEAD.fullmatch(title.text))
    if below.is_table or not (
        is_head or any(number.size == len(title.text) for number in numbers_of(title.text))
    ):
        return None
    before = f"{title.text} - " if is_head else f"{title.text} "
    links = below.alinea.links if below.alinea else ()
    text = before + below.text
    return _Line(title.depth, text, Alinea(text, None, _shifted(links, len(before))))


def _parted(line: _Line, known: AbstractSet[str]) -> Iterator[_Line]:
    """Give a line, or its number and its words where ours stand apart."""
    for number in () if line.depth or line.is_table or line.key in known else numbers_of(line.text):
        words = line.text[number.size :]
        first, second = _Line(0, line.text[: number.size].strip(" -–—―")), _Line(0, words)
        if words and first.key in known and second.key in known:
            links = _shifted(line.alinea.links if line.alinea else (), -number.size)
            yield first
            yield _Line(0, words, Alinea(words, None, links))
            return
    yield line


def _shifted(links: Iterable[Link], by: int) -> tuple[Link, ...]:
    return tuple(
        Link(link.target, link.position + by, link.size) for link in links if link.position + by >= 0
    )


def _matches(model: Sequence[_Line], lines: Sequence[_Line]) -> dict[int, int]:
    """Return the line of ours that each line of the source is, where there is one."""
    found: dict[int, int] = {}
    matcher = SequenceMatcher(
        None, [line.key for line in model], [line.key for line in lines], autojunk=False
    )
    for kind, start, end, their_start, their_end in matcher.get_opcodes():
        if kind == "equal":
            found.update(zip(range(their_start, their_end), range(start, end), strict=True))
        elif kind == "replace" and (end - start) * (their_end - their_start) <= LARGEST_BLOCK:
            found.update(_changed(model, lines, range(start, end), range(their_start, their_end)))
    return found


def _changed(model: Sequence[_Line], lines: Sequence[_Line], ours: range, theirs: range) -> dict[int, int]:
    """Return which lines of a block are lines of ours that were amended, in the order of both."""
    words = {place: words_of(model[place].key) for place in ours}
    found: dict[int, int] = {}
    reached = ours.start
    for place in theirs:
        own = words_of(lines[place].key)
        likely = (known for known in range(reached, ours.stop) if similarity(words[known], own) > ALIKE)
        known = next(likely, None)
        if known is not None:
            found[place], reached = known, known + 1
    return found


def _add(path: list[_Open], line: _Line, like: _Line | None) -> None:
    """Add a line of the source as the line of ours that it is; as it was guessed where it is none."""
    is_title = like.depth if like is not None else line.depth
    if (is_title and not line.is_table) or len(path) == 1:  # nothing stands above the first title
        depth = min(like.depth, len(path)) if like and like.depth else _depth_beside(path, line.depth or 1)
        del path[depth:]
        opened = _Open(line.text, line.depth or path[-1].guessed + 1)
        path[-1].sections.append(opened)
        path.append(opened)
    else:
        path[-1].alineas.append(line.alinea or Alinea(line.text))


def _depth_beside(path: Sequence[_Open], guessed: int) -> int:
    """Return where a title that is not ours goes: below the nearest one that was guessed higher."""
    return next((depth + 1 for depth in range(len(path) - 1, 0, -1) if path[depth].guessed < guessed), 1)
