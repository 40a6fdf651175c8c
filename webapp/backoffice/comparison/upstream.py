"""What `watch_orders` found of an order, and an editor's word that it was seen to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from webapp.backoffice.models import Event, Order, UpstreamText
from webapp.models import db


@dataclass(frozen=True, slots=True)
class Watched:
    """When the text was last read at Légifrance, and since when it is known to have changed there."""

    seen_at: datetime | None
    changed_at: datetime | None


def watched(cid: str) -> Watched:
    """Return what is known of an order's text at Légifrance."""
    row = db.session.execute(
        select(UpstreamText.seen_at, Order.upstream_changed_at)
        .select_from(Order)
        .outerjoin(UpstreamText, UpstreamText.cid == Order.cid)
        .where(Order.cid == cid)
    ).one_or_none()
    return Watched(*row) if row else Watched(None, None)


def take_note(cid: str, changed_at: datetime, editor_id: int) -> bool:
    """Take the mark of a change off an order; commits. False where another change came meanwhile."""
    statement = (
        update(Order)
        .where(Order.cid == cid, Order.upstream_changed_at == changed_at)
        .values(upstream_changed_at=None)
        .returning(Order.cid)
    )
    is_done = db.session.execute(statement).one_or_none() is not None
    if is_done:
        db.session.add(Event(editor_id=editor_id, cid=cid, action="upstream_seen"))
    db.session.commit()
    return is_done
