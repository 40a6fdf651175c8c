"""The text of a pick as the table keeps it: `{"text": …}`, with `"table"` where the alinea is one."""

from typing import Any

from regulation.order import Alinea, Cell, Row, Table


def content_of(alinea: Alinea) -> dict[str, Any]:
    """Return what is kept of an alinea: its text and its table, spans as the order has them; no links."""
    kept: dict[str, Any] = {"text": alinea.text.strip()}
    if alinea.table is not None:
        kept["table"] = [_row_kept(row) for row in alinea.table.rows]
    return kept


def alinea_of(content: dict[str, Any]) -> Alinea:
    """Return the alinea that `content_of` kept."""
    rows = content.get("table")
    return Alinea(content.get("text", ""), None if rows is None else Table(tuple(map(_row, rows))))


def plain_text(alinea: Alinea) -> str:
    """Return the words of an alinea: its text, then its table, a line for each row."""
    lines = [alinea.text.strip()] if alinea.text.strip() else []
    if alinea.table is not None:
        lines += [" | ".join(cell.text.strip() for cell in row.cells) for row in alinea.table.rows]
    return "\n".join(lines)


def _row_kept(row: Row) -> dict[str, Any]:
    cells = [[cell.text, cell.colspan, cell.rowspan] for cell in row.cells]
    return {"is_header": row.is_header, "cells": cells}


def _row(kept: dict[str, Any]) -> Row:
    cells = tuple(Cell(text, colspan, rowspan) for text, colspan, rowspan in kept["cells"])
    return Row(cells, is_header=kept["is_header"])
