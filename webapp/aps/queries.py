"""What the pages read of prefectoral orders; by the s3ic_id, so that a copy shows those of its source."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import defer

from webapp.models import PrefectoralOrder, PrefectoralPage, db

MOST_ORDERS = 500  # of one installation; the real ones have 19 at most


def orders_of(s3ic_id: str) -> list[PrefectoralOrder]:
    """Return the published orders of an installation, newest first, those without a date last."""
    newest_first = (PrefectoralOrder.dated_on.desc().nulls_last(), PrefectoralOrder.georisques_id)
    return list(
        db.session.scalars(
            select(PrefectoralOrder)
            .where(PrefectoralOrder.s3ic_id == s3ic_id, PrefectoralOrder.withdrawn_at.is_(None))
            .order_by(*newest_first)
            .limit(MOST_ORDERS)
        )
    )


def order_by_id(georisques_id: str) -> PrefectoralOrder | None:
    """Return an order, published or withdrawn, None where there is none."""
    return db.session.scalar(select(PrefectoralOrder).where(PrefectoralOrder.georisques_id == georisques_id))


@dataclass(frozen=True, slots=True)
class PageWindow:
    """Pages `first` to `last` (from 1, both in) of a document of `total` pages."""

    first: int
    last: int
    total: int

    @property
    def numbers(self) -> range:
        """Return the numbers of the pages."""
        return range(self.first, self.last + 1)


def pages_of(windows: Mapping[int, PageWindow]) -> dict[int, list[PrefectoralPage]]:
    """Return the pages of orders (by their key in the table) that lie in a window each, in order."""
    if not windows:
        return {}
    wanted = [
        and_(PrefectoralPage.ap_id == key, PrefectoralPage.page.between(window.first, window.last))
        for key, window in windows.items()
    ]
    found: dict[int, list[PrefectoralPage]] = {}
    rows = select(PrefectoralPage).options(defer(PrefectoralPage.search)).where(or_(*wanted))
    for page in db.session.scalars(rows.order_by(PrefectoralPage.ap_id, PrefectoralPage.page)):
        found.setdefault(page.ap_id, []).append(page)
    return found
