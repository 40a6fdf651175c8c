"""Chosen prefectoral orders ready for the page: their documents, and the text of some of their pages."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from webapp.aps.addresses import page_anchor
from webapp.aps.listing import ApLine
from webapp.aps.marking import marked_text, matching_words
from webapp.aps.queries import PageWindow, pages_of
from webapp.aps.wording import page_note
from webapp.models import PrefectoralOrder, PrefectoralPage

# How much text a page of the site holds; documents have up to 300 pages, and several may be chosen.
MOST_PAGES_OF_ONE = 10
MOST_PAGES = 40


@dataclass(frozen=True, slots=True)
class Place:
    """What is to be open: a page (from 1) of an order, and the question whose words are marked there."""

    georisques_id: str | None = None
    page: int = 1
    words: str = ""


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of one page as HTML, and what is to be said of it."""

    number: int
    anchor: str
    text: Markup
    note: str | None


@dataclass(frozen=True, slots=True)
class ApReading:
    """One order on the page: its line in the list, the page its document opens at, the text of some pages.

    `words` are those to mark, as JSON for the viewer; `asked` is the question they come from.
    """

    line: ApLine
    pages: tuple[PageText, ...]
    window: PageWindow
    opened: int
    asked: str
    words: str

    def anchor_of_page(self, number: int) -> str:
        """Return the anchor of a page of the order."""
        return page_anchor(self.line.order.georisques_id, number)


def read_chosen_aps(lines: Sequence[ApLine], place: Place) -> list[ApReading]:
    """Return chosen orders with the text around the place that is to be open, else of their first pages."""
    readable = [line.order for line in lines if line.is_readable]
    width = max(1, min(MOST_PAGES_OF_ONE, MOST_PAGES // max(1, len(readable))))
    windows = {line.order.id: _window(line.order, place, width) for line in lines}
    texts = pages_of({order.id: windows[order.id] for order in readable})
    return [_reading(line, place, windows[line.order.id], texts.get(line.order.id, [])) for line in lines]


def _window(order: PrefectoralOrder, place: Place, width: int) -> PageWindow:
    """Return the pages to show: windows lie side by side, so that a page is always in the same one."""
    last = order.page_count or 1
    opened = min(place.page, last) if order.georisques_id == place.georisques_id else 1
    first = (opened - 1) // width * width + 1
    return PageWindow(first, min(first + width - 1, last), last)


def _reading(line: ApLine, place: Place, window: PageWindow, pages: Sequence[PrefectoralPage]) -> ApReading:
    order = line.order
    is_open = order.georisques_id == place.georisques_id
    asked = place.words if is_open else ""
    words = matching_words(order.id, window.numbers, asked)
    texts = [
        PageText(
            number=page.page,
            anchor=page_anchor(order.georisques_id, page.page),
            text=marked_text(page.text.strip(), words),
            note=page_note(page),
        )
        for page in pages
    ]
    return ApReading(
        line=line,
        pages=tuple(texts),
        window=window,
        opened=min(place.page, window.total) if is_open else 1,
        asked=asked,
        words=json.dumps(words, ensure_ascii=False),
    )
