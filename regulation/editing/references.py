"""How a section is cited, from the chain of titles down to its own: a number and a name.

Rules: docs/backoffice-text.md. An imported section keeps the reference that it came with while its chain of
titles is unchanged (`regulation.editing.carrying`); these functions give that of a new or renamed one.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from regulation.order import Reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regulation.editing.drafts import Document

_ROMAN = r"[IVXLC]+"
_PART = rf"(?:[0-9]+|{_ROMAN}|[A-Z])"
_HEAD = re.compile(
    r"(?:titre|chapitre|section|sous-section|annexes?|articles?)\b\s*"
    rf"(?P<number>(?:(?:[0-9]+|I)er\b|{_PART}(?:[.\-]{_PART})*)(?![^\W\d_])[.°\-]*)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?P<number>(?:[0-9]+\.\s)+[0-9]+\."  # 2. 3. 5.
    r"|[0-9]+(?:[.\-][0-9]+)*(?:[.)°]+|(?!\w))"  # 2.3.5. 2.3 7-3. 1°
    rf"|{_ROMAN}(?:(?:[.\-][0-9A-Z]+)*[.)°]+|$)"  # I. III.1.
    r"|[A-Za-z](?:\.[0-9]+)*[.)°]+"  # a) C.1.
    r")(?:\s\.)?"
)
_AROUND = " \t\u00a0-:"


def reference(titles: Sequence[str]) -> Reference:
    """The reference of the last of these titles, the first being the top one; either part may be empty."""
    return Reference(reference_number(titles), reference_name(titles))


def reference_document(titles: Sequence[str]) -> Document:
    """The reference in the form of the orders' files."""
    found = reference(titles)
    return {"name": found.name, "nb": found.number}


def reference_number(titles: Sequence[str]) -> str:
    """The numbers from the last article or annexe downwards, or from the top where there is none."""
    heads = [index for index, title in enumerate(titles) if _is_head(title)]
    numbers = [_own_number(title) for title in titles[heads[-1] + 1 if heads else 0 :]]
    kept = [
        number
        for number, below in zip_longest(numbers, numbers[1:], fillvalue="")
        if number and not below.startswith(number)
    ]
    head = [_head_number(titles[heads[-1]])] if heads else []
    return " > ".join(filter(None, [*head, " ".join(kept)]))


def reference_name(titles: Sequence[str]) -> str:
    """What the title says apart from its kind and number, or what the nearest one above says."""
    return next(filter(None, map(_rest, reversed(titles))), "")


def _is_head(title: str) -> bool:
    return title.lower().startswith(("article", "annexe"))


def _head_number(title: str) -> str:
    match = _HEAD.match(title)
    word = "Article" if title.lower().startswith("article") else "Annexe"
    return f"{word} {match['number']}" if match and match["number"] else word


def _own_number(title: str) -> str:
    match = _NUMBER.match(title)
    return "".join(match["number"].split()) if match else ""


def _rest(title: str) -> str:
    match = _HEAD.match(title) or _NUMBER.match(title)
    return title[match.end() if match else 0 :].strip(_AROUND)
