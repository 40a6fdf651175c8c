"""Pages and endpoints of installations."""

from dataclasses import replace

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from webapp.aps.listing import list_aps
from webapp.data.standing import read_standing
from webapp.guests import keep_private
from webapp.installations import wording
from webapp.installations.queries import read_sheet
from webapp.installations.search import PAGE_SIZE, Wanted, find, parse_text, suggest
from webapp.orders.choice import choice_to_tick
from webapp.orders.library import library
from webapp.orders.listing import engine_classements, list_orders
from webapp.paging import Paging, kept_arguments

SUGGESTIONS_KEPT_SECONDS = 60
LAST_PAGE = 10_000

blueprint = Blueprint("installations", __name__, template_folder="templates")


@blueprint.get("/installations")
def results() -> str:
    """List the installations that match a question."""
    wanted = wanted_from(request.args)
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= LAST_PAGE:
        abort(404)
    found = find(wanted, page)
    if page > 1 and not found.hits:
        abort(404)
    return render_template(
        "installations/results.html",
        asked=request.args.get("q", "").strip(),
        wanted=wanted,
        found=found,
        paging=Paging(page, found.total, PAGE_SIZE, kept_arguments(request.args)),
        departments_in_words=[(code, f"{code} – {name}") for code, name in read_standing().departments],
        states=[(state, state) for state in wording.STATES],
        wording=wording,
    )


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


def wanted_from(arguments: MultiDict[str, str]) -> Wanted:
    """Return the question of an address; a filter with a value that does not exist is a bad request."""
    choices = {"regime": wording.PUBLISHED_REGIMES, "seveso": wording.SEVESO, "etat": wording.STATES}
    for name, known in choices.items():
        if arguments.get(name) and arguments[name] not in known:
            abort(400)
    return replace(
        parse_text(arguments.get("q", "")),
        num_dep=arguments.get("departement", "")[:3].upper() or None,
        regime=arguments.get("regime") or None,
        seveso=arguments.get("seveso") or None,
        active=arguments.get("etat") or None,
    )
