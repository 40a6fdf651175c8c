"""What the pages read of prefectoral orders; by the s3ic_id, so that a copy shows those of its source."""

from sqlalchemy import select

from webapp.models import PrefectoralOrder, db

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
