"""Ministerial orders: all of them, those of an installation with the reasons, and as they read for it."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask import abort, url_for

from regulation.applicability import parameters_for
from regulation.classement import Classement
from regulation.condition_file import parameters_document
from regulation.documents import warning_document
from regulation.order import Order
from regulation.warnings import OrderWarning, static_warning
from webapp.api.answers import PageQuestion, origin_of, paged
from webapp.api.fields import pattern
from webapp.api.installations import links_of, published_installation
from webapp.api.operations import CID, S3IC_ID, operation, subject
from webapp.api.order_schemas import (
    AmListSchema,
    AmSchema,
    ListedAmListSchema,
    PersonalisedAmSchema,
)
from webapp.api.order_text import sections_json
from webapp.data.catalogue import MINISTERIAL_ORDERS
from webapp.installations.queries import read_classements
from webapp.installations.wording import HIDDEN_RUBRIQUE
from webapp.orders.library import Shelf, library
from webapp.orders.listing import engine_classements, masked_rubriques

NAME = "api_ams"

blueprint = subject(NAME, "Arrêtés ministériels en vigueur, et ce qu’ils disent pour une installation")


class AmQuestion(PageQuestion):
    """Which orders."""

    rubrique = pattern("^[0-9]{3,4}$", "Rubrique de la nomenclature que l’arrêté vise", "1510")


@operation(blueprint, "/ams", "Lister les arrêtés ministériels", AmListSchema, query=AmQuestion)
def list_ams(question: dict[str, Any]) -> dict[str, Any]:
    """Return one page of the orders in service, the newest first."""
    wanted = question["rubrique"]
    orders = sorted(library().shelf().heads.values(), key=lambda order: order.cid)
    orders.sort(key=lambda order: order.signed_on, reverse=True)
    found = [order for order in orders if not wanted or wanted in {each.rubrique for each in order.bindings}]
    skipped = (question["page"] - 1) * question["per_page"]
    items = found[skipped : skipped + question["per_page"]]
    if question["page"] > 1 and not items:
        abort(404)
    return {
        "origin": origin_of(MINISTERIAL_ORDERS),
        **paged(question, len(found)),
        "items": [_item(order) for order in items],
    }


@operation(blueprint, "/ams/<cid>", "Lire un arrêté ministériel", AmSchema, path=(CID,))
def read_am(question: dict[str, Any], cid: str) -> dict[str, Any]:
    """Return an order as it is published, with its text."""
    del question
    shelf = library().shelf()
    head = _head(shelf, cid)
    sections = library().read(shelf, cid).order.sections
    return {**_whole(shelf, head), "sections": sections_json(sections)}


@operation(
    blueprint,
    "/installations/<s3ic_id>/ams",
    "Lister les arrêtés ministériels d’une installation",
    ListedAmListSchema,
    path=(S3IC_ID,),
)
def list_listed_ams(question: dict[str, Any], s3ic_id: str) -> dict[str, Any]:
    """Return the orders that concern an installation, each with its status and the reasons."""
    del question
    classements = _classements(s3ic_id)
    return {
        "origin": origin_of(MINISTERIAL_ORDERS),
        "links": links_of(s3ic_id) | {"self": url_for(f"{NAME}.list_listed_ams", s3ic_id=s3ic_id)},
        "has_masked_lines": _is_masked(classements),
        "items": list(_listed_items(s3ic_id, classements)),
    }


def _listed_items(s3ic_id: str, classements: list[Classement]) -> Iterator[dict[str, Any]]:
    """Give the orders as the page of an installation has them: decided, transverse, undetermined ones."""
    index = library().shelf().index
    is_masked = _is_masked(classements)
    decided = set()
    for each in index.list_orders(classements):
        decided.add(each.order.cid)
        is_doubtful = is_masked and bool(masked_rubriques(each.order))
        status = "applicable" if each.applicable else "doubtful" if is_doubtful else "inapplicable"
        yield _listed(each.order, s3ic_id, status, each.warnings)
    for order in index.transverse_orders:
        yield _listed(order, s3ic_id, "transverse", map(static_warning, order.warnings))
    for order in index.undetermined_orders(classements):
        if order.cid not in decided:
            yield _listed(order, s3ic_id, "undetermined", ())


def _is_masked(classements: list[Classement]) -> bool:
    return any(line.rubrique == HIDDEN_RUBRIQUE for line in classements)


@operation(
    blueprint,
    "/installations/<s3ic_id>/ams/<cid>",
    "Lire un arrêté ministériel tel qu’il se lit pour une installation",
    PersonalisedAmSchema,
    path=(S3IC_ID, CID),
)
def read_personalised_am(question: dict[str, Any], s3ic_id: str, cid: str) -> dict[str, Any]:
    """Return an order with what falls away or is modified for an installation, and why."""
    del question
    classements = _classements(s3ic_id)
    shelf = library().shelf()
    head = _head(shelf, cid)
    parameters = parameters_for(head, classements)
    reading = library().read(shelf, cid).personalise(parameters)
    personal = {"self": _personalised_url(s3ic_id, cid), "installation": links_of(s3ic_id)["self"]}
    return {
        **_whole(shelf, head),
        "s3ic_id": s3ic_id,
        "links": _links(cid) | personal,
        "parameters": parameters_document(parameters),
        "sections": sections_json(reading.sections),
    }


def _classements(s3ic_id: str) -> list[Classement]:
    return engine_classements(read_classements(published_installation(s3ic_id).id))


def _head(shelf: Shelf, cid: str) -> Order:
    if cid not in shelf.heads:
        abort(404)
    return shelf.heads[cid]


def _whole(shelf: Shelf, head: Order) -> dict[str, Any]:
    return {
        "origin": origin_of(MINISTERIAL_ORDERS),
        **_item(head),
        "content_updated_at": shelf.updated_at[head.cid],
    }


def _item(order: Order) -> dict[str, Any]:
    return {
        "cid": order.cid,
        "title": order.title,
        "nickname": order.nickname,
        "signed_on": order.signed_on,
        "is_transverse": order.is_transverse,
        "bindings": [
            {"rubrique": each.rubrique, "regime": each.regime.value, "alineas": sorted(each.alineas)}
            for each in order.bindings
        ],
        "links": _links(order.cid)
        | {"aida": order.aida_url or None, "legifrance": order.legifrance_url or None},
    }


def _listed(order: Order, s3ic_id: str, status: str, warnings: Iterable[OrderWarning]) -> dict[str, Any]:
    item = _item(order)
    return item | {
        "status": status,
        "reasons": [warning_document(warning, with_sentence=True) for warning in warnings],
        "links": item["links"] | {"personalised": _personalised_url(s3ic_id, order.cid)},
    }


def _links(cid: str) -> dict[str, str | None]:
    return {"self": url_for(f"{NAME}.read_am", cid=cid), "page": url_for("orders.ministerial", cid=cid)}


def _personalised_url(s3ic_id: str, cid: str) -> str:
    return url_for(f"{NAME}.read_personalised_am", s3ic_id=s3ic_id, cid=cid)
