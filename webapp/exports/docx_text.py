"""Texts and place-holders in elements of a Word file."""

from collections.abc import Iterator, Mapping

from docx.document import Document
from docx.opc.part import XmlPart
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from webapp.exports.placeholders import filled, named_in

PARAGRAPH, TEXT, CELL, ROW, TABLE = (qn(f"w:{name}") for name in ("p", "t", "tc", "tr", "tbl"))
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def text_of(element: BaseOxmlElement) -> str:
    """Return the whole text of an element."""
    return "".join(piece.text or "" for piece in element.iter(TEXT))


def fill(paragraph: BaseOxmlElement, values: Mapping[str, str]) -> None:
    """Fill the place-holders of a paragraph; the formatting of its pieces stays."""
    pieces = list(paragraph.iter(TEXT))
    before = [piece.text or "" for piece in pieces]
    for piece, old, new in zip(pieces, before, filled(before, values), strict=True):
        if old != new:
            piece.text = new
            piece.set(SPACE, "preserve")


def fill_all(element: BaseOxmlElement, values: Mapping[str, str]) -> None:
    """Fill the place-holders of every paragraph below an element."""
    for paragraph in element.iter(PARAGRAPH):
        fill(paragraph, values)


def holder_of(element: BaseOxmlElement, name: str) -> BaseOxmlElement | None:
    """Return the paragraph below an element that holds a place-holder, None where there is none."""
    return next((found for found in element.iter(PARAGRAPH) if name in named_in(text_of(found))), None)


def around(element: BaseOxmlElement, tag: str) -> BaseOxmlElement | None:
    """Return the nearest element with a tag that another one stands in."""
    return next(iter(element.iterancestors(tag)), None)


def roots_of(document: Document) -> Iterator[BaseOxmlElement]:
    """Give the body and every header and footer of a document."""
    yield document.element.body
    for part in document.part.package.iter_parts():
        if isinstance(part, XmlPart) and part.partname.startswith(("/word/header", "/word/footer")):
            yield part.element


def placeholders_of(document: Document) -> set[str]:
    """Return the names of the place-holders of a document."""
    texts = (text_of(found) for root in roots_of(document) for found in root.iter(PARAGRAPH))
    return {name for text in texts for name in named_in(text)}
