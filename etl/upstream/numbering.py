"""What number a line begins with, and whether a number may follow another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a line is numbered."""

    ANNEXE = "Annexe I"
    ROMAN = "I."
    DECIMAL = "1.1"
    CAPITAL = "A."
    DEGREE = "1°"
    BRACKET = "1)"
    LETTER = "a)"


@dataclass(frozen=True, slots=True)
class Number:
    """The number at the beginning of a line.

    Attributes:
        kind: how it is written.
        values: its parts; only a decimal one has more than one.
        size: characters of the line that it takes, with what separates it from the words.
    """

    kind: Kind
    values: tuple[int, ...]
    size: int

    @property
    def level(self) -> tuple[Kind, int]:
        """Return what numbers of one list have in common."""
        return (self.kind, len(self.values))

    @property
    def is_first(self) -> bool:
        """Tell whether a list may begin with it."""
        return self.values[-1] == 1

    def follows(self, other: "Number") -> bool:
        """Tell whether it comes soon after another of its list: an article may have lost a point or two.

        2.1 follows 1.4 too.
        """
        if self.level != other.level:
            return False
        pairs = list(zip(self.values, other.values, strict=True))
        at = next((place for place, (ours, theirs) in enumerate(pairs) if ours != theirs), None)
        if at is None or not 0 < self.values[at] - other.values[at] <= LARGEST_GAP:
            return False
        return all(value == 1 for value in self.values[at + 1 :])

    def is_below(self, other: "Number") -> bool:
        """Tell whether it is a part of another decimal one: 1.1 and 1.2 of 1."""
        return self.kind is Kind.DECIMAL is other.kind and self.values[:-1] == other.values


LARGEST_GAP = 3
_ROMAN = r"(?=[IVXL])(?:XL|X{0,3})(?:IX|IV|V?I{0,3})"
# A point, a dash, a bracket: what parts a number from the words; a decimal of two parts may do without.
_AFTER = r"\s*(?:[.)°]\s*[-–—―]?|[-–—―])(?:\s+|$)"
_DASH = r"(?:\s*[-–—―])?(?:\s+|$)"
_PATTERNS = (
    (
        Kind.ANNEXE,
        re.compile(rf"annexe\s+(?P<number>{_ROMAN}|\d{{1,2}}|[A-Z])\b(?:\s*[-–—―:.])?\s*", re.IGNORECASE),
    ),
    (Kind.ROMAN, re.compile(rf"(?P<number>{_ROMAN}){_AFTER}")),
    (Kind.DECIMAL, re.compile(rf"(?P<number>\d{{1,2}}(?:\s?\.\s?\d{{1,2}}){{1,4}})\s?\.?{_DASH}")),
    (Kind.DECIMAL, re.compile(r"(?P<number>\d{1,2})\s*(?:\.|\.?\s*[-–—―])(?:\s*[-–—―])?(?:\s+|$)")),
    (Kind.CAPITAL, re.compile(rf"(?P<number>[A-Z]){_AFTER}")),
    (Kind.DEGREE, re.compile(rf"(?P<number>\d{{1,2}})\s?°{_DASH}")),
    (Kind.BRACKET, re.compile(r"\(?(?P<number>\d{1,2})\s?\)\s*")),
    (Kind.LETTER, re.compile(r"\(?(?P<number>[a-z])\s?\)\s*")),
)
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}


def numbers_of(line: str) -> Iterator[Number]:
    """Give the numbers that a line may begin with: « C. » is a letter, and « I. » a letter or a roman one."""
    for kind, pattern in _PATTERNS:
        found = pattern.match(line)
        if found:
            values = _values(kind, found["number"])
            if all(values):
                yield Number(kind, values, found.end())


def _values(kind: Kind, text: str) -> tuple[int, ...]:
    if kind is Kind.DECIMAL:
        return tuple(int(part) for part in text.replace(" ", "").split("."))
    if text.isdigit():
        return (int(text),)
    if kind in {Kind.ROMAN, Kind.ANNEXE} and set(text.upper()) <= set(_VALUES):
        return (_roman(text.upper()),)
    return (ord(text.upper()) - ord("A") + 1,)


def _roman(text: str) -> int:
    values = [_VALUES[letter] for letter in text]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < after else value for value, after in pairs)
