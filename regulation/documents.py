"""What the engine answers, as plain JSON values: the lines of the batch commands and the bodies of an API."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from regulation.condition_file import condition_document
from regulation.order import count_sections, walk
from regulation.prescriptions import addressable_alineas
from regulation.topics import topics_by_section
from regulation.warnings import WarningKind, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from regulation.applicability import ListedOrder
    from regulation.order import Cell, Order, Section, Table
    from regulation.prescriptions import AddressableAlinea
    from regulation.warnings import OrderWarning


def warning_document(warning: OrderWarning, *, with_sentence: bool) -> dict[str, object]:
    """A warning: ``kind``, then ``condition`` and ``alineas`` where it has any, and ``text``.

    The text of a static warning is the order's own, unchanged; of any other it is the French sentence, given
    ``with_sentence`` only.
    """
    document: dict[str, object] = {"kind": warning.kind.value}
    if warning.condition is not None:
        document["condition"] = condition_document(warning.condition)
    if warning.alineas:
        document["alineas"] = list(warning.alineas)
    if warning.kind is WarningKind.STATIC:
        document["text"] = warning.text
    elif with_sentence:
        document["text"] = sentence(warning)
    return document


def listed_document(listed: ListedOrder) -> dict[str, object]:
    """An order of an installation's list; ``regime_rank`` is 0 for A, 1 for E, 2 for D."""
    return {
        "cid": listed.order.cid,
        "applicable": listed.applicable,
        "regime_rank": listed.regime.rank,
        "warnings": [warning_document(warning, with_sentence=True) for warning in listed.warnings],
    }


def applicable_document(s3ic_id: str, orders: Iterable[ListedOrder]) -> dict[str, object]:
    """The list of an installation."""
    return {"s3ic_id": s3ic_id, "ams": [listed_document(listed) for listed in orders]}


def personalised_document(order: Order, parameters: dict[str, object]) -> dict[str, object]:
    """An order as it reads: how many sections it has, and those that are not as written."""
    return {
        "cid": order.cid,
        "parameters": parameters,
        "n_sections": count_sections(order.sections),
        "sections": [
            section_document(section) for section in walk(order.sections) if not section.state.is_neutral
        ],
    }


def section_document(section: Section, *, with_sentences: bool = False) -> dict[str, object]:
    """What an installation makes of a section; a modified one has its title and texts.

    Texts are null for a table; warnings have their French sentence given ``with_sentences`` only.
    """
    state = section.state
    document: dict[str, object] = {
        "id": section.id,
        "active": state.active,
        "modified": state.modified,
        "warnings": [warning_document(warning, with_sentence=with_sentences) for warning in state.warnings],
        "alineas": list(state.active_alineas),
    }
    if state.modified:
        document["title"] = section.title
        document["texts"] = [alinea.text if alinea.table is None else None for alinea in section.alineas]
    return document


def topics_document(order: Order) -> dict[str, object]:
    """The topics of each section of an order."""
    topics = topics_by_section(order.sections)
    return {
        "cid": order.cid,
        "topics": {key: [topic.value for topic in found] for key, found in topics.items()},
    }


def alinea_documents(order: Order) -> Iterator[dict[str, object]]:
    """Every addressable alinea of an order, with the length and the SHA-256 of its text."""
    for alinea in addressable_alineas(order):
        yield alinea_document(alinea)


def alinea_document(alinea: AddressableAlinea) -> dict[str, object]:
    """An addressable alinea; the text of a table is its JSON form."""
    content = alinea.content
    text = content if isinstance(content, str) else json.dumps(table_document(content), ensure_ascii=False)
    return {
        "cid": alinea.cid,
        "section_id": alinea.section_id,
        "index_in_section": alinea.index,
        "section_name": alinea.reference.name,
        "section_reference": alinea.reference.number,
        "section_rank": alinea.section_rank,
        "topic": alinea.topic.value,
        "is_table": alinea.alinea.table is not None,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "length": len(text),
    }


def table_document(table: Table) -> dict[str, object]:
    """A table in the form of the orders' files."""
    return {
        "rows": [
            {"is_header": row.is_header, "cells": [_cell_document(cell) for cell in row.cells]}
            for row in table.rows
        ]
    }


def _cell_document(cell: Cell) -> dict[str, object]:
    content: dict[str, object] = {"text": cell.text}
    if cell.links:
        content["links"] = [
            {"target": link.target, "position": link.position, "content_size": link.size}
            for link in cell.links
        ]
    return {"content": content, "colspan": cell.colspan, "rowspan": cell.rowspan}
