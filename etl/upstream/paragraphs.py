"""From HTML as a source has it to titles and alineas: words, links and tables kept, other markup dropped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from regulation.editing.pasted_tables import read_html_table
from regulation.order import Alinea, Link
from regulation.reading import ReadingError

_SPACES = re.compile(r"[ \t\n\r\f\v\u00a0\u202f\u2009]+")
_HEADING = re.compile(r"h([1-6])")
_BLOCKS = frozenset(
    {"p", "div", "li", "ul", "ol", "br", "section", "article", "blockquote", "center", "dl", "dt", "dd", "hr"}
    | {"main", "header", "footer", "figure", "figcaption", "address", "pre", "fieldset", "body"}
)
_NOT_TEXT = frozenset({"script", "style", "noscript", "template", "nav", "form", "button", "svg", "iframe"})
# What no database keeps, and the mark of the order of bytes.
_UNKEPT = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0xFEFF])


@dataclass(frozen=True, slots=True)
class Heading:
    """A title as the source marks it up; `level` 1 to 6."""

    level: int
    text: str


Block = Heading | Alinea


def read_blocks(source: str, address: str) -> list[Block]:
    """Return the titles, alineas and tables of a piece of HTML, in its order; empty ones are left out.

    Args:
        source: HTML, however broken.
        address: of the page, for its relative links.
    """
    root = parsed(source, address)
    return [] if root is None else blocks_of(root)


def parsed(source: str, address: str) -> Any:
    """Return the tree of a page or a piece of one, its links absolute; None where there is nothing in it."""
    cleaned = kept_letters(source)
    if not cleaned.strip():
        return None
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = lxml_html.document_fromstring(cleaned, parser=parser)
    except etree.ParserError:
        return None
    root.make_links_absolute(address, handle_failures="ignore")
    return root


def kept_letters(text: str) -> str:
    """Return a text without control characters and halves of letters, which no database keeps."""
    return text.translate(_UNKEPT).encode("utf-8", "replace").decode()


def blocks_of(root: Any) -> list[Block]:
    """Return the blocks of an element of a tree that `parsed` gave."""
    reader = _BlockReader()
    reader.read(root)
    reader.end_line()
    return reader.blocks


class _BlockReader:
    """Walks through a tree without recursion on its depth and gathers lines."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._text = ""
        self._links: list[Link] = []
        self._opened: tuple[str, int] | None = None

    def read(self, root: Any) -> None:
        skipped: Any = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if skipped is not None:
                if event == "end" and element is skipped:
                    skipped = None
                    self._add(element.tail if element is not root else "")
                continue
            if event == "start":
                if self._takes_whole(element):
                    skipped = element
                else:
                    self._start(element)
            else:
                self._end(element)
                self._add(element.tail if element is not root else "")

    def _takes_whole(self, element: Any) -> bool:
        """Read a table or a title at once, and pass over what is no text."""
        heading = _HEADING.fullmatch(str(element.tag))
        if element.tag == "table":
            self.end_line()
            self.blocks.extend(_table_blocks(element))
        elif heading:
            self.end_line()
            words = _one_line(element.text_content())
            if words:
                self.blocks.append(Heading(int(heading[1]), words))
        return bool(heading) or element.tag == "table" or element.tag in _NOT_TEXT

    def _start(self, element: Any) -> None:
        if element.tag in _BLOCKS:
            self.end_line()
        elif element.tag == "a" and _is_address(element.get("href")):
            self._end_link()
            self._opened = (element.get("href").strip(), len(self._text))
        self._add(element.text)

    def _end(self, element: Any) -> None:
        if element.tag in _BLOCKS:
            self.end_line()
        elif element.tag == "a":
            self._end_link()

    def _add(self, words: str | None) -> None:
        if words:
            spaced = _SPACES.sub(" ", words)
            self._text += spaced.lstrip(" ") if not self._text or self._text.endswith(" ") else spaced

    def _end_link(self) -> None:
        if self._opened:
            target, position = self._opened
            size = len(self._text.rstrip(" ")) - position
            if size > 0:
                self._links.append(Link(target, position, size))
        self._opened = None

    def end_line(self) -> None:
        """Keep the line that is being read, if it has words."""
        self._end_link()
        text = self._text.rstrip(" ")
        if text:
            self.blocks.append(Alinea(text, None, tuple(self._links)))
        self._text, self._links = "", []


def _is_address(target: str | None) -> bool:
    return bool(target) and str(target).strip().lower().startswith(("http://", "https://"))


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _table_blocks(table: Any) -> Iterator[Alinea]:
    """Give the table; a table inside one becomes lines of its cell, one without cells becomes lines."""
    for inner in table.iterdescendants("table"):
        for part in [*inner.iterdescendants("tr", "td", "th", "caption", "tbody", "thead"), inner]:
            part.tag = "div"
    for element in table.iterdescendants("a"):
        if not _is_address(element.get("href")):
            element.attrib.pop("href", None)
    for heading in table.iterdescendants("h1", "h2", "h3", "h4", "h5", "h6"):
        heading.tag = "p"
    captions = [_one_line(caption.text_content()) for caption in table.iterdescendants("caption")]
    yield from (Alinea(caption) for caption in captions if caption)
    try:
        yield read_html_table(etree.tostring(table, encoding="unicode", method="html", with_tail=False))
    except ReadingError:
        words = _one_line(table.text_content())
        if words:
            yield Alinea(words)
