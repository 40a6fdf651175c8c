"""What the site reads of collections."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from etl.database import read_statement
from regulation.prescriptions import Pick, Source
from regulation.topics import Topic
from webapp.collection.content import alinea_of
from webapp.collection.picks import Collection, HeldPick
from webapp.models import Prescription, db


@dataclass(frozen=True, slots=True)
class Removal:
    """What was removed last and can be put back: when, and how many picks."""

    removed_at: datetime
    picks: int


def picked(user_id: int | None, installation_id: int) -> Collection:
    """Return what a person holds of an installation; nothing for who made nothing yet (None)."""
    return read_collection(user_id, installation_id)[0]


def read_collection(user_id: int | None, installation_id: int) -> tuple[Collection, Removal | None]:
    """Return what a person holds of an installation, and what they can put back."""
    if user_id is None:
        return Collection(()), None
    statement = read_statement("collection/picked.sql")
    asked = {"user_id": user_id, "installation_id": installation_id}
    rows = list(db.session.connection().exec_driver_sql(statement, asked))
    collection = Collection(tuple(_held(row) for row in rows if row.removed_at is None))
    return collection, _last_removal([row for row in rows if row.removed_at is not None], collection)


def _last_removal(removed: list[Row[Any]], collection: Collection) -> Removal | None:
    """Return the newest removal; an alinea that was picked again since is not to be put back."""
    moments = [row.removed_at for row in removed if row.alinea_id not in collection.alinea_ids]
    last = max(moments, default=None)
    return Removal(last, moments.count(last)) if last else None


def _held(row: Row[Any]) -> HeldPick:
    alinea = alinea_of(row.content)
    return HeldPick(
        pick=Pick(
            source=Source.AM if row.cid else Source.AP,
            order_id=row.cid or row.georisques_id,
            reference=row.reference,
            name=row.name,
            rank=".".join(map(str, row.rank)),
            topic=Topic[row.topic],
            content=alinea.text if alinea.table is None else alinea.table,
            key=row.id,
        ),
        alinea=alinea,
        alinea_id=row.alinea_id,
        page=row.page,
        order_title=row.order_title,
        dated_on=row.dated_on,
        created_at=row.created_at,
        gone_at=row.gone_at,
    )


def owns_pick(user_id: int, installation_id: int, pick_id: int) -> bool:
    """Tell whether a pick is (or was, within a day) this person's for this installation."""
    wanted = select(Prescription.id).where(
        Prescription.id == pick_id,
        Prescription.user_id == user_id,
        Prescription.installation_id == installation_id,
    )
    return db.session.scalar(wanted) is not None
