"""The page of the map, and what it shows of a part of it."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for
from sqlalchemy import Row

from webapp.cartography.cells import find_cells, first_view, read_view
from webapp.configuration import current_settings
from webapp.installations.results import listed, wanted_from

POINTS_KEPT_SECONDS = 60

blueprint = Blueprint("cartography", __name__, template_folder="templates")


@blueprint.get("/carte")
def show() -> str:
    """Show the installations that match on a map, and the same ones as a list beside it."""
    settings = current_settings()
    results = listed()
    return render_template(
        "cartography/page.html",
        box=",".join(f"{degrees:.4f}" for degrees in first_view(results["wanted"])),
        tiles_url=settings.map_tiles_url,
        tiles_credit=settings.map_tiles_credit,
        **results,
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
