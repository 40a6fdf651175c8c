"""What a person does to a collection. Nothing is committed here; every function is given a locked `Guest`."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, select, update

from etl.database import read_statement
from regulation.prescriptions import AddressableAlinea, rank_key
from webapp.collection.content import content_of
from webapp.collection.queries import read_collection
from webapp.guests import Guest
from webapp.models import Prescription, User, db

# Far above what one visit needs; a page with more would be of no use to anyone.
MOST_OF_AN_INSTALLATION = 1_000
MOST_OF_A_PERSON = 20_000


class FullError(Exception):
    """A collection would grow beyond its bound; its text is the sentence for the person."""


@dataclass(frozen=True, slots=True)
class FromPrefectoral:
    """A prescription that a person took from a prefectoral order."""

    georisques_id: str
    order_title: str
    reference: str
    name: str
    text: str
    page: int | None = None


def add_alineas(guest: Guest, installation_id: int, title: str, alineas: Sequence[AddressableAlinea]) -> int:
    """Add alineas of one order as they read; return how many were not held yet.

    Raises:
        FullError: there would be too many; nothing may be committed.
    """
    rows = [
        _from_alinea(alinea) | {"cid": alinea.cid, "alinea_id": alinea.alinea_id, "order_title": title}
        for alinea in alineas
    ]
    return _add(guest, installation_id, rows)


def add_prefectoral(guest: Guest, installation_id: int, taken: FromPrefectoral) -> int:
    """Add a prescription of a prefectoral order; return 1, or 0 where the very same is held already.

    A form that was sent twice adds once.

    Raises:
        FullError: there would be too many; nothing may be committed.
    """
    if _holds(guest, installation_id, taken):
        return 0
    row: dict[str, Any] = {
        "georisques_id": taken.georisques_id,
        "page": taken.page,
        "order_title": taken.order_title,
        "reference": taken.reference,
        "name": taken.name,
        "topic": "AUCUN",
        "rank": [],
        "content": {"text": taken.text},
    }
    return _add(guest, installation_id, [row])


def remove(
    guest: Guest,
    installation_id: int,
    *,
    ids: Collection[int] = (),
    alinea_ids: Collection[str] = (),
    everything: bool = False,
) -> int:
    """Take picks out; return how many. What goes at once is put back at once."""
    if not (everything or ids or alinea_ids):
        return 0
    chosen = {"ids": list(ids), "alinea_ids": list(alinea_ids), "everything": everything}
    return _run("remove", guest, installation_id, **chosen).rowcount


def put_back(guest: Guest, installation_id: int) -> int:
    """Put back what was removed last; return how many picks came back.

    Raises:
        FullError: there would be too many; nothing may be committed.
    """
    removal = read_collection(guest.id, installation_id)[1]
    if removal is None:
        return 0
    count = _run("put_back", guest, installation_id, removed_at=removal.removed_at).rowcount
    counts = _run("count", guest, installation_id).one()
    _check_bounds(counts.here, counts.in_all)
    return count


def take_new_text(
    guest: Guest, installation_id: int, pick_id: int, title: str, alinea: AddressableAlinea
) -> None:
    """Give a pick the text, reference and place of its alinea as it reads today."""
    values = _from_alinea(alinea)
    values["content"] = json.dumps(values["content"])
    _run("take_new_text", guest, installation_id, id=pick_id, order_title=title, **values)


def choose_grouping(guest: Guest, grouping: str) -> None:
    """Remember how a person reads collections: `arrete` or `theme`."""
    db.session.execute(update(User).where(User.id == guest.id).values(grouping=grouping))


def _holds(guest: Guest, installation_id: int, taken: FromPrefectoral) -> bool:
    same = select(Prescription.id).where(
        Prescription.user_id == guest.id,
        Prescription.installation_id == installation_id,
        Prescription.removed_at.is_(None),
        Prescription.georisques_id == taken.georisques_id,
        Prescription.reference == taken.reference,
        Prescription.name == taken.name,
        Prescription.page.is_not_distinct_from(taken.page),
        Prescription.content["text"].astext == taken.text,
    )
    return db.session.scalar(same.limit(1)) is not None


def _from_alinea(alinea: AddressableAlinea) -> dict[str, Any]:
    return {
        "reference": alinea.reference.number,
        "name": alinea.reference.name,
        "topic": alinea.topic.value,
        "rank": list(rank_key(alinea.rank)),
        "content": content_of(alinea.alinea),
    }


def _add(guest: Guest, installation_id: int, rows: list[dict[str, Any]]) -> int:
    if not rows:
        return 0
    if len(rows) > MOST_OF_AN_INSTALLATION:
        raise FullError(_too_many())
    for place, row in enumerate(rows):
        row["place"] = place
    result = _run("add", guest, installation_id, picks=json.dumps(rows)).one()
    if result.added:
        _check_bounds(result.here, result.in_all)
    return int(result.added)


def _check_bounds(here: int, in_all: int) -> None:
    if here > MOST_OF_AN_INSTALLATION:
        raise FullError(_too_many())
    if in_all > MOST_OF_A_PERSON:
        raise FullError(
            f"Vous retenez déjà {MOST_OF_A_PERSON} prescriptions sur l’ensemble des installations : rien n’a "
            "été ajouté. Retirez celles qui ne vous servent plus, puis recommencez."
        )


def _too_many() -> str:
    return (
        f"Une installation peut avoir {MOST_OF_AN_INSTALLATION} prescriptions retenues au plus : rien n’a "
        "été ajouté. Retirez-en, ou sélectionnez moins d’alinéas à la fois."
    )


def _run(statement: str, guest: Guest, installation_id: int, /, **values: object) -> CursorResult[Any]:
    asked = {"user_id": guest.id, "installation_id": installation_id} | values
    return db.session.connection().exec_driver_sql(read_statement(f"collection/{statement}.sql"), asked)
