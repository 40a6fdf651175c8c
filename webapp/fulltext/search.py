"""The search itself: which alineas and pages hold what was asked, and what is shown of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy import Row

from etl.database import read_statement
from regulation.order import Order
from regulation.topics import Topic
from webapp.aps import url_for_ap_page
from webapp.aps.wording import NAMELESS
from webapp.fulltext.extracts import LIMITS, extract, marked
from webapp.fulltext.question import Filters, Question
from webapp.models import db

PAGE_SIZE = 20
# How many hits of a kind are put in order, so that pages can be turned; more are counted no further.
MOST_SHOWN = 1_000
LAST_PAGE = 2 * MOST_SHOWN // PAGE_SIZE
# Of what the index finds this much is ranked; of an exact phrase more is looked at, to be checked.
MOST_RANKED = 3_000
MOST_CHECKED = 8_000
MOST_TITLES = 5
# What a word weighs in the text, in (two kinds that are not used) and in the name of the section.
WEIGHTS = [0.1, 0.2, 0.2, 0.2]


@dataclass(frozen=True, slots=True)
class AlineaHit:
    """An alinea of a ministerial order."""

    cid: str
    alinea_id: str
    url: str
    title: str
    nickname: str | None
    reference: str
    name: Markup
    topic: Topic
    extract: Markup


@dataclass(frozen=True, slots=True)
class PageHit:
    """A page of a prefectoral order."""

    georisques_id: str
    s3ic_id: str
    url: str
    title: str
    dated_on: date | None
    installation: str
    city: str | None
    page: int
    page_count: int | None
    extract: Markup


@dataclass(frozen=True, slots=True)
class TitleHit:
    """A ministerial order whose title holds what was asked."""

    url: str
    title: Markup
    nickname: Markup


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, best first, and how many there are of each kind.

    Counts stop at what is ranked; `is_cut` tells that more may match than was looked at.
    """

    hits: list[AlineaHit | PageHit]
    titles: list[TitleHit]
    alineas: int = 0
    pages: int = 0
    is_cut: bool = False

    @property
    def total(self) -> int:
        """Return how many hits can be shown, page after page."""
        return min(self.alineas, MOST_SHOWN) + min(self.pages, MOST_SHOWN)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was found."""
        return not self.total and not self.titles


NOTHING = Found([], [])


def find(question: Question, filters: Filters, heads: Mapping[str, Order], page: int) -> Found:
    """Return one page (from 1) of what holds the words of a question.

    Args:
        question: with at least one word to look for (`can_be_answered`).
        filters: what narrows the search.
        heads: the ministerial orders in service, by cid.
        page: which page of hits.
    """
    cids = orders_about(heads, filters)
    rows = _rows(
        "find_text",
        question.as_parameters()
        | {
            "wants_am": filters.wants_am,
            "wants_ap": filters.wants_ap,
            "topic": filters.topic,
            "cids": cids,
            "regime": filters.regime,
            "rubrique": filters.rubrique,
            "num_dep": filters.num_dep,
            "weights": WEIGHTS,
            "looked_at": MOST_CHECKED if question.is_loose else MOST_RANKED,
            "ranked": MOST_RANKED,
            "shown": MOST_SHOWN,
            "wanted": PAGE_SIZE,
            "skipped": (page - 1) * PAGE_SIZE,
        },
    )
    has_titles = page == 1 and filters.wants_am and filters.topic is None
    return Found(
        hits=_shown([row for row in rows if row.kind], question),
        titles=_titles(question, cids) if has_titles else [],
        alineas=rows[0].alineas,
        pages=rows[0].pages,
        is_cut=rows[0].is_cut,
    )


def orders_about(heads: Mapping[str, Order], filters: Filters) -> list[str] | None:
    """Return the cids of the orders that are about a rubrique or regime, None where neither is asked for."""
    if filters.rubrique is None and filters.regime is None:
        return None
    return [
        cid
        for cid, order in heads.items()
        if any(
            filters.rubrique in (None, binding.rubrique) and filters.regime in (None, binding.regime.value)
            for binding in order.bindings
        )
    ]


def _titles(question: Question, cids: list[str] | None) -> list[TitleHit]:
    given = {"query": question.query, "cids": cids, "wanted": MOST_TITLES}
    return [
        TitleHit(
            url=url_for("orders.ministerial", cid=row.cid),
            title=marked(row.title),
            nickname=marked(row.nickname),
        )
        for row in _rows("find_orders_by_title", given)
    ]


def _shown(found: Sequence[Row[Any]], question: Question) -> list[AlineaHit | PageHit]:
    """Return the hits in the order they were found, with what is shown of them."""
    alineas = _alineas([row.alinea_id for row in found if row.kind == "am"], question)
    pages = _pages([(row.ap_id, row.page) for row in found if row.kind == "ap"], question)
    return [alineas[row.alinea_id] if row.kind == "am" else pages[row.ap_id, row.page] for row in found]


def _alineas(ids: list[str], question: Question) -> dict[str, AlineaHit]:
    if not ids:
        return {}
    return {
        row.alinea_id: AlineaHit(
            cid=row.cid,
            alinea_id=row.alinea_id,
            url=url_for("orders.ministerial", cid=row.cid, mots=question.text, _anchor=f"a-{row.alinea_id}"),
            title=row.title,
            nickname=row.nickname,
            reference=row.reference,
            name=marked(row.name),
            topic=Topic[row.topic],
            extract=extract(row.extract, row.beginning, row.ending),
        )
        for row in _rows("show_alineas", {"query": question.query, "ids": ids})
    }


def _pages(keys: list[tuple[int, int]], question: Question) -> dict[tuple[int, int], PageHit]:
    if not keys:
        return {}
    ids, pages = [key for key, _ in keys], [page for _, page in keys]
    return {
        (row.ap_id, row.page): PageHit(
            georisques_id=row.georisques_id,
            s3ic_id=row.s3ic_id,
            url=url_for_ap_page(row.s3ic_id, row.georisques_id, row.page, question.text),
            title=row.title.strip() or NAMELESS,
            dated_on=row.dated_on,
            installation=row.installation,
            city=row.city,
            page=row.page,
            page_count=row.page_count,
            extract=extract(row.extract, row.beginning, row.ending),
        )
        for row in _rows("show_pages", {"query": question.query, "ids": ids, "pages": pages})
    }


def _rows(name: str, given: Mapping[str, object]) -> list[Row[Any]]:
    statement = read_statement(f"search/{name}.sql")
    return list(db.session.connection().exec_driver_sql(statement, {**LIMITS, **given}))
