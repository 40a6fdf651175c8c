"""How a change of a collection is answered: with the panel for a script, else with the page it came from."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.collection.panel import Panel, Shown, build_panel
from webapp.guests import current_guest, keep_private
from webapp.installations.queries import installation_ref
from webapp.models import Installation, db
from webapp.orders.choice import choice_to_read, chosen_topic
from webapp.orders.today import TodaysTexts

UNPROCESSABLE = 422
# The page of the whole collection says so in its forms: the answer has whole texts too.
WHOLE = "complete"


def is_scripted() -> bool:
    """Tell whether a script asks, which wants a part of the page."""
    return bool(request.headers.get("HX-Request"))


def shown_on_page() -> Shown:
    """Return what the page that the request comes from shows: its address goes with the form's."""
    choice = choice_to_read()
    return Shown(choice.cids, choice.ap_ids, chosen_topic())


def answer(installation: Installation, today: TodaysTexts, *, anchor: str, message: str = "") -> BaseResponse:
    """Commit, and return the panel as it is now, or the way back to the page; `message` says what went wrong.

    The panel is read in the transaction that wrote.
    """
    if not is_scripted():
        db.session.commit()
        if message:
            flash(message)
        return redirect(page_behind(installation, anchor), 303)
    panel = read_panel(installation, today)
    db.session.commit()
    response = make_response(
        render_template("collection/changed.html", message=message, **panel_values(panel))
    )
    response.status_code = UNPROCESSABLE if message else 200
    return keep_private(response)


def read_panel(installation: Installation, today: TodaysTexts) -> Panel:
    """Return the panel of the person, for the page that the request comes from."""
    return build_panel(current_guest(), installation, today, shown_on_page())


def page_query() -> str:
    """Return the query of the page that the request comes from, for the forms of its answer."""
    return request.query_string.decode("ascii", "replace")


def panel_values(panel: Panel) -> dict[str, Any]:
    """Return what the templates of the panel need."""
    return {"panel": panel, "here": page_query(), "is_whole": request.args.get("vue") == WHOLE}


def page_behind(installation: Installation, anchor: str) -> str:
    """Return the page of the orders, as the person had chosen them, else that of the collection."""
    shown, ref = shown_on_page(), installation_ref(installation)
    if not shown.cids and not shown.ap_ids:
        return url_for("collection.whole", ref=ref, vue=WHOLE, _anchor="collection")
    theme = shown.topic.value if shown.topic else None
    return url_for(
        "orders.chosen_orders", s3ic_id=ref, am=shown.cids, ap=shown.ap_ids, theme=theme, _anchor=anchor
    )
