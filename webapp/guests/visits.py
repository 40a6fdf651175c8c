"""What each answer does for the person's cookie: it slides, and pages with their state stay theirs."""

import logging
import time

from flask import Flask, Response, current_app, g, request, session
from sqlalchemy import func, text, update
from sqlalchemy.exc import SQLAlchemyError

from webapp.guests.identity import SESSION_KEY, draw_identity, hash_of, known_identity
from webapp.guests.stale_forms import StaleForm, show_stale_form
from webapp.models import User, db

SEEN_KEY = "seen"
FORM_KEY = "csrf_token"
AN_HOUR = 3600

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Let visits count, and answer forms that have grown too old kindly."""
    app.register_error_handler(StaleForm, show_stale_form)
    app.after_request(note_visit)


def keep_private(response: Response) -> Response:
    """Mark an answer that shows what one person made: no cache keeps it, and *back* asks again."""
    response.headers["Cache-Control"] = "private, no-store"
    response.vary.add("Cookie")
    return response


def note_visit(response: Response) -> Response:
    """Give the cookie its identity and, once an hour, its time; and the row the time of the last visit.

    An identity goes out with the first form: the cookie is then there before anything is written. While the
    site is closed, nobody is here.
    """
    if g.get("is_closed"):
        return response
    if session.modified and FORM_KEY in session and SESSION_KEY not in session:
        draw_identity()
        session[SEEN_KEY] = int(time.time())
    elif response.mimetype == "text/html" and current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        identity = known_identity()
        now = int(time.time())
        if identity and now - int(session.get(SEEN_KEY, 0)) >= AN_HOUR:
            session[SEEN_KEY] = now
            _write_last_visit(identity)
    return response


def _write_last_visit(identity: bytes) -> None:
    """Write the hour of the visit in a transaction of its own; a page never fails for it."""
    an_hour_ago = func.now() - text("interval '1 hour'")
    seen = update(User).where(User.identity_hash == hash_of(identity), User.last_seen_at < an_hour_ago)
    try:
        with db.engine.begin() as connection:
            connection.execute(seen.values(last_seen_at=func.now()))
    except SQLAlchemyError as error:
        log.warning("The last visit of a person could not be written: %s", error)
