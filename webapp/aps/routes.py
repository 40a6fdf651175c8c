"""The documents of prefectoral orders."""

import logging

from flask import Blueprint, Response, abort, request

from webapp.aps.addresses import is_georisques_id
from webapp.aps.documents import answer, open_document
from webapp.aps.queries import order_by_id
from webapp.configuration import current_settings
from webapp.models import PrefectoralOrder

blueprint = Blueprint("aps", __name__, template_folder="templates")

log = logging.getLogger(__name__)


@blueprint.get("/arretes-prefectoraux/<path:georisques_id>.pdf")
def document(georisques_id: str) -> Response:
    """Send the document of a published order, or the part of it that is asked for."""
    order = order_by_id(georisques_id) if is_georisques_id(georisques_id) else None
    if order is None or order.ocr_status != "SUCCESS":
        abort(404)
    if order.withdrawn_at is not None:
        abort(410)
    opened = open_document(current_settings(), georisques_id)
    if opened is None:
        log.warning("The bucket has no document for %s, which the database calls readable.", georisques_id)
        abort(404)
    response = answer(opened, request)
    response.headers["Content-Disposition"] = f'inline; filename="{_file_name(order)}"'
    # Asked about each time: an order that is withdrawn is shown no more at once.
    response.cache_control.no_cache = True
    # Orders name people: search engines keep out.
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _file_name(order: PrefectoralOrder) -> str:
    day = f"_{order.dated_on.isoformat()}" if order.dated_on else ""
    return f"arrete-prefectoral_{order.s3ic_id}{day}.pdf"
