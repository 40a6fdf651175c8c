"""The points of control of a sheet, as the ministry's tool GUN takes them in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from regulation.order import Table
from regulation.prescriptions import Pick, Source
from regulation.topics import Topic
from webapp.exports.gun_themes import Themes
from webapp.exports.sheet import Grouping, Sheet, SheetRow, blocks
from webapp.exports.spans import table_lines
from webapp.exports.text import in_pieces, lines, neutral, one_line, shortened

LONGEST_NAME = 75
# Excel holds 32,767 characters in a cell; a longer point goes on in the next row.
LONGEST_TEXT = 32_000
SOURCES = {Source.AM: "Arrêté Ministériel", Source.AP: "Arrêté Préfectoral"}
LEADING_WORD = re.compile(r"^(?:article|annexe)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Point:
    """One row of the sheet `PDC`; `paragraphs` is the controlled prescription."""

    name: str
    source: str
    dated_on: date | None
    article: str
    theme: str
    paragraphs: tuple[str, ...]


def points(sheet: Sheet, grouping: Grouping, themes: Themes) -> Iterator[Point]:
    """Give the rows: one for each order, reference and topic, in the order of the inspection sheet."""
    names = dict(zip(themes.names, themes.in_year(sheet.made_on.year), strict=True))
    for block in blocks(sheet, grouping):
        for row in block.rows:
            for topic, picks in _by_topic(row.picks).items():
                yield from _points(row, picks, names[themes.of(topic)])


def article(reference: str) -> str:
    """Return a reference without its leading word: `2.1` for `Article 2.1`, `I > 2.` for `Annexe I > 2.`."""
    return one_line(LEADING_WORD.sub("", reference.strip()))


def paragraphs_of(pick: Pick) -> list[str]:
    """Return a pick as lines of text; a table is told row by row."""
    return table_lines(pick.content) if isinstance(pick.content, Table) else lines(pick.content)


def _points(row: SheetRow, picks: list[Pick], theme: str) -> Iterator[Point]:
    paragraphs = [paragraph for pick in picks for paragraph in paragraphs_of(pick)]
    title = row.name or row.reference or " ".join(paragraphs[:1]) or row.order.title
    for piece in in_pieces(paragraphs, LONGEST_TEXT):
        yield Point(
            name=shortened(one_line(title), LONGEST_NAME),
            source=SOURCES[row.source],
            dated_on=row.order.dated_on,
            article=article(row.reference),
            theme=neutral(theme),
            paragraphs=tuple(piece),
        )


def _by_topic(picks: tuple[Pick, ...]) -> dict[Topic, list[Pick]]:
    found: dict[Topic, list[Pick]] = {}
    for pick in picks:
        found.setdefault(pick.topic, []).append(pick)
    return found
