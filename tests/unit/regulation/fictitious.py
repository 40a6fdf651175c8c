"""Small orders made for a test: JSON documents in the form of the orders' files, with sound defaults."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from regulation.order_file import order_of

if TYPE_CHECKING:
    from regulation.order import Order

Document = dict[str, Any]

_TYPES = {"regime": "REGIME", "alinea": "STRING", "rubrique": "RUBRIQUE", "quantite-rubrique": "REAL_NUMBER"}


def parameter(name: str) -> Document:
    return {"id": name, "type": _TYPES.get(name, "DATE")}


def eq(name: str, target: object) -> Document:
    return {"type": "EQUAL", "parameter": parameter(name), "target": target}


def lt(name: str, target: object, *, strict: bool = True) -> Document:
    return {"type": "LITTLER", "parameter": parameter(name), "target": target, "strict": strict}


def gt(name: str, target: object, *, strict: bool = False) -> Document:
    return {"type": "GREATER", "parameter": parameter(name), "target": target, "strict": strict}


def between(name: str, left: object, right: object, *, strict: tuple[bool, bool] = (False, True)) -> Document:
    ends = {"left": left, "right": right, "left_strict": strict[0], "right_strict": strict[1]}
    return {"type": "RANGE", "parameter": parameter(name), **ends}


def both(*conditions: Document) -> Document:
    return {"type": "AND", "conditions": list(conditions)}


def either(*conditions: Document) -> Document:
    return {"type": "OR", "conditions": list(conditions)}


def inapplicability(condition: Document, alineas: list[int] | None = None, *, below: bool = True) -> Document:
    return {"condition": condition, "alineas": alineas, "subsections_are_inapplicable": below}


def modification(condition: Document, new_version: Document) -> Document:
    return {"condition": condition, "new_version": new_version}


def section(
    section_id: str,
    *sections: Document,
    title: str | None = None,
    alineas: list[Any] | None = None,
    topic: str | None = None,
    inapplicabilities: list[Document] | None = None,
    modifications: list[Document] | None = None,
    warnings: list[str] | None = None,
) -> Document:
    texts = [f"Alinéa de {section_id}."] if alineas is None else alineas
    return {
        "id": section_id,
        "title": {"text": f"Article {section_id}" if title is None else title},
        "outer_alineas": [{"text": alinea} if isinstance(alinea, str) else alinea for alinea in texts],
        "sections": list(sections),
        "reference": {"nb": f"Article {section_id}", "name": "Objet"},
        "annotations": {"topic": topic},
        "parametrization": {
            "potential_inapplicabilities": inapplicabilities or [],
            "potential_modifications": modifications or [],
            "warnings": warnings or [],
        },
    }


def new_section(section_id: str, *sections: Document, title: str, alineas: list[Any]) -> Document:
    """A section of a modification's text, as the published files have it: nulls where nothing is said."""
    return {
        **section(section_id, *sections, title=title, alineas=alineas),
        "reference": None,
        "annotations": None,
        "applicability": None,
    }


def order_document(*sections: Document, cid: str = "JORFTEXT999999999901", **values: Any) -> Document:
    condition = values.pop("condition", None)
    warnings = values.pop("warnings", [])
    return {
        "id": cid,
        "title": {"text": "Arrêté du 01/02/10 relatif aux essais"},
        "date_of_signature": "2010-02-01",
        "sections": list(sections),
        "classements_with_alineas": [{"rubrique": "1510", "regime": "E", "alineas": []}],
        "is_transverse": False,
        "applicability": {"warnings": warnings, "condition_of_inapplicability": condition},
        **values,
    }


def order(*sections: Document, **values: Any) -> Order:
    return order_of(order_document(*sections, **values))


def data(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
