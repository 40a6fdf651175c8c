"""Edits of a text as people make them, on its lines; each gives the new lines."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Lines: TypeAlias = list[str]


def level(line: str) -> int:
    return len(line) - len(line.lstrip("#"))


def blocks(lines: Lines, depth: int) -> tuple[Lines, list[Lines]]:
    """What comes before the first title of a depth, and the sections that begin with one."""
    starts = [index for index, line in enumerate(lines) if level(line) == depth] + [len(lines)]
    found = [lines[a:b] for a, b in pairwise(starts)]
    return lines[: starts[0]], found


def rename_every_title(lines: Lines) -> Lines:
    return [re.sub(r"^(#+) .*", rf"\1 Titre réécrit {n}", line) for n, line in enumerate(lines)]


def change_case_of_titles(lines: Lines) -> Lines:
    return [line.swapcase() if level(line) and "\\" not in line else line for line in lines]


def change_case_of_alineas(lines: Lines) -> Lines:
    return [
        line if level(line) or line[:1] in "|\\" or "\\" in line or "](" in line else line.upper()
        for line in lines
    ]


def insert_alinea_before_all(lines: Lines) -> Lines:
    return [piece for line in lines for piece in ([line, "Un alinéa tout neuf."] if level(line) else [line])]


def insert_section_before_all(lines: Lines) -> Lines:
    return ["# Article nouveau", "Un article que personne n'avait vu.", *lines]


def insert_subsection_everywhere(lines: Lines) -> Lines:
    first = blocks(lines, 1)[1]
    return [line for block in first for line in [*block, "## Point ajouté", "Du texte ajouté."]]


def move_first_section_last(lines: Lines) -> Lines:
    head, found = blocks(lines, 1)
    return [line for block in (head, *found[1:], *found[:1]) for line in [*block, ""]]


def reverse_sections(lines: Lines) -> Lines:
    head, found = blocks(lines, 1)
    return [line for block in (head, *reversed(found)) for line in [*block, ""]]


def put_all_under_a_new_title(lines: Lines) -> Lines:
    return ["# Titre unique", *(f"#{line}" if level(line) else line for line in lines)]


EDITS: dict[str, Callable[[Lines], Lines]] = {
    edit.__name__: edit
    for edit in (
        rename_every_title,
        change_case_of_titles,
        change_case_of_alineas,
        insert_alinea_before_all,
        insert_section_before_all,
        insert_subsection_everywhere,
        move_first_section_last,
        reverse_sections,
        put_all_under_a_new_title,
    )
}
