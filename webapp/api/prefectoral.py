"""Prefectoral orders of published installations."""

from typing import Any

from flask import abort, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import defer

from webapp.api.answers import PageQuestion, origin_of, paged
from webapp.api.installations import links_of, published_installation
from webapp.api.operations import GEORISQUES_ID, S3IC_ID, operation, subject
from webapp.api.schemas import ApListSchema, ApPageListSchema, ApSchema
from webapp.aps.addresses import is_georisques_id, source_url
from webapp.aps.queries import order_by_id, orders_of
from webapp.aps.wording import failure_in_words, title_of
from webapp.data.catalogue import PREFECTORAL_ORDERS
from webapp.data.standing import is_published
from webapp.database import begin_consistent_reads
from webapp.models import Installation, PrefectoralOrder, PrefectoralPage, db

NAME = "api_aps"

blueprint = subject(NAME, "Arrêtés préfectoraux des installations publiées, et leur texte")


@operation(
    blueprint,
    "/installations/<s3ic_id>/aps",
    "Lister les arrêtés préfectoraux d’une installation",
    ApListSchema,
    path=(S3IC_ID,),
)
def list_aps(question: dict[str, Any], s3ic_id: str) -> dict[str, Any]:
    """Return the orders of an installation, the newest first."""
    del question
    published_installation(s3ic_id)
    return {
        "origin": origin_of(PREFECTORAL_ORDERS),
        "links": links_of(s3ic_id) | {"self": url_for(f"{NAME}.list_aps", s3ic_id=s3ic_id)},
        "items": [_item(order) for order in orders_of(s3ic_id)],
    }


@operation(
    blueprint, "/aps/<path:georisques_id>", "Lire un arrêté préfectoral", ApSchema, path=(GEORISQUES_ID,)
)
def read_ap(question: dict[str, Any], georisques_id: str) -> dict[str, Any]:
    """Return one order, without its text."""
    del question
    order = published_order(georisques_id)
    return {"origin": origin_of(PREFECTORAL_ORDERS), **_item(order)}


@operation(
    blueprint,
    "/aps/<path:georisques_id>/pages",
    "Lire le texte d’un arrêté préfectoral, page par page",
    ApPageListSchema,
    query=PageQuestion,
    path=(GEORISQUES_ID,),
)
def list_ap_pages(question: dict[str, Any], georisques_id: str) -> dict[str, Any]:
    """Return some pages of the text that was read."""
    order = published_order(georisques_id)
    total = db.session.scalar(
        select(func.count()).select_from(PrefectoralPage).where(PrefectoralPage.ap_id == order.id)
    )
    rows = (
        select(PrefectoralPage)
        .options(defer(PrefectoralPage.search))
        .where(PrefectoralPage.ap_id == order.id)
        .order_by(PrefectoralPage.page)
        .limit(question["per_page"])
        .offset((question["page"] - 1) * question["per_page"])
    )
    pages = list(db.session.scalars(rows))
    if question["page"] > 1 and not pages:
        abort(404)
    answer = paged(question, total or 0)
    names = ("page", "text", "decision", "confidence")
    return {
        "origin": origin_of(PREFECTORAL_ORDERS),
        **answer,
        "links": answer["links"] | {"ap": url_for(f"{NAME}.read_ap", georisques_id=georisques_id)},
        "items": [{name: getattr(page, name) for name in names} for page in pages],
    }


def published_order(georisques_id: str) -> PrefectoralOrder:
    """Return a published order of a published installation; a problem (404) where there is none."""
    begin_consistent_reads()
    order = order_by_id(georisques_id) if is_georisques_id(georisques_id) else None
    if order is None or order.withdrawn_at is not None:
        abort(404)
    site = select(Installation.id).where(Installation.s3ic_id == order.s3ic_id, is_published())
    if db.session.scalar(site) is None:
        abort(404)
    return order


def _item(order: PrefectoralOrder) -> dict[str, Any]:
    is_read = order.ocr_status == "SUCCESS"
    identifier = order.georisques_id
    return {
        "georisques_id": identifier,
        "s3ic_id": order.s3ic_id,
        "title": title_of(order),
        "dated_on": order.dated_on,
        "status": order.ocr_status,
        "failure": failure_in_words(order) if order.ocr_status == "ERROR" else None,
        "page_count": order.page_count,
        "size_bytes": order.size_bytes,
        "confidence": order.confidence,
        "links": {
            "self": url_for(f"{NAME}.read_ap", georisques_id=identifier),
            "pages": url_for(f"{NAME}.list_ap_pages", georisques_id=identifier) if is_read else None,
            "document": url_for("aps.document", georisques_id=identifier) if is_read else None,
            "source": source_url(order.georisques_id),
            "installation": url_for("api_installations.read_installation", s3ic_id=order.s3ic_id),
        },
    }
