"""What a page may show of untrusted texts and tables: safe links, spans that keep a table's grid.

Nothing here makes HTML: a page escapes the text of each segment and cell itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from regulation.order import Cell, Link, Table

#: Larger spans would only cost memory; browsers stop at 1,000 columns too.
MAX_SPAN = 1000


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text, and the https address that it leads to, if any."""

    text: str
    href: str = ""


def segments(text: str, links: Sequence[Link]) -> list[Segment]:
    """A text cut at its links.

    Returns:
        Segments that join to the text exactly. A link that is not https, lies outside the text or overlaps
        the one before it is left out: its words stay.
    """
    found: list[Segment] = []
    done = 0
    for link in sorted(links, key=lambda link: link.position):
        end = link.position + link.size
        if link.size <= 0 or link.position < done or end > len(text) or not is_safe_target(link.target):
            continue
        if link.position > done:
            found.append(Segment(text[done : link.position]))
        found.append(Segment(text[link.position : end], link.target))
        done = end
    if done < len(text) or not found:
        found.append(Segment(text[done:]))
    return found


def is_safe_target(target: str) -> bool:
    """Whether a page may link to it: https, a host, no credentials, no space or control character."""
    if not target.isprintable() or " " in target or "\\" in target:
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell with spans of at least 1 that stay inside the table."""

    cell: Cell
    colspan: int
    rowspan: int
    is_header: bool


def grid(table: Table) -> Iterator[list[GridCell]]:
    """The rows of a table with spans that a page can use: 1 for 0 or less, cut at the last row."""
    for index, row in enumerate(table.rows):
        rows_left = len(table.rows) - index
        yield [
            GridCell(
                cell,
                colspan=min(max(cell.colspan, 1), MAX_SPAN),
                rowspan=min(max(cell.rowspan, 1), rows_left),
                is_header=row.is_header,
            )
            for cell in row.cells
        ]
