"""What the pages of own installations have in common: who may see them, and that nobody else does."""

from typing import Any

from flask import abort, make_response, render_template, session
from werkzeug.wrappers import Response as BaseResponse

from webapp.guests import Guest, current_guest, forget_read_guest, guest_for_writing, keep_private
from webapp.installations.wording import REGIMES
from webapp.models import Installation, db
from webapp.own_installations.queries import own_installation

UNPROCESSABLE = 422
# In the cookie: the navigation shows the list to who has one, without asking the database on every page.
HAS_OWN_KEY = "own"


def private_page(template: str, status: int = 200, **values: Any) -> BaseResponse:
    """Return a page that only this person sees: kept by no cache, found by no search engine."""
    response = make_response(
        render_template(f"own_installations/{template}", regimes=REGIMES, **values), status
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return keep_private(response)


def own_or_404(ref: str) -> Installation:
    """Return the person's own installation; what is published, or another's, is not found here."""
    found = own_installation(ref)
    if found is None:
        abort(404)
    return found


def locked_or_404(ref: str) -> tuple[Installation, Guest]:
    """Return the person's own installation as it is once all they do elsewhere is done, and the person."""
    if current_guest() is None:
        abort(404)
    guest = guest_for_writing()
    return own_or_404(ref), guest


def note_has_own(*, has_own: bool) -> None:
    """Remember in the cookie whether the person has installations."""
    if has_own and not session.get(HAS_OWN_KEY):
        session[HAS_OWN_KEY] = True
    elif not has_own:
        session.pop(HAS_OWN_KEY, None)


def has_own() -> bool:
    """Tell whether the cookie says that the person has installations."""
    return bool(session.get(HAS_OWN_KEY))


def give_up() -> None:
    """Undo what was begun in this request, the making of the person with it."""
    db.session.rollback()
    forget_read_guest()
