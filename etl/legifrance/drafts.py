"""From a text of Légifrance to the sections that the editor shows: titles of articles, structure below."""

from collections.abc import Sequence
from itertools import takewhile

from etl.legifrance.reading import UpstreamArticle, UpstreamSection, UpstreamText
from etl.upstream.numbering import numbers_of
from etl.upstream.paragraphs import Heading, read_blocks
from etl.upstream.structure import is_title, structured
from regulation.editing.drafts import DraftSection
from regulation.order import Alinea

ADDRESS = "https://www.legifrance.gouv.fr/"
MOST_TITLE_LINES = 2
NO_TITLE = "Sans titre"


def drafts_of(text: UpstreamText) -> tuple[DraftSection, ...]:
    """Return the sections of a text; a text without an article in force has none."""
    return tuple(_draft(part) for part in text.parts)


def _draft(part: UpstreamArticle | UpstreamSection) -> DraftSection:
    if isinstance(part, UpstreamArticle):
        return _article(part)
    title = " ".join(_line(alinea) for alinea in _lines(part.title))
    return DraftSection(title or NO_TITLE, (), tuple(_draft(below) for below in part.parts))


def _article(article: UpstreamArticle) -> DraftSection:
    lines = _lines(article.content)
    is_annexe = "annexe" in article.num.casefold()
    taken = _title_lines(lines, is_annexe=is_annexe)
    number = article.num if is_annexe else f"Article {article.num}".strip()
    title = " - ".join([number, " ".join(_line(line) for line in lines[:taken])] if taken else [number])
    return structured(title, lines[taken:])


def _title_lines(lines: Sequence[Alinea], *, is_annexe: bool) -> int:
    """Return how many of the first lines belong to the title; something is left to be picked below it."""
    most = min(MOST_TITLE_LINES if is_annexe else 1, len(lines) - 1)
    likely = takewhile(_is_title, lines[: max(most, 0)])
    return sum(1 for _ in likely)


def _is_title(line: Alinea) -> bool:
    is_plain = line.table is None and not line.links
    return is_plain and is_title(line.text) and not any(numbers_of(line.text))


def _lines(content: str) -> list[Alinea]:
    """Return the lines of some HTML; headings inside an article are lines like others."""
    return [
        Alinea(block.text) if isinstance(block, Heading) else block for block in read_blocks(content, ADDRESS)
    ]


def _line(alinea: Alinea) -> str:
    return alinea.text
