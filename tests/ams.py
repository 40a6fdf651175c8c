"""Archives of orders for tests: the demo's own, whole or changed."""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from etl.settings import ROOT

DEMO_ORDERS = ROOT / "demo" / "ams"
WAREHOUSES = "JORFTEXT900000000001"

Document = dict[str, Any]


def demo_order(cid: str = WAREHOUSES) -> Document:
    """Return the file of one of the demo's orders."""
    document: Document = json.loads((DEMO_ORDERS / f"{cid}.json").read_bytes())
    return document


def demo_orders() -> dict[str, Document]:
    """Return every order of the demo by cid."""
    return {path.stem: demo_order(path.stem) for path in sorted(DEMO_ORDERS.glob("*.json"))}


def sections_of(document: Document) -> Iterable[Document]:
    """Give every section of an order's file, in the order of the text."""
    pending = list(document["sections"])
    while pending:
        section = pending.pop(0)
        pending = list(section["sections"]) + pending
        yield section


def section_of(document: Document, section_id: str) -> Document:
    """Return the section of that id."""
    return next(section for section in sections_of(document) if section["id"] == section_id)


def contradicted(document: Document) -> None:
    """Let a section be wholly inapplicable and partly so under one condition: nobody may publish that."""
    section = next(
        section
        for section in sections_of(document)
        if section["parametrization"]["potential_inapplicabilities"] and section["outer_alineas"]
    )
    whole = dict(section["parametrization"]["potential_inapplicabilities"][0], alineas=None)
    section["parametrization"]["potential_inapplicabilities"] = [whole, {**whole, "alineas": [0]}]


def write_archive(path: Path, documents: Mapping[str, Document]) -> Path:
    """Write an archive of these orders and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for cid, document in documents.items():
            archive.writestr(f"{cid}.json", json.dumps(document, ensure_ascii=False))
    return path


def demo_archive(path: Path, change: Callable[[dict[str, Document]], None] = lambda _: None) -> Path:
    """Write the demo's orders, changed by a function, as an archive and return its path."""
    documents = demo_orders()
    change(documents)
    return write_archive(path, documents)


def zip_of(entries: Mapping[str, bytes]) -> bytes:
    """Return a ZIP with these entries, whatever their names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return stream.getvalue()
