"""Orders in the back-office: read with their version, saved as a new one unless somebody was quicker."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import func

from etl.am_documents import Document, Metadata, encoded, fingerprint_of, pack, row_of, unpack
from regulation.consistency import check_order
from regulation.order_file import read_order as parse_order
from webapp.backoffice.models import Event, Order, OrderVersion
from webapp.models import db


class EditedMeanwhileError(Exception):
    """Somebody saved another version since the one that this edit is based on: nothing was written."""

    def __init__(self, cid: str, based_on: int, current: int) -> None:
        super().__init__(
            f"{cid}: version {current} was saved after version {based_on}, which this is based on."
        )
        self.current = current


class AlreadyThereError(Exception):
    """The identifier, or the NOR, is that of another order: nothing was written. `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(f"another order has this {field}")
        self.field = field


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """The current version of an order, or an earlier one: its file decoded, and who made it when."""

    cid: str
    version: int
    document: Document
    metadata: Metadata
    author_id: int | None
    action: str
    comment: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Edit:
    """Why a version is made: by whom (the id of the editor), what kind of change, and what it lost."""

    author_id: int
    action: str
    comment: str = ""
    lost: Sequence[Mapping[str, Any]] = ()


def read_order(cid: str, number: int | None = None) -> StoredOrder | None:
    """Return an order as it is now, or as a version was; None where there is none."""
    wanted = select(OrderVersion).join(Order, Order.cid == OrderVersion.cid).where(Order.cid == cid)
    wanted = wanted.where(OrderVersion.number == (Order.version if number is None else number))
    version = db.session.scalars(wanted).one_or_none()
    if version is None:
        return None
    return StoredOrder(
        cid=cid,
        version=version.number,
        document=json.loads(unpack(version.document)),
        metadata=Metadata.from_values(version.order_metadata),
        author_id=version.author_id,
        action=version.action,
        comment=version.comment,
        created_at=version.created_at,
    )


def save(cid: str, based_on: int, document: Document, metadata: Metadata, edit: Edit) -> int:
    """Save an order as a new version, with its event, and return the version's number; commits.

    Where nothing differs from the current version, no version is made and its number comes back.

    Raises:
        EditedMeanwhileError: the current version is not the one that the edit is based on.
        AlreadyThereError: another order has this NOR.
        OrderFileError: the document is no order (`regulation.order_file`).
        LookupError: there is no such order.
    """
    order = db.session.scalars(
        select(Order).where(Order.cid == cid).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if order is None:
        raise LookupError(f"There is no order {cid} in the back-office.")
    if order.version != based_on:
        db.session.rollback()
        raise EditedMeanwhileError(cid, based_on, order.version)
    current = read_order(cid)
    if current is None:
        raise LookupError(f"Version {based_on} of {cid} is not there.")
    if current.document == document and current.metadata == metadata:
        db.session.rollback()
        return based_on
    _write(order, based_on + 1, document, metadata, edit)
    return based_on + 1


def create(document: Document, metadata: Metadata, edit: Edit) -> int:
    """Save a new order as its version 1; commits.

    Raises:
        AlreadyThereError: another order has this identifier, or this NOR.
        OrderFileError: the document is no order.
    """
    if db.session.get(Order, document["id"]) is not None:
        db.session.rollback()
        raise AlreadyThereError("cid")
    order = Order()
    db.session.add(order)
    with db.session.no_autoflush:
        _write(order, 1, document, metadata, edit)
    return 1


def _write(order: Order, number: int, document: Document, metadata: Metadata, edit: Edit) -> None:
    data = encoded(document)
    cid = document["id"]
    try:
        parsed = parse_order(data, f"{cid}.json")
    except ValueError:
        db.session.rollback()
        raise
    row = row_of(document, parsed, metadata, check_order(parsed), edit.lost)
    for column, value in row.items():
        setattr(order, column, value)
    order.date_of_signature = parsed.signed_on
    order.version = number
    if edit.action == "text":
        order.upstream_changed_at = None  # whoever saves a text has seen to what changed at its source
    order.updated_at = func.now()
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise AlreadyThereError("nor" if "nor" in str(error.orig) else "cid") from None
    db.session.add(
        OrderVersion(
            cid=cid,
            number=number,
            author_id=edit.author_id,
            action=edit.action,
            comment=edit.comment,
            document=pack(data),
            order_metadata=metadata.to_values(),
            fingerprint=fingerprint_of(data, metadata),
            lost=[dict(element) for element in edit.lost],
        )
    )
    details = {"version": number, **({"comment": edit.comment} if edit.comment else {})}
    db.session.add(Event(editor_id=edit.author_id, cid=cid, action=edit.action, details=details))
    db.session.commit()
