"""Asks AIDA for a page, and reads the text of an order in it: titles by level, alineas, tables."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from etl.errors import RefusedError, SettingsError
from etl.fetching.addresses import check_address
from etl.fetching.answers import GoneError
from etl.settings import Settings
from etl.upstream.errors import ShapeError, SourceUnsetError, UnknownTextError
from etl.upstream.exchange import Door, Patience, Question, ask
from etl.upstream.paragraphs import Heading, blocks_of, parsed
from regulation.editing.drafts import DraftSection
from regulation.order import Alinea

NAME = "AIDA"
PAGE = re.compile(r"\d{1,12}", re.ASCII)
# Where the text is, the surest first.
CONTAINERS = ("//*[@id='content-inner']", "//*[@id='content-area']", "//article", "//main")
DROPPED = re.compile(r"vus?", re.IGNORECASE)
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def is_on(settings: Settings) -> bool:
    """Tell whether the operator lets pages of AIDA be read."""
    return bool(settings.aida_url)


@dataclass(frozen=True, slots=True)
class Aida:
    """Where AIDA is: the text of an order is `<url><page>`."""

    url: str
    hosts: tuple[str, ...]
    patience: Patience = field(default_factory=Patience)

    @classmethod
    def from_settings(cls, settings: Settings, patience: Patience | None = None) -> Self:
        """Return the source that the settings name.

        Raises:
            SourceUnsetError: reading AIDA is off, as it is unless AIDA_URL is set.
            SettingsError: the address is not one of AIDA_HOSTS.
        """
        if not is_on(settings):
            raise SourceUnsetError("Reading AIDA is off: set AIDA_URL if its terms allow it.")
        hosts = tuple(host.strip().lower() for host in settings.aida_hosts.split(",") if host.strip())
        try:
            check_address(settings.aida_url, hosts, "AIDA_HOSTS")
        except RefusedError as error:
            raise SettingsError(f"AIDA_URL cannot be used: {error}") from None
        return cls(f"{settings.aida_url.rstrip('/')}/", hosts, patience or Patience())

    def sections(self, page: str) -> tuple[DraftSection, ...]:
        """Return the sections of an order's page.

        Raises:
            UnknownTextError: there is no such page.
            ShapeError: the page has no text where it is expected.
            TransientError: no answer now; another try later may help.
            RefusedError: another answer, or one that is too large.
        """
        if not PAGE.fullmatch(page):
            raise UnknownTextError(f"{page[:60]!r} is no page of AIDA: its address ends with a number.")
        door = Door(NAME, self.hosts, "AIDA_HOSTS", self.patience)
        try:
            answer = ask(door, Question("GET", f"{self.url}{page}", f"The page {page} of AIDA"))
        except GoneError as error:
            raise UnknownTextError(str(error)) from None
        return read_page(_decoded(answer.body, answer.content_type), answer.url)


def _decoded(body: bytes, content_type: str) -> str:
    named = _CHARSET.search(content_type) or _CHARSET.search(body[:1024].decode("ascii", "replace"))
    try:
        return body.decode(named[1] if named else "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def read_page(html: str, address: str) -> tuple[DraftSection, ...]:
    """Return the sections of a page.

    Raises:
        ShapeError: there is no container of a text, or no title in it.
    """
    root = parsed(html, address)
    container = _container(root) if root is not None else None
    if container is None:
        raise ShapeError(NAME, "element « content-inner »")
    sections = _nested(blocks_of(container))
    if not sections:
        raise ShapeError(NAME, "title (h1 to h6)")
    return sections


def _container(root: Any) -> Any:
    for path in CONTAINERS:
        found = root.xpath(path)
        if found:
            return found[0]
    return None


@dataclass(slots=True)
class _Open:
    title: str
    level: int
    alineas: list[Alinea] = field(default_factory=list)
    sections: list["_Open"] = field(default_factory=list)

    def draft(self) -> DraftSection:
        return DraftSection(self.title, tuple(self.alineas), tuple(below.draft() for below in self.sections))


def _nested(blocks: Iterable[Heading | Alinea]) -> tuple[DraftSection, ...]:
    """Return the tree of titles: a lower level is inside a higher one, however many lie between."""
    top = _Open("", 0)
    path = [top]
    for block in blocks:
        if isinstance(block, Heading):
            del path[_depth(path, block.level) :]
            opened = _Open(block.text, block.level)
            path[-1].sections.append(opened)
            path.append(opened)
        elif len(path) > 1:
            path[-1].alineas.append(block)
    return tuple(section.draft() for section in _kept(_unwrapped(top.sections)))


def _depth(path: Sequence[_Open], level: int) -> int:
    return next((depth for depth, opened in enumerate(path) if opened.level >= level), len(path))


def _unwrapped(sections: list[_Open]) -> list[_Open]:
    """Return what is inside the title of the page, where that is the only one at the top (its `h1`)."""
    is_page_title = len(sections) == 1 and sections[0].level == 1 and sections[0].sections
    return sections[0].sections if is_page_title else sections


def _kept(sections: list[_Open]) -> list[_Open]:
    return [section for section in sections if not DROPPED.fullmatch(section.title.strip(" :"))]
