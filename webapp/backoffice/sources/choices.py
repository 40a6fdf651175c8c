"""What an editor asks of the sources: which one, at which day, which page; typed in a form or an address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from etl.am_documents import Document, aida_page_of
from regulation.order_file import is_cid

EARLIEST = date(1850, 1, 1)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
PAGE = re.compile(r"\d{1,12}", re.ASCII)
BAD_DAY = "Donnez une date entre 1850 et aujourd’hui, comme 2015-05-12."
BAD_PAGE = "Donnez le nombre qui termine l’adresse de la page d’AIDA."
BAD_ORDER = "La première date doit précéder la seconde."
TRIAL = "Cet arrêté est un essai : Légifrance ne le connaît pas."


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for.

    Attributes:
        source: `legifrance`, `dates` (two days of Légifrance) or `aida`; empty: nothing yet.
        on: the day as typed, today where nothing was.
        before: the earlier day as typed, for `dates`.
        page: of AIDA, as typed, else the order's own.
        error: what is wrong with it, in French.
    """

    source: str
    on: str
    before: str
    page: str
    error: str = ""

    @property
    def day(self) -> date:
        """Return the day; only where nothing is wrong."""
        return date.fromisoformat(self.on)

    @property
    def earlier_day(self) -> date:
        """Return the earlier day; only where nothing is wrong."""
        return date.fromisoformat(self.before)


def today() -> date:
    """Return the day it is."""
    return datetime.now(UTC).date()


def read_choice(typed: Mapping[str, str], cid: str, document: Document, sources: tuple[str, ...]) -> Choice:
    """Return what was asked for, judged; another source than the given ones counts as none."""
    source = typed.get("avec", "")
    choice = Choice(
        source if source in sources else "",
        typed.get("le", "").strip() or today().isoformat(),
        typed.get("du", "").strip(),
        typed.get("page", "").strip() or aida_page_of(document.get("aida_url")) or "",
    )
    return Choice(choice.source, choice.on, choice.before, choice.page, _error(choice, cid))


def _error(choice: Choice, cid: str) -> str:
    if choice.source in {"legifrance", "dates"} and not is_cid(cid):
        return TRIAL
    if choice.source == "legifrance" and not _is_day(choice.on):
        return BAD_DAY
    if choice.source == "dates":
        if not (_is_day(choice.on) and _is_day(choice.before)):
            return BAD_DAY
        return BAD_ORDER if choice.before >= choice.on else ""
    if choice.source == "aida" and not PAGE.fullmatch(choice.page):
        return BAD_PAGE
    return ""


def _is_day(typed: str) -> bool:
    try:
        return bool(DAY.fullmatch(typed)) and EARLIEST <= date.fromisoformat(typed) <= today()
    except ValueError:
        return False
