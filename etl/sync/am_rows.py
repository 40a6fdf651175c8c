"""Ministerial orders as rows of the staging tables, made while COPY reads them."""

import csv
import hashlib
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from etl.sync.am_archive import PublishedOrder
from regulation.order import Alinea, Order, Section, walk
from regulation.prescriptions import AddressableAlinea, addressable_alineas, variant_alineas

# Raise it when `alinea_rows` or `head_document` changes what it gives for the same file: every order is then
# written anew by the next sync. A test holds what the demo's orders give and fails until this is done.
DERIVATION = 3

PACKING = 1  # zlib level: six times smaller, and unpacked in a millisecond for the largest order

Row = tuple[Any, ...]
Fingerprints = Mapping[str, bytes]


class RowStream(io.RawIOBase):
    """Rows as the file that Postgres' COPY reads: each piece is made when it is asked for."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)

    def read(self, size: int = -1, /) -> bytes:
        """Return so many bytes of CSV or a row more (all of it for -1); an empty field is null."""
        piece = io.StringIO()
        writer = csv.writer(piece)
        for row in self._rows:
            writer.writerow(row)
            if 0 <= size <= piece.tell():
                break
        return piece.getvalue().encode()


def is_changed(published: PublishedOrder, known: Fingerprints) -> bool:
    """Tell whether the order's file is not the one in service."""
    return known.get(published.order.cid) != published.fingerprint


def order_row(published: PublishedOrder, known: Fingerprints) -> Row:
    """Return the order's row of `staged_ams`; of one that did not change only its cid."""
    if is_changed(published, known):
        return _order_row(published)
    return (published.order.cid, False, *[None] * 11)


def _order_row(published: PublishedOrder) -> Row:
    order = published.order
    return (
        order.cid, True, order.title, order.nickname or None, order.signed_on.isoformat(),
        order.is_transverse, order.aida_url or None, order.legifrance_url or None,
        json.dumps(head_document(published)),
        as_bytea(zlib.compress(published.data, PACKING)), as_bytea(published.fingerprint),
        as_bytea(text_fingerprint(order)), DERIVATION,
    )  # fmt: skip


def as_bytea(data: bytes) -> str:
    """Return bytes as COPY reads them."""
    return "\\x" + data.hex()


def head_document(published: PublishedOrder) -> dict[str, Any]:
    """Return the order's file without its text, readable by `regulation.order_file.read_order`."""
    order = published.order
    bindings = [
        {"rubrique": binding.rubrique, "regime": binding.regime.value, "alineas": sorted(binding.alineas)}
        for binding in order.bindings
    ]
    return {
        "id": order.cid,
        "title": {"text": order.title},
        "nickname": order.nickname,
        "date_of_signature": order.signed_on.isoformat(),
        "is_transverse": order.is_transverse,
        "aida_url": order.aida_url,
        "legifrance_url": order.legifrance_url,
        "classements_with_alineas": bindings,
        "applicability": _applicability(published),
        "sections": [],
    }


def _applicability(published: PublishedOrder) -> Any:
    if published.order.condition_of_inapplicability is None:
        return {"warnings": list(published.order.warnings), "condition_of_inapplicability": None}
    return json.loads(published.data)["applicability"]  # one order in fourteen has one


def alinea_rows(orders: Iterable[PublishedOrder]) -> Iterator[Row]:
    """Give one row of `staged_lines` for each alinea that can be picked, those of modified texts last.

    Orders repeat each other's paragraphs: what is searched of an alinea is given once, in the first row that
    has it, and the others name that row.
    """
    first_lines: dict[str, int] = {}
    for line, (alinea, is_variant) in enumerate(_alineas_once(orders)):
        searched = body(alinea.alinea)
        first = first_lines.setdefault(searched, line)
        yield (line, first, *_place(alinea), is_variant, searched if first == line else None)


def _alineas_once(orders: Iterable[PublishedOrder]) -> Iterator[tuple[AddressableAlinea, bool]]:
    """Give each alinea and whether it is a variant; of those that share an id, the first."""
    for published in orders:
        known: set[str] = set()
        for alinea in addressable_alineas(published.order):
            known.add(alinea.alinea_id)
            yield alinea, False
        for alinea in variant_alineas(published.order):
            if alinea.alinea_id not in known:
                known.add(alinea.alinea_id)
                yield alinea, True


def _place(found: AddressableAlinea) -> Row:
    rank = "{" + found.rank.replace(".", ",") + "}"
    is_table = found.alinea.table is not None
    return (
        found.alinea_id, found.cid, found.section_id, found.index, rank, found.reference.number,
        found.reference.name, found.topic.value, is_table,
    )  # fmt: skip


def body(alinea: Alinea) -> str:
    """Return what can be searched of an alinea: its text, or the texts of its table's cells."""
    if alinea.table is None:
        return alinea.text
    cells = (cell.text for row in alinea.table.rows for cell in row.cells if cell.text)
    return " ".join(filter(None, (alinea.text, *cells)))


def text_fingerprint(order: Order) -> bytes:
    """Return the SHA-256 of what people read of an order: all its titles, texts and tables."""
    digest = hashlib.sha256(order.title.encode())
    for section in walk(order.sections):
        digest.update(_text_of(section))
        for modification in section.parametrization.modifications:
            for replaced in walk((modification.new_version,)):
                digest.update(_text_of(replaced))
    return digest.digest()


def _text_of(section: Section) -> bytes:
    parts = [section.title]
    for alinea in section.alineas:
        parts.append(alinea.text)
        if alinea.table is not None:
            parts.append(repr(alinea.table))
    return "\0".join(parts).encode() + b"\0\0"
