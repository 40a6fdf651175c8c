"""A form whose token is not good (any more): nothing that was typed is lost.

A page that stayed open while the cookie changed (another tab, a long absence) is answered with its own
values and a fresh token, to send again by one press; scripts get the token in a header and send again
by themselves. What another site made the browser send gets neither.
"""

import logging
from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError, generate_csrf

log = logging.getLogger(__name__)

StaleForm = CSRFError

STATUS = 400
NEVER_SHOWN = frozenset({"csrf_token", "password", "mdp-actuel", "mdp-nouveau", "mdp-encore"})
FRESH_HEADER = "X-CSRFToken"
TITLE = "Cette page était ouverte depuis trop longtemps"


def show_stale_form(error: CSRFError) -> Response:
    """Return what was typed, to be sent again; for a script, the fresh token."""
    log.info("%s %s: %s", request.method, request.path, error.description)
    if not comes_from_here():
        return _answer(render_template("errors/error.html", code=STATUS, title=TITLE, advice=error_advice()))
    if request.headers.get("HX-Request"):
        response = _answer(TITLE)
        response.headers[FRESH_HEADER] = generate_csrf()
        return response
    return _answer(render_template("guests/stale_form.html", title=TITLE, typed=typed_values()))


def typed_values() -> list[tuple[str, str]]:
    """Return what the form of this request holds, in its order, but for what no page shows."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER_SHOWN]


def comes_from_here() -> bool:
    """Tell whether a page of this site sent the request, as browsers say it."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host


def error_advice() -> str:
    """Return what to do where nothing can be sent again."""
    return "Revenez à la page précédente, rechargez-la, puis recommencez."


def _answer(body: str) -> Response:
    response = make_response(body, STATUS)
    response.headers["Cache-Control"] = "no-store"
    return response
