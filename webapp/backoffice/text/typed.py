"""A text as somebody typed it: its sections, what is wrong with it line by line, its contents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from regulation.editing.drafts import DraftSection
from regulation.editing.escapes import read_line
from regulation.editing.text_format import (
    LineNote,
    TextError,
    drafts_to_text,
    sections_to_text,
    text_to_sections,
)
from regulation.reading import ReadingError
from webapp.backoffice.store import StoredOrder

LONGEST_EXCERPT = 100
UNTITLED = "(sans titre)"
TABLE_START = re.compile(r"\s*<table", re.IGNORECASE)
TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)
# A table as it was pasted: it is written as ours when the text is given back.
PASTED_TABLE = re.compile(r"^[ \t]*<table|\t", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say of a line, counted from 1, with the beginning of what the line says."""

    line: int
    sentence: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A title of the contents: its line, its level from 1, its words."""

    line: int
    level: int
    words: str


@dataclass(frozen=True, slots=True)
class TypedText:
    """A text, its lines ended by a line feed; where it cannot be read, `problems` say why.

    `was_converted`: tables pasted as HTML or from a spreadsheet are written as ours in `text`.
    """

    text: str
    sections: tuple[DraftSection, ...] = ()
    problems: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    was_converted: bool = False

    @property
    def headings(self) -> list[Heading]:
        """Return the contents, from the lines alone: a text that cannot be read has them too."""
        return list(_headings(self.text))


def text_of(held: StoredOrder) -> str:
    """Return the text of an order as the editor shows it; an order without text has the empty one."""
    return sections_to_text(held.document["sections"])


def read_typed(typed: str) -> TypedText:
    """Return what was typed, read; tables that were pasted come back as ours.

    A null character, which no page can show, is dropped.
    """
    text = typed.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    try:
        draft = text_to_sections(text)
        written = drafts_to_text(draft.sections) if PASTED_TABLE.search(text) else text
        if written != text:
            draft = text_to_sections(written)
    except TextError as error:
        return TypedText(text, problems=_remarks(text, error.problems))
    return TypedText(written, draft.sections, (), _remarks(written, draft.notes), written != text)


def read_stored(held: StoredOrder) -> TypedText:
    """Return the text of an order, read; nothing is wrong with an order that has no text yet."""
    text = text_of(held)
    return read_typed(text) if text else TypedText("")


def _remarks(text: str, notes: tuple[LineNote, ...]) -> tuple[Remark, ...]:
    lines = text.split("\n")
    return tuple(Remark(note.line, note.sentence, _excerpt(lines[note.line - 1])) for note in notes)


def _excerpt(line: str) -> str:
    line = line.strip()
    return f"{line[:LONGEST_EXCERPT]}…" if len(line) > LONGEST_EXCERPT else line


def _headings(text: str) -> Iterator[Heading]:
    is_in_table = False
    for number, line in enumerate(text.split("\n"), 1):
        is_in_table = is_in_table or TABLE_START.match(line) is not None
        stripped = line.strip()
        if is_in_table:
            is_in_table = TABLE_END.search(line) is None
        elif stripped.startswith("#"):
            words = stripped.lstrip("#")
            yield Heading(number, len(stripped) - len(words), _title(words.strip()))


def _title(words: str) -> str:
    try:
        title, _ = read_line(words)
    except ReadingError:
        title = words
    return " ".join(title.split()) or UNTITLED
