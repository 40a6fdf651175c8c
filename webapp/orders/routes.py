"""The page of the chosen orders, personalised for an installation."""

from flask import Blueprint, Response, abort, make_response, render_template, request

from regulation.topics import Topic
from webapp.aps.listing import list_aps
from webapp.aps.reading import read_chosen_aps
from webapp.collection.panel import Shown, build_panel
from webapp.guests import current_guest, keep_private
from webapp.installations.queries import read_sheet
from webapp.orders.choice import choice_to_read, chosen_topic, place_to_open
from webapp.orders.library import library
from webapp.orders.listing import engine_classements, list_orders
from webapp.orders.reading import read_chosen
from webapp.orders.today import TodaysTexts

blueprint = Blueprint("orders", __name__, template_folder="templates")


@blueprint.get("/installations/<s3ic_id>/arretes")
def chosen_orders(s3ic_id: str) -> Response:
    """Show the chosen orders of an installation as they read for it."""
    sheet = read_sheet(s3ic_id)
    if sheet is None:
        abort(404)
    choice = choice_to_read()
    topic = chosen_topic()
    shelf = library().shelf()
    classements = engine_classements(sheet.classements)
    listed = list_orders(shelf, classements, choice)
    shown = Shown(choice.cids, choice.ap_ids, topic)
    panel = build_panel(current_guest(), sheet.installation, TodaysTexts(classements, shelf), shown)
    readings = read_chosen(library(), shelf, listed, choice.cids, classements, topic, panel.alinea_ids)
    aps = [line for line in list_aps(sheet.installation.s3ic_id, choice.ap_ids) if line.is_chosen]
    response = make_response(
        render_template(
            "orders/chosen.html",
            sheet=sheet,
            readings=readings,
            aps=read_chosen_aps(aps, place_to_open(choice)),
            chosen=choice,
            unknown=[cid for cid in choice.cids if cid not in shelf.heads],
            unknown_aps=len(choice.ap_ids) - len(aps),
            topic=topic,
            topics=[each for each in Topic if each is not Topic.AUCUN],
            panel=panel,
            here=request.query_string.decode("ascii", "replace"),
            is_whole=False,
        )
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return keep_private(response)
