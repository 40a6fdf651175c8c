"""Pages and endpoints of installations."""

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request, url_for

from webapp.aps.listing import list_aps
from webapp.guests import keep_private
from webapp.installations import wording
from webapp.installations.queries import read_sheet
from webapp.installations.results import listed
from webapp.installations.search import parse_text, suggest
from webapp.orders.choice import choice_to_tick
from webapp.orders.library import library
from webapp.orders.listing import engine_classements, list_orders

SUGGESTIONS_KEPT_SECONDS = 60

blueprint = Blueprint("installations", __name__, template_folder="templates")


@blueprint.get("/installations")
def results() -> str:
    """List the installations that match a question."""
    return render_template("installations/results.html", **listed())


@blueprint.get("/installations/suggestions")
def suggestions() -> Response:
    """Give the best installations for what is being typed, as JSON."""
    wanted = parse_text(request.args.get("q", ""))
    hits = [] if wanted.is_empty else suggest(wanted)
    response = jsonify(
        results=[
            {
                "s3ic_id": hit.s3ic_id,
                "name": hit.name,
                "city": hit.city,
                "code_postal": hit.code_postal,
                "url": url_for("installations.sheet", s3ic_id=hit.s3ic_id),
            }
            for hit in hits
        ]
    )
    response.cache_control.max_age = SUGGESTIONS_KEPT_SECONDS
    return response


@blueprint.get("/installations/<s3ic_id>")
def sheet(s3ic_id: str) -> Response:
    """Show one installation: its facts, its classements and its orders to choose from.

    The address names a published one by its s3ic_id, a person's own one by its number.
    """
    found = read_sheet(s3ic_id)
    if found is None:
        abort(404)
    shelf = library().shelf()
    choice = choice_to_tick()
    response = make_response(
        render_template(
            "installations/sheet.html",
            sheet=found,
            orders=list_orders(shelf, engine_classements(found.classements), choice),
            aps=list_aps(found.installation.s3ic_id, choice.ticked_aps),
            has_published_orders=bool(shelf.heads),
            wording=wording,
        )
    )
    # Some sites bear the name of a person: search engines keep out.
    response.headers["X-Robots-Tag"] = "noindex"
    return keep_private(response) if found.is_own else response
