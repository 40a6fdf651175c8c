"""The page of the map, and what it shows of a part of it."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for
from sqlalchemy import Row

from webapp.cartography.cells import find_cells, first_view, read_view
from webapp.configuration import current_settings
from webapp.data.standing import read_standing
from webapp.installations import wording
from webapp.installations.routes import LAST_PAGE, wanted_from
from webapp.installations.search import PAGE_SIZE, find
from webapp.paging import Paging, kept_arguments

POINTS_KEPT_SECONDS = 60

blueprint = Blueprint("cartography", __name__, template_folder="templates")


@blueprint.get("/carte")
def show() -> str:
    """Show the installations that match on a map, and the same ones as a list beside it."""
    wanted = wanted_from(request.args)
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= LAST_PAGE:
        abort(404)
    found = find(wanted, page)
    if page > 1 and not found.hits:
        abort(404)
    settings = current_settings()
    return render_template(
        "cartography/page.html",
        asked=request.args.get("q", "").strip(),
        wanted=wanted,
        found=found,
        box=",".join(f"{degrees:.4f}" for degrees in first_view(wanted)),
        tiles_url=settings.map_tiles_url,
        tiles_credit=settings.map_tiles_credit,
        paging=Paging(page, found.total, PAGE_SIZE, kept_arguments(request.args)),
        departments_in_words=[(code, f"{code} – {name}") for code, name in read_standing().departments],
        states=[(state, state) for state in wording.STATES],
        wording=wording,
    )


@blueprint.get("/carte/points")
def points() -> Response:
    """Give what a part of the map shows, as JSON; a part that is none is a bad request."""
    view = read_view(request.args.get("zone", ""), request.args.get("zoom", ""))
    if view is None:
        abort(400)
    response = jsonify(cells=[_cell(cell) for cell in find_cells(wanted_from(request.args), view)])
    response.cache_control.max_age = POINTS_KEPT_SECONDS
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _cell(row: Row[Any]) -> dict[str, Any]:
    return {
        "sites": row.sites,
        "place": [round(row.latitude, 5), round(row.longitude, 5)],
        "extent": [[row.south, row.west], [row.north, row.east]],
        "named": [
            {"name": name, "city": city, "url": url_for("installations.sheet", s3ic_id=s3ic_id)}
            for s3ic_id, name, city in row.named or ()
        ],
    }
