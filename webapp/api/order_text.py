"""The text of an order as JSON, neutral or as it reads for an installation."""

from collections.abc import Iterable
from typing import Any

from regulation.documents import warning_document
from regulation.markup import grid
from regulation.order import Alinea, Section, Table
from regulation.prescriptions import alinea_id


def sections_json(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """Return sections with their texts and what is made of them, as `SectionSchema` says."""
    return [_section(section) for section in sections]


def _section(section: Section) -> dict[str, Any]:
    state = section.state
    document: dict[str, Any] = {
        "id": section.id,
        "title": section.title,
        "reference": section.reference.number,
        "name": section.reference.name,
        "topic": section.topic.value if section.topic else None,
        "active": state.active,
        "modified": state.modified,
        "reasons": [warning_document(warning, with_sentence=True) for warning in state.warnings],
        "alineas": [
            _alinea(section.id, index, alinea, is_active=state.active_alineas[index])
            for index, alinea in enumerate(section.alineas)
        ],
        "sections": sections_json(section.sections),
    }
    if state.previous is not None:
        document["previous"] = _section(state.previous)
    return document


def _alinea(section_id: str, index: int, alinea: Alinea, *, is_active: bool) -> dict[str, Any]:
    return {
        "alinea_id": alinea_id(section_id, index),
        "active": is_active,
        "text": alinea.text,
        "table": _table(alinea.table) if alinea.table else None,
    }


def _table(table: Table) -> list[dict[str, Any]]:
    return [
        {
            "is_header": line.is_header,
            "cells": [
                {"text": cell.cell.text, "colspan": cell.colspan, "rowspan": cell.rowspan} for cell in cells
            ],
        }
        for line, cells in zip(table.rows, grid(table), strict=True)
    ]
