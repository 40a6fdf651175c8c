"""What every answer says besides its content: origin of the data, pages, headers."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, request, url_for
from marshmallow import Schema, fields

from webapp.api import problems
from webapp.api.fields import Question, number
from webapp.data.catalogue import Dataset
from webapp.data.standing import last_good_run
from webapp.exports.sheet import LICENCE, LICENCE_URL
from webapp.models import DatasetRun

LARGEST_PAGE, LAST_PAGE = 100, 10_000
ANYBODY = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
    # Some sites and orders name people: search engines keep out.
    "X-Robots-Tag": "noindex",
}


class OriginSchema(Schema):
    """Where the data of an answer comes from."""

    source = fields.String(required=True, metadata={"description": "D’où viennent les données"})
    licence = fields.String(required=True, metadata={"description": "Licence de réutilisation"})
    licence_url = fields.String(required=True, metadata={"description": "Texte de la licence"})
    dated_on = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "Date des données à la source, si elle est connue"},
    )
    refreshed_at = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "Dernière mise en service de ces données"}
    )


class AnswerSchema(Schema):
    """What every answer has."""

    origin = fields.Nested(OriginSchema, required=True)
    links = fields.Dict(
        keys=fields.String(),
        values=fields.String(allow_none=True),
        required=True,
        metadata={"description": "Adresses de cette ressource et de celles qui s’y rattachent"},
    )


class PageSchema(Schema):
    """Where a page stands in a list."""

    number = fields.Integer(required=True, metadata={"description": "Numéro de la page, à partir de 1"})
    size = fields.Integer(required=True, metadata={"description": "Nombre d’éléments par page"})
    total = fields.Integer(required=True, metadata={"description": "Nombre d’éléments en tout"})


class ListSchema(AnswerSchema):
    """A page of a list; `links` leads to the next and the previous one."""

    page = fields.Nested(PageSchema, required=True)


class PageQuestion(Question):
    """Which page of a list."""

    page = number(1, LAST_PAGE, "Numéro de la page")
    per_page = number(20, LARGEST_PAGE, f"Nombre d’éléments par page, {LARGEST_PAGE} au plus")


def origin_of(dataset: Dataset) -> dict[str, Any]:
    """Return where a dataset comes from, and how old it is."""
    run = last_good_run(dataset.load.name, dataset.load.dataset)
    return {
        "source": dataset.source,
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "dated_on": _date_of(dataset, run),
        "refreshed_at": run.finished_at if run else None,
    }


def _date_of(dataset: Dataset, loaded: DatasetRun | None) -> date | None:
    """Return the date of the source; where the load does not know it, the check may."""
    if loaded is None or loaded.dated_on or dataset.check is None:
        return loaded.dated_on if loaded else None
    checked = last_good_run(dataset.check.name, dataset.check.dataset)
    return checked.dated_on if checked else None


def paged(question: Mapping[str, Any], total: int, size: int | None = None) -> dict[str, Any]:
    """Return where this page stands, and the links to those around it."""
    wanted = question["page"]
    size = size or question["per_page"]
    last = max(1, -(-total // size))
    return {
        "page": {"number": wanted, "size": size, "total": total},
        "links": {
            "self": page_url(question, wanted),
            "first": page_url(question, 1),
            "last": page_url(question, last),
            "previous": page_url(question, min(wanted - 1, last)) if wanted > 1 else None,
            "next": page_url(question, wanted + 1) if wanted < last else None,
        },
    }


def page_url(question: Mapping[str, Any], page: int) -> str:
    """Return the address of a page of this list, with the same filters."""
    kept = {name: value for name, value in question.items() if value not in (None, "")}
    return url_for(request.endpoint or "", **(request.view_args or {}), **(kept | {"page": page}))


def dress(response: Response) -> Response:
    """Let anybody's page read the answer, and browsers ask whether it is still the same."""
    if not problems.is_asked():
        return response
    response.headers.update(ANYBODY)
    if request.method in {"GET", "HEAD"} and response.status_code == 200 and not response.is_streamed:
        digest = hashlib.sha256(response.get_data()).hexdigest()[:32]
        response.set_etag(digest, weak=True)
        response.cache_control.no_cache = True
        response.make_conditional(request)
    return response
