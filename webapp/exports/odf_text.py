"""Texts and place-holders in elements of an OpenDocument file."""

from collections.abc import Iterator, Mapping

from odfdo import Element

from webapp.exports.placeholders import filled, named_in

Piece = tuple[Element, str]
PARAGRAPHS = "descendant::text:p | descendant::text:h"


def text_of(element: Element) -> str:
    """Return the whole text of an element."""
    return "".join(_read(piece) for piece in _pieces(element))


def paragraphs_of(element: Element) -> list[Element]:
    """Return every paragraph and heading below an element, in the order of the text."""
    return element.get_elements(PARAGRAPHS)


def fill(paragraph: Element, values: Mapping[str, str]) -> None:
    """Fill the place-holders of a paragraph; formatting around and inside of it stays."""
    pieces = list(_pieces(paragraph))
    before = [_read(piece) for piece in pieces]
    for (element, place), old, new in zip(pieces, before, filled(before, values), strict=True):
        if old != new:
            setattr(element, place, new)


def fill_all(element: Element, values: Mapping[str, str]) -> None:
    """Fill the place-holders of every paragraph below an element."""
    for paragraph in paragraphs_of(element):
        fill(paragraph, values)


def holder_of(element: Element, name: str) -> Element | None:
    """Return the paragraph below an element that holds a place-holder, None where there is none."""
    return next((found for found in paragraphs_of(element) if name in named_in(text_of(found))), None)


def around(element: Element, tag: str) -> Element | None:
    """Return the nearest element with a tag that another one stands in."""
    above = element.parent
    while above is not None and above.tag != tag:
        above = above.parent
    return above


def placeholders_of(*elements: Element) -> set[str]:
    """Return the names of the place-holders below some elements."""
    return {
        name for element in elements for found in paragraphs_of(element) for name in named_in(text_of(found))
    }


def _pieces(element: Element) -> Iterator[Piece]:
    """Give the places that hold text, in the order in which it is read."""
    yield element, "text"
    for child in element.children:
        yield from _pieces(child)
        yield child, "tail"


def _read(piece: Piece) -> str:
    element, place = piece
    return getattr(element, place) or ""
