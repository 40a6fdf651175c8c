r"""The sections of an order as a text that people edit, and back.

One line is one alinea; ``#`` begins a title and their number is its level; blank lines are passed over.
The format is told in docs/backoffice-text.md. From a document to its text and back nothing is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regulation.editing.drafts import DraftSection, draft_of, walk_drafts
from regulation.editing.escapes import read_line, write_line
from regulation.editing.pasted_tables import read_html_table, read_spreadsheet_rows
from regulation.editing.tables import is_table_line, read_table, table_lines
from regulation.order import Alinea
from regulation.order_file import MAX_SECTION_DEPTH
from regulation.reading import ReadingError, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

MAX_TITLE_WORDS = 25
MAX_PROBLEMS = 50

_TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LineNote:
    """Something to say of a line of the text, counted from 1: a French sentence that says what to do."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"ligne {self.line} : {self.sentence}"


class TextError(ValueError):
    """A text that cannot be read: ``problems`` has a note for each line concerned, the first fifty."""

    def __init__(self, problems: Iterable[LineNote]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class DraftText:
    """The sections of a text, and what its author may want to look at again; ``notes`` forbid nothing."""

    sections: tuple[DraftSection, ...]
    notes: tuple[LineNote, ...] = ()


def sections_to_text(sections: Iterable[Mapping[str, object]]) -> str:
    """The text of raw sections, as the editor shows it; it ends with a line break unless there is nothing."""
    return drafts_to_text(draft_of(section) for section in sections)


def drafts_to_text(sections: Iterable[DraftSection]) -> str:
    """The text of a tree of drafts."""
    lines = list(_lines(sections, 1))
    return "\n".join(lines[1:]) + "\n" if lines else ""


def _lines(sections: Iterable[DraftSection], level: int) -> Iterator[str]:
    for section in sections:
        yield ""
        yield f"{'#' * level} {write_line(section.title)}"
        was_table = False
        for alinea in section.alineas:
            if was_table or alinea.table is not None:
                yield ""
            was_table = alinea.table is not None
            if was_table:
                yield from table_lines(alinea)
            else:
                yield write_line(alinea.text, alinea.links)
        yield from _lines(section.sections, level + 1)


def text_to_sections(text: str) -> DraftText:
    """The sections of a text, whatever its line breaks (a form sends others than it was given).

    Raises:
        TextError: no title at all, text before the first one, a level left out, an empty title, a link in a
            title, a table or an escape that cannot be read.
    """
    reader = _TextReader(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    reader.read()
    if not reader.problems and not reader.roots:
        reader.problems.append(LineNote(1, "le texte n'a aucun titre : commencez par une ligne « # Titre »."))
    if reader.problems:
        raise TextError(reader.problems[:MAX_PROBLEMS])
    sections = tuple(node.frozen() for node in reader.roots)
    notes = [*reader.notes, *title_notes(sections)]
    return DraftText(sections, tuple(sorted(notes, key=lambda note: note.line)))


def title_notes(sections: Iterable[DraftSection]) -> Iterator[LineNote]:
    """A note for each title that looks like prescriptive text, which inspectors could not pick."""
    for section in walk_drafts(sections):
        if len(section.title.split()) > MAX_TITLE_WORDS:
            reason = f"compte plus de {MAX_TITLE_WORDS} mots"
        elif section.title.rstrip().endswith(":"):
            reason = "se termine par « : »"
        else:
            continue
        sentence = (
            f"le titre {quoted(section.title)} {reason} ; s'il contient une prescription, écrivez-la dans un "
            "alinéa : les inspecteurs ne peuvent pas choisir un titre."
        )
        yield LineNote(section.line, sentence)


@dataclass(slots=True)
class _Node:
    title: str
    line: int
    alineas: list[Alinea] = field(default_factory=list)
    sections: list[_Node] = field(default_factory=list)

    def frozen(self) -> DraftSection:
        below = tuple(node.frozen() for node in self.sections)
        return DraftSection(self.title, tuple(self.alineas), below, self.line)


class _TextReader:
    """Reads lines one block at a time (a title, an alinea, a table) and goes on after a problem."""

    def __init__(self, lines: list[str]) -> None:
        self.roots: list[_Node] = []
        self.problems: list[LineNote] = []
        self.notes: list[LineNote] = []
        self._lines = lines
        self._at = 0
        self._path: list[_Node] = []

    def read(self) -> None:
        while self._at < len(self._lines) and len(self.problems) < MAX_PROBLEMS:
            start = self._at
            self._at += 1
            line = self._lines[start].strip()
            if line:
                self._read_block(start, line)

    def _read_block(self, start: int, line: str) -> None:
        try:
            if line.startswith("#"):
                self._read_title(start, line)
            else:
                self._add(start, self._read_alinea(start, line))
        except ReadingError as error:
            row = int(error.place) if error.place.isdigit() else 0
            self.problems.append(LineNote(start + 1 + row, f"{error.reason.removesuffix('.')}."))

    def _read_title(self, start: int, line: str) -> None:
        words = line.lstrip("#")
        level = len(line) - len(words)
        title, links = read_line(words.strip())
        node = _Node(title, start + 1)
        problem = self._title_problem(level, words, has_link=bool(links))
        del self._path[level - 1 :]
        (self._path[-1].sections if self._path else self.roots).append(node)
        self._path.append(node)
        if problem:
            raise ReadingError(problem)

    def _title_problem(self, level: int, words: str, *, has_link: bool) -> str:
        if not words.strip():
            return "ce titre est vide : écrivez-le, ou « \\ » après le # si la section n'en a pas"
        if has_link:
            return "un titre ne peut pas porter de lien : placez le lien dans un alinéa"
        if level > MAX_SECTION_DEPTH:
            return f"un titre ne peut pas avoir plus de {MAX_SECTION_DEPTH} niveaux : retirez des #"
        deepest = len(self._path) + 1
        if level > deepest:
            return f"ce titre de niveau {level} saute un niveau : écrivez-le avec {deepest} # au plus"
        return ""

    def _read_alinea(self, start: int, line: str) -> Alinea:
        if is_table_line(line):
            return read_table(self._take_while(line, is_table_line))
        if line[:6].lower() == "<table":
            return self._read_html(line)
        if "\t" in line:
            rows = self._take_while(line, lambda other: other.count("\t") == line.count("\t"))
            if len(rows) > 1:
                sentence = "ces lignes à tabulations sont lues comme un tableau ; vérifiez-le."
                self.notes.append(LineNote(start + 1, sentence))
                return read_spreadsheet_rows(rows)
        text, links = read_line(line)
        return Alinea(text, None, links)

    def _take_while(self, first: str, belongs: Callable[[str], bool]) -> list[str]:
        taken = [first]
        while self._at < len(self._lines) and belongs(self._lines[self._at].strip()):
            taken.append(self._lines[self._at].strip())
            self._at += 1
        return taken

    def _read_html(self, line: str) -> Alinea:
        pieces = [line]
        while (end := _TABLE_END.search(pieces[-1])) is None:
            if self._at == len(self._lines):
                raise ReadingError(
                    "ce tableau HTML n'est pas fermé : ajoutez </table> après sa dernière ligne"
                )
            pieces.append(self._lines[self._at])
            self._at += 1
        if pieces[-1][end.end() :].strip():
            raise ReadingError("du texte suit </table> : placez-le sur la ligne suivante").within(
                str(len(pieces) - 1)
            )
        return read_html_table("\n".join(pieces))

    def _add(self, start: int, alinea: Alinea) -> None:
        if not self._path:
            if not self.problems:
                sentence = "du texte précède le premier titre : placez au-dessus une ligne « # Titre »."
                self.problems.append(LineNote(start + 1, sentence))
            return
        self._path[-1].alineas.append(alinea)
