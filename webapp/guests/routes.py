"""What we know of a person, and how they have it erased."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from sqlalchemy import delete, func, select
from werkzeug.wrappers import Response as BaseResponse

from webapp.configuration import current_settings
from webapp.guests.identity import current_guest
from webapp.guests.visits import keep_private
from webapp.models import Installation, Prescription, User, db

blueprint = Blueprint("guests", __name__, template_folder="templates")


@blueprint.get("/donnees-personnelles")
def personal_data() -> Response:
    """Say what is kept of a person, for how long, and offer to erase it."""
    return _page()


@blueprint.post("/donnees-personnelles/effacer")
def erase() -> BaseResponse:
    """Delete the person with everything they made, in one transaction, and forget the cookie."""
    if request.form.get("confirmation") != "oui":
        response = _page(is_unconfirmed=True)
        response.status_code = 422
        return response
    guest = current_guest()
    if guest is not None:
        # Copies, their lines and prescriptions go with the row.
        db.session.execute(delete(User).where(User.id == guest.id))
        db.session.commit()
    session.clear()
    return redirect(url_for("guests.personal_data", efface="oui", _anchor="effacer"), 303)


def _page(*, is_unconfirmed: bool = False) -> Response:
    guest = current_guest()
    page = render_template(
        "guests/personal_data.html",
        made=_count_made(guest.id) if guest else None,
        inactive_days=current_settings().inactive_days,
        is_erased=request.args.get("efface") == "oui" and guest is None,
        is_unconfirmed=is_unconfirmed,
    )
    return keep_private(make_response(page))


def _count_made(user_id: int) -> tuple[int, int]:
    """Return how many prescriptions and installations a person has."""
    picks = select(func.count()).where(Prescription.user_id == user_id, Prescription.removed_at.is_(None))
    sites = select(func.count()).where(Installation.owner_id == user_id)
    return db.session.scalars(picks).one(), db.session.scalars(sites).one()
