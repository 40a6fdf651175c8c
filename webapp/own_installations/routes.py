"""The installations that a person made: listed, made, copied, renamed, deleted."""

from flask import Blueprint, Response, abort, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.database import begin_consistent_reads
from webapp.guests import current_guest, guest_for_writing
from webapp.installations.queries import installation_ref, visible_installation
from webapp.models import Installation, db
from webapp.own_installations import writing
from webapp.own_installations.answers import (
    UNPROCESSABLE,
    give_up,
    has_own,
    locked_or_404,
    note_has_own,
    own_or_404,
    private_page,
)
from webapp.own_installations.kinds import is_fictive, origin_of
from webapp.own_installations.line_form import LABELS, clean
from webapp.own_installations.nomenclature import suggest_references
from webapp.own_installations.queries import copy_of, count_lines, count_own, count_picks, list_own
from webapp.own_installations.typed_line import BLANK, TypedLine, read_typed_line

LONGEST_NAME = 200
SUGGESTIONS_KEPT_SECONDS = 60

blueprint = Blueprint("own_installations", __name__, template_folder="templates")


@blueprint.app_context_processor
def navigation() -> dict[str, object]:
    """Let templates ask whether the person has installations of their own, and what an installation is."""
    return {"has_own_installations": has_own, "origin_of": origin_of}


@blueprint.get("/mes-installations")
def index() -> BaseResponse:
    """List what the person made."""
    begin_consistent_reads()
    guest = current_guest()
    made = list_own(guest) if guest else []
    note_has_own(has_own=bool(made))
    return private_page("index.html", made=made)


@blueprint.get("/installations/nouvelle")
def new() -> BaseResponse:
    """Offer to invent an installation."""
    return _new_page("", TypedLine(BLANK))


@blueprint.post("/installations/nouvelle")
def create() -> BaseResponse:
    """Make a fictive installation with its first line."""
    name, line = clean(request.form.get("nom", "")), read_typed_line()
    wrong = wrong_with_name(name) if line.wants_saving else ""
    if wrong or not line.can_be_saved:
        return _new_page(name, line, wrong)
    guest = guest_for_writing()
    try:
        installation = writing.create_fictive(guest, name, line.form.changes)
    except writing.FullError as error:
        give_up()
        return _new_page(name, line, str(error))
    db.session.commit()
    note_has_own(has_own=True)
    ref = installation_ref(installation)
    if "encore" in request.form:
        return redirect(url_for("classements.new", ref=ref), 303)
    return redirect(url_for("installations.sheet", s3ic_id=ref), 303)


@blueprint.get("/installations/<ref>/copie")
def copy_page(ref: str) -> BaseResponse:
    """Say what a copy is, and offer to make one, or to open the one that is there."""
    source, guest = _source(ref), current_guest()
    return private_page("copy.html", source=source, copy=copy_of(guest, source) if guest else None, error="")


@blueprint.post("/installations/<ref>/copie")
def copy(ref: str) -> BaseResponse:
    """Make the person's private copy of a published installation; asked twice, open the first."""
    source = _source(ref)
    try:
        made = writing.copy_installation(guest_for_writing(), source)
    except writing.FullError as error:
        give_up()
        return private_page("copy.html", UNPROCESSABLE, source=source, copy=None, error=str(error))
    db.session.commit()
    note_has_own(has_own=True)
    return redirect(url_for("installations.sheet", s3ic_id=installation_ref(made)), 303)


@blueprint.get("/installations/<ref>/nom")
def name_page(ref: str) -> BaseResponse:
    """Offer to rename an own installation."""
    installation = own_or_404(ref)
    return private_page("name.html", installation=installation, name=installation.name, error="")


@blueprint.post("/installations/<ref>/nom")
def rename(ref: str) -> BaseResponse:
    """Rename an own installation."""
    installation, _ = locked_or_404(ref)
    name = clean(request.form.get("nom", ""))
    wrong = wrong_with_name(name)
    if wrong:
        return private_page("name.html", UNPROCESSABLE, installation=installation, name=name, error=wrong)
    writing.rename(installation, name)
    db.session.commit()
    flash("L’installation est renommée.")
    return redirect(url_for(".index"), 303)


@blueprint.get("/installations/<ref>/suppression")
def removal_page(ref: str) -> BaseResponse:
    """Say what goes with an own installation, and ask."""
    return _removal_page(own_or_404(ref))


@blueprint.post("/installations/<ref>/suppression")
def remove(ref: str) -> BaseResponse:
    """Delete an own installation with its lines and picks; asked again where more would go than was said."""
    installation, guest = locked_or_404(ref)
    if request.form.get("prescriptions", type=int) != count_picks(installation):
        return _removal_page(installation, is_asked_again=True)
    writing.remove_installation(installation)
    note_has_own(has_own=count_own(guest) > 0)
    db.session.commit()
    flash(f"« {installation.name} » est supprimée.")
    return redirect(url_for(".index"), 303)


@blueprint.get("/nomenclature/suggestions")
def suggestions() -> Response:
    """Give the lines of the nomenclature for what is being typed, as JSON."""
    response = jsonify(
        results=[
            {
                "key": str(found.id),
                "name": f"{found.rubrique}{' – ' + found.alinea if found.alinea else ''}",
                "place": found.description,
                "id": found.regime_in_words,
                "values": {"rubrique": found.rubrique, "alinea": found.alinea, "regime": found.regime},
            }
            for found in suggest_references(request.args.get("q", ""))
        ]
    )
    response.cache_control.max_age = SUGGESTIONS_KEPT_SECONDS
    return response


def wrong_with_name(name: str) -> str:
    """Return what is wrong with the name of an installation, nothing where it will do."""
    if not name:
        return "« Nom » : donnez un nom à l’installation."
    if len(name) > LONGEST_NAME:
        return f"« Nom » : {LONGEST_NAME} caractères au plus, il en a {len(name)}."
    return ""


def _source(ref: str) -> Installation:
    found = visible_installation(ref)
    if found is None or found.owner_id is not None:
        abort(404)
    return found


def _new_page(name: str, line: TypedLine, error: str = "") -> BaseResponse:
    status = UNPROCESSABLE if error or line.form.errors else 200
    return private_page("new.html", status, name=name, error=error, line=line, labels=LABELS)


def _removal_page(installation: Installation, *, is_asked_again: bool = False) -> BaseResponse:
    return private_page(
        "remove.html",
        UNPROCESSABLE if is_asked_again else 200,
        installation=installation,
        is_fictive=is_fictive(installation),
        picks=count_picks(installation),
        lines=count_lines(installation),
        is_asked_again=is_asked_again,
    )
