"""The form of an element of an order, as a browser fills and sends it."""

from typing import Any

from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from tests.editors import HERE, Visitor
from tests.site_visits import faultless

# The fields of a condition on one date.
DATE = {
    "c.lien": "AND",
    "c.0.parametre": "date-d-installation",
    "c.0.etait": "date-d-installation",
    "c.0.operateur": "lt",
    "c.0.valeur": "2003-07-01",
}


def fields_of(page: BeautifulSoup, **changes: Any) -> dict[str, Any]:
    """What a browser would send of the form of an element, some of it changed."""
    sent: dict[str, Any] = {}
    for entry in page.select("#element input[name], #element select[name], #element textarea[name]"):
        name = str(entry["name"])
        if entry.get("type") in ("checkbox", "radio") and not entry.has_attr("checked"):
            continue
        if entry.name == "select":
            chosen = entry.select_one("option[selected]") or entry.select_one("option")
            value = str(chosen["value"]) if chosen else ""
        else:
            value = entry.text.removeprefix("\n") if entry.name == "textarea" else str(entry.get("value", ""))
        sent.setdefault(name, []).append(value)
    return {**sent, **{name: value for name, value in changes.items() if value is not None}}


def send(visitor: Visitor, path: str, fields: dict[str, Any]) -> TestResponse:
    return visitor.client.post(path, data=fields, headers=HERE)


def saved(visitor: Visitor, path: str, **changes: Any) -> TestResponse:
    """Fill the form at a path, read the sentence, save, and return the answer."""
    page = visitor.read(path)
    checked = send(visitor, path, fields_of(page, **changes, faire="verifier"))
    return send(visitor, path, fields_of(faultless(checked.text), faire="enregistrer"))
