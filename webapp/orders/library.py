"""The orders of one process: the heads of all, the parsed text of those read lately.

Every request asks the database for the version of the orders (one short query): a sync is noticed at once,
and what did not change stays parsed.
"""

import json
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from flask import Flask, current_app
from sqlalchemy import select

from etl.database import read_statement
from regulation.applicability import OrderIndex
from regulation.markup import is_safe_target
from regulation.order import Order
from regulation.order_file import read_order
from regulation.personalise import Personaliser
from webapp.models import MinisterialOrder, db
from webapp.orders.text import alinea_html

EXTENSION = "orders"
MEMORY_BYTES = 80_000_000  # of parsed orders in one process
BYTES_PER_FILE_BYTE = 1.3  # measured: the 217 real orders are 42 MB of JSON and 47 MB of memory


def init_app(app: Flask) -> None:
    """Give the application its library, and templates its test of links and its paragraphs."""
    app.extensions[EXTENSION] = OrderLibrary(MEMORY_BYTES)
    app.jinja_env.tests["safe_target"] = is_safe_target
    app.jinja_env.filters["alinea"] = alinea_html


def library() -> "OrderLibrary":
    """Return the library of the current application."""
    found: OrderLibrary = current_app.extensions[EXTENSION]
    return found


@dataclass(frozen=True, slots=True)
class Shelf:
    """The orders in service at one moment: heads (without their text) by cid, and the index over them."""

    version: str
    heads: Mapping[str, Order]
    fingerprints: Mapping[str, bytes]
    updated_at: Mapping[str, datetime]
    index: OrderIndex


@dataclass(frozen=True, slots=True)
class _Parsed:
    personaliser: Personaliser
    fingerprint: bytes
    size: int


class OrderLibrary:
    """Keeps the current shelf, and parsed orders within a bound of memory, least lately read out first."""

    def __init__(self, memory_bytes: int) -> None:
        self._memory_bytes = memory_bytes
        self._shelf: Shelf | None = None
        self._parsed: OrderedDict[str, _Parsed] = OrderedDict()
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Return the memory that the parsed orders take, in bytes, as estimated from their files."""
        return sum(parsed.size for parsed in self._parsed.values())

    def shelf(self) -> Shelf:
        """Return the orders in service now."""
        version = _current_version()
        shelf = self._shelf
        if shelf is None or shelf.version != version:
            shelf = self._shelf = _load_shelf(version)
        return shelf

    def read(self, shelf: Shelf, cid: str) -> Personaliser:
        """Return an order of the shelf ready to be personalised.

        Raises:
            KeyError: the shelf has no such order.
        """
        fingerprint = shelf.fingerprints[cid]
        with self._lock:
            parsed = self._parsed.get(cid)
            if parsed is not None and parsed.fingerprint == fingerprint:
                self._parsed.move_to_end(cid)
                return parsed.personaliser
        parsed = _parse(cid)
        with self._lock:
            self._parsed[cid] = parsed
            self._parsed.move_to_end(cid)
            while len(self._parsed) > 1 and self.size > self._memory_bytes:
                self._parsed.popitem(last=False)
        return parsed.personaliser


def _current_version() -> str:
    """Return a text that changes with any order in service."""
    return str(db.session.connection().exec_driver_sql(read_statement("orders/version.sql")).scalar() or "")


def _load_shelf(version: str) -> Shelf:
    columns = (
        MinisterialOrder.cid,
        MinisterialOrder.head,
        MinisterialOrder.fingerprint,
        MinisterialOrder.content_updated_at,
    )
    rows = db.session.execute(
        select(*columns).where(MinisterialOrder.withdrawn_at.is_(None)).order_by(MinisterialOrder.cid)
    ).all()
    heads = {row.cid: read_order(json.dumps(row.head).encode(), row.cid) for row in rows}
    return Shelf(
        version=version,
        heads=heads,
        fingerprints={row.cid: bytes(row.fingerprint) for row in rows},
        updated_at={row.cid: row.content_updated_at for row in rows},
        index=OrderIndex(heads.values()),
    )


def _parse(cid: str) -> _Parsed:
    columns = (MinisterialOrder.content, MinisterialOrder.fingerprint)
    row = db.session.execute(select(*columns).where(MinisterialOrder.cid == cid)).one()
    data = zlib.decompress(row.content)
    # The visas are not shown, and half of the memory of some orders.
    order = replace(read_order(data, cid), visa=())
    return _Parsed(Personaliser(order), bytes(row.fingerprint), int(len(data) * BYTES_PER_FILE_BYTE))
