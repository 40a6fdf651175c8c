"""The sections that numbers make of the lines of an article, guessed for a person to correct.

A line that begins with a number opens a section where it is a title, or where its kind (I., 1., 1.1, A.,
Annexe I) parts a text rather than a list. Where such a line is a prescription, its number alone becomes the
title and its words the first alinea: inspectors cannot pick a title. No word is lost or added.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from etl.upstream.numbering import Kind, Number, numbers_of
from regulation.editing.drafts import DraftSection
from regulation.order import Alinea, Link

# In words: of a line without number, of one with a number, of one with a number and a point at its end.
LONGEST_TITLE, LONGEST_NUMBERED_TITLE, LONGEST_POINTED_TITLE = 14, 25, 10
SHORT_TITLE = 6  # with a number, whatever it begins with: « 3.1. Les apports »
CAPITALS = 0.97
# Lists, unless their points are titles.
LIST_KINDS = {Kind.DEGREE, Kind.BRACKET, Kind.LETTER}
# These part a text even where a sentence follows.
PARTING_KINDS = {Kind.ROMAN, Kind.DECIMAL, Kind.CAPITAL}
_FIRST_WORDS_OF_SENTENCES = frozenset(
    {"le", "la", "les", "l", "un", "une", "des", "du", "de", "pour", "sur", "sans", "en", "au", "aux", "si"}
    | {"il", "elle", "ils", "elles", "ce", "cet", "cette", "ces", "tout", "toute", "tous", "toutes", "est"}
    | {"sont", "à", "lorsque", "dans", "par", "chaque", "aucun", "aucune", "toutefois", "ne", "se", "y"}
)


@dataclass(slots=True)
class _Open:
    """A section that is being filled; the article itself has no number."""

    title: str
    number: Number | None
    alineas: list[Alinea] = field(default_factory=list)
    sections: list["_Open"] = field(default_factory=list)

    def draft(self) -> DraftSection:
        return DraftSection(self.title, tuple(self.alineas), tuple(below.draft() for below in self.sections))


def structured(title: str, alineas: Iterable[Alinea]) -> DraftSection:
    """Return a section with what its lines say, parted by their numbers."""
    path = [_Open(title, None)]
    for alinea in alineas:
        _place(path, alinea)
    return path[0].draft()


def _place(path: list[_Open], alinea: Alinea) -> None:
    """Add a line where it belongs; `path` leads from the article to the section being filled."""
    number, depth = _number_in_place(path, alinea)
    if number is None:
        path[-1].alineas.append(alinea)
        return
    del path[depth:]
    line_title, rest = _parted(alinea, number)
    opened = _Open(line_title, number, rest)
    path[-1].sections.append(opened)
    path.append(opened)


def _number_in_place(path: Sequence[_Open], alinea: Alinea) -> tuple[Number | None, int]:
    """Return the number that makes a section of a line, and how deep; no number where it is an alinea."""
    if alinea.table is None:
        likely = [number for number in numbers_of(alinea.text) if _opens(alinea.text, number)]
        for depth_of in (_depth_going_on, _depth_beginning):
            for number in likely:
                depth = depth_of(path, number)
                if depth:
                    return number, depth
    return None, 0


def _opens(line: str, number: Number) -> bool:
    words = line[number.size :]
    if not _has_letters(words):
        return number.kind not in LIST_KINDS
    if _is_numbered_title(words, number):
        return True
    return number.kind in PARTING_KINDS and not line.rstrip().endswith((";", ","))


def _depth_going_on(path: Sequence[_Open], number: Number) -> int:
    """Return where in the path a number goes on with a list; 0: nowhere."""
    for depth in range(len(path) - 1, 0, -1):
        opened = path[depth].number
        if opened is not None and number.follows(opened):
            return depth
        if opened is not None and number.is_below(opened):
            return depth + 1
    return 0


def _depth_beginning(path: Sequence[_Open], number: Number) -> int:
    """Return where a number begins a list; 0: nowhere, it is a word of a sentence."""
    if number.kind is Kind.ANNEXE:
        return 1
    numbers = [opened.number for opened in path[1:] if opened.number is not None]
    if not number.is_first or any(number.level == opened.level for opened in numbers):
        return 0
    if number.kind in LIST_KINDS:
        return len(path)
    # A part of the text is not a part of a point of a list.
    return next((depth + 1 for depth, opened in enumerate(numbers) if opened.kind in LIST_KINDS), len(path))


def _parted(alinea: Alinea, number: Number) -> tuple[str, list[Alinea]]:
    """Return the title that a line gives, and its prescription as an alinea of its own."""
    words = alinea.text[number.size :]
    if (_is_numbered_title(words, number) or not _has_letters(words)) and not alinea.links:
        return alinea.text.strip(), []
    links = tuple(_moved(link, number.size) for link in alinea.links if link.position >= number.size)
    return alinea.text[: number.size].strip(" -–—―"), [Alinea(words, None, links)]


def _moved(link: Link, by: int) -> Link:
    return replace(link, position=link.position - by)


def is_title(words: str) -> bool:
    """Tell whether words look like a title: no sentence, or capitals."""
    return _is_title(words, LONGEST_TITLE, 0)


def _is_numbered_title(words: str, number: Number) -> bool:
    """A number that parts a text makes a title likelier: longer, or short with a point at its end."""
    if number.kind in LIST_KINDS:
        return is_title(words)
    is_short = len(words.split()) <= SHORT_TITLE and not words.rstrip().endswith((":", ".", ";", ","))
    return is_short or _is_title(words, LONGEST_NUMBERED_TITLE, LONGEST_POINTED_TITLE)


def _is_title(words: str, longest: int, longest_pointed: int) -> bool:
    stripped = words.strip()
    letters = [letter for letter in stripped if letter.isalpha()]
    if not letters or stripped.endswith((";", ",")):
        return False
    is_pointed = stripped.endswith((":", "."))
    if sum(letter.isupper() for letter in letters) / len(letters) >= CAPITALS and not stripped.endswith(":"):
        return True
    first = stripped.replace("’", "'").split()[0].split("'")[0].casefold()
    return (
        (stripped[0].isupper() or not stripped[0].isalpha())
        and len(stripped.split()) <= (longest_pointed if is_pointed else longest)
        and first not in _FIRST_WORDS_OF_SENTENCES
    )


def _has_letters(words: str) -> bool:
    return any(letter.isalpha() for letter in words)
