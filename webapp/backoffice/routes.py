"""The door of the back-office, and the list of orders."""

import logging
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from webapp.backoffice import listing, throttle, wording
from webapp.backoffice.access import needs, open_to_anybody, refuse_undecided
from webapp.backoffice.accounts import is_right
from webapp.backoffice.held import TABS
from webapp.backoffice.models import Editor, Event
from webapp.backoffice.passwords import LONGEST_PASSWORD
from webapp.backoffice.sessions import begin, current_editor, end
from webapp.guests import keep_private
from webapp.models import db
from webapp.paging import Paging, kept_arguments

blueprint = Blueprint("backoffice", __name__, template_folder="templates", url_prefix="/back-office")
blueprint.before_request(refuse_undecided)
blueprint.after_request(keep_private)

log = logging.getLogger(__name__)

UNKNOWN = "Ce nom ou ce mot de passe n’est pas le bon. Vérifiez-les, puis recommencez."
TOO_MANY = (
    "Trop d’essais en peu de temps. Patientez un quart d’heure avant de recommencer. Si vous avez oublié "
    "votre mot de passe, demandez-en un nouveau à la personne qui administre le site."
)


@blueprint.app_context_processor
def editor_of_the_page() -> dict[str, object]:
    """Give the templates of the back-office who is signed in, and its words."""
    if request.blueprint != blueprint.name:
        return {}
    return {"editor": current_editor(), "said": wording, "tabs": TABS}


@blueprint.get("/connexion")
@open_to_anybody
def sign_in() -> Response | BaseResponse:
    """Show the door; whoever is signed in goes on."""
    if current_editor() is not None:
        return redirect(_next(), 303)
    return _door()


@blueprint.post("/connexion")
@open_to_anybody
def enter() -> Response | BaseResponse:
    """Sign in, or say kindly why not."""
    name = _given_name().lower()
    password = request.form.get("password", "")
    attempt = throttle.note_attempt(name)
    if attempt is None:
        log.warning("A sign-in was refused: too many attempts")
        return _door(TOO_MANY, 429)
    editor = db.session.scalars(select(Editor).where(Editor.name == name)).one_or_none()
    if not is_right(editor, password[: LONGEST_PASSWORD + 1]) or editor is None:
        log.warning("A sign-in was refused: wrong name or password (attempt %d)", attempt)
        return _door(UNKNOWN, 422)
    throttle.note_success(attempt)
    response = redirect(_next(), 303)
    begin(editor, response)
    db.session.add(Event(editor_id=editor.id, action="signed_in"))
    db.session.commit()
    return response


@blueprint.post("/deconnexion")
@needs("reader")
def leave() -> BaseResponse:
    """Sign out: the session ends in the database too."""
    editor = current_editor()
    response = redirect(url_for("backoffice.sign_in"), 303)
    end(response)
    db.session.add(Event(editor_id=editor.id if editor else None, action="signed_out"))
    db.session.commit()
    return response


@blueprint.get("/")
@needs("reader")
def orders() -> str:
    """List the orders that answer what is asked."""
    asked = listing.Asked(
        text=request.args.get("q", "").strip(),
        state=request.args.get("etat", ""),
        regime=request.args.get("regime", ""),
        rubrique=request.args.get("rubrique", ""),
        topics=request.args.get("themes", ""),
        attention=request.args.get("attention", ""),
        sort=request.args.get("tri", ""),
    )
    lines = listing.all_lines()
    found = listing.found(lines, asked)
    page = request.args.get("page", 1, type=int)
    paging = Paging(
        min(max(page, 1), max(1, -(-len(found) // listing.PAGE_SIZE))),
        len(found),
        listing.PAGE_SIZE,
        kept_arguments(request.args),
    )
    return render_template(
        "backoffice/orders.html",
        asked=asked,
        found=found[paging.first_item - 1 : paging.last_item],
        paging=paging,
        total=len(lines),
        zip=zip,
        options=listing.options,
        rubriques=sorted({bound["rubrique"] for line in lines for bound in line.classements}),
        listing=listing,
    )


def _door(message: str = "", status: int = 200) -> Response:
    page = render_template("backoffice/sign_in.html", message=message, name=_given_name(), after=_next())
    return make_response(page, status)


def _given_name() -> str:
    """Return the name as it was typed, without what a page and a database cannot hold."""
    typed = request.form.get("name", "").strip()
    return "".join(letter for letter in typed if letter.isprintable())


def _next() -> str:
    """Return the page of the back-office that was asked for; an address from elsewhere is not followed."""
    home = url_for("backoffice.orders")
    asked = request.values.get("suite", "")
    parts = urlsplit(asked.replace("\\", "/"))
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith(home) and asked.isprintable()
    return asked if is_ours else home
