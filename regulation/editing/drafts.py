"""The tree between text and document: titles and alineas, without what parametrization adds to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from regulation.order import Alinea, Cell, Link, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: A decoded JSON object of an order's file.
Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DraftSection:
    """A title, its own alineas and the sections below; ``line`` is where the title stands in the text."""

    title: str
    alineas: tuple[Alinea, ...] = ()
    sections: tuple[DraftSection, ...] = ()
    line: int = 0


def draft_of(section: Mapping[str, Any]) -> DraftSection:
    """The title, alineas and sections of a raw section."""
    return DraftSection(
        title=section["title"]["text"],
        alineas=tuple(alinea_of(alinea) for alinea in section["outer_alineas"]),
        sections=tuple(draft_of(child) for child in section["sections"]),
    )


def raw_sections(sections: Iterable[Document]) -> Iterator[Document]:
    """Every raw section of a tree, in the order of the text; texts of modifications are not among them."""
    for section in sections:
        yield section
        yield from raw_sections(section["sections"])


def walk_drafts(sections: Iterable[DraftSection]) -> Iterator[DraftSection]:
    """Every section of a draft, in the order of the text."""
    for section in sections:
        yield section
        yield from walk_drafts(section.sections)


def alinea_of(document: Mapping[str, Any]) -> Alinea:
    """A raw alinea as a value; a missing text is an empty one."""
    table = document.get("table")
    return Alinea(
        document.get("text") or "",
        None if table is None else Table(tuple(_row_of(row) for row in table["rows"])),
        _links_of(document),
    )


def _row_of(row: Mapping[str, Any]) -> Row:
    return Row(tuple(_cell_of(cell) for cell in row["cells"]), row["is_header"])


def _cell_of(cell: Mapping[str, Any]) -> Cell:
    content = cell["content"]
    return Cell(content["text"], cell["colspan"], cell["rowspan"], _links_of(content))


def _links_of(document: Mapping[str, Any]) -> tuple[Link, ...]:
    return tuple(
        Link(link["target"], link["position"], link["content_size"]) for link in document.get("links") or ()
    )


def alinea_document(alinea: Alinea) -> Document:
    """The raw form of an alinea, its keys in the order of the published files."""
    document: Document = {}
    if alinea.links:
        document["links"] = _link_documents(alinea.links)
    if alinea.table is not None:
        document["table"] = {"rows": [_row_document(row) for row in alinea.table.rows]}
    document["text"] = alinea.text
    return document


def _row_document(row: Row) -> Document:
    return {"cells": [_cell_document(cell) for cell in row.cells], "is_header": row.is_header}


def _cell_document(cell: Cell) -> Document:
    content: Document = {"links": _link_documents(cell.links)} if cell.links else {}
    content["text"] = cell.text
    return {"colspan": cell.colspan, "content": content, "rowspan": cell.rowspan}


def _link_documents(links: Iterable[Link]) -> list[Document]:
    return [{"content_size": link.size, "position": link.position, "target": link.target} for link in links]
