"""From what a person holds to a sheet: orders by name, date and address, the date of the data."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from flask import url_for
from sqlalchemy import select

from regulation.prescriptions import Pick, Source
from webapp.collection import Collection, HeldPick
from webapp.configuration import current_settings
from webapp.data.standing import read_standing
from webapp.exports.sheet import CitedOrder, Sheet
from webapp.models import Installation, MinisterialOrder, db


def gather(installation: Installation, collection: Collection, made_on: date) -> Sheet:
    """Return the sheet of a collection."""
    return Sheet(
        installation=installation.name,
        s3ic_id=installation.s3ic_id,
        city=installation.city or "",
        made_on=made_on,
        picks=tuple(pick for held in collection.held for pick in _picks(held)),
        orders=_cited(collection.held),
        data_dated_on=read_standing().as_of,
    )


def _picks(held: HeldPick) -> Iterator[Pick]:
    """Give the pick, and before a table the text that stands above it, if any."""
    if held.alinea.table is not None and held.alinea.text.strip():
        yield replace(held.pick, content=held.alinea.text)
    yield held.pick


def _cited(held: Iterable[HeldPick]) -> dict[tuple[Source, str], CitedOrder]:
    """Return each order as the newest of its picks knows it."""
    newest = {(each.pick.source, each.order_id): each for each in held}
    addresses = _addresses([order_id for source, order_id in newest if source is Source.AM])
    return {
        (source, order_id): CitedOrder(
            title=each.order_title,
            dated_on=each.dated_on,
            url=addresses.get(order_id, "") if source is Source.AM else _address_of_ap(order_id),
        )
        for (source, order_id), each in newest.items()
    }


def _addresses(cids: list[str]) -> dict[str, str]:
    columns = (MinisterialOrder.cid, MinisterialOrder.legifrance_url, MinisterialOrder.aida_url)
    rows = db.session.execute(select(*columns).where(MinisterialOrder.cid.in_(cids)))
    return {row.cid: row.legifrance_url or row.aida_url or "" for row in rows}


def _address_of_ap(georisques_id: str) -> str:
    path = url_for("aps.document", georisques_id=georisques_id)
    return current_settings().site_url.rstrip("/") + path
