"""What changed between two texts, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from functools import lru_cache

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Beyond, comparing word by word takes too long: the two texts are shown one after the other.
MOST_WORDS = 6_000


class Kind(Enum):
    """What became of a run of words."""

    KEPT = "kept"
    TAKEN_OUT = "taken out"
    PUT_IN = "put in"


@dataclass(frozen=True, slots=True)
class Run:
    """A run of words that stayed, went or came."""

    kind: Kind
    text: str


def is_same_text(before: str, after: str) -> bool:
    """Tell whether two texts have the same words; spaces and line breaks play no part."""
    return before == after or before.split() == after.split()


@lru_cache(maxsize=256)
def word_changes(before: str, after: str) -> tuple[Run, ...]:
    """Return the runs of words that lead from one text to the other, in reading order."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return tuple(_runs("", before, after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    found: list[Run] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, come = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        found += _runs(come, "", "") if tag == "equal" else _runs("", gone, come)
    return tuple(found)


def _runs(kept: str, gone: str, come: str) -> Iterator[Run]:
    for kind, text in ((Kind.KEPT, kept), (Kind.TAKEN_OUT, gone), (Kind.PUT_IN, come)):
        if text:
            yield Run(kind, text)
