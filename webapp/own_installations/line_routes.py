"""The classements of an own installation: each line has a form of its own, so that two tabs lose nothing."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from regulation.classement import HIDDEN_RUBRIQUE
from webapp.database import begin_consistent_reads
from webapp.installations.queries import installation_ref, read_classements
from webapp.models import Classement, Installation, db
from webapp.own_installations import writing
from webapp.own_installations.answers import (
    UNPROCESSABLE,
    give_up,
    locked_or_404,
    own_or_404,
    private_page,
)
from webapp.own_installations.line_form import LABELS, LineForm, form_of
from webapp.own_installations.queries import MOST_LINES, line_of, next_position
from webapp.own_installations.typed_line import BLANK, TypedLine, read_typed_line, with_error

blueprint = Blueprint("classements", __name__, template_folder="templates")


@blueprint.get("/installations/<ref>/classements")
def index(ref: str) -> BaseResponse:
    """List the lines of an own installation, each to be changed or removed."""
    begin_consistent_reads()
    installation = own_or_404(ref)
    lines = read_classements(installation.id)
    return private_page(
        "classements.html",
        installation=installation,
        ref=ref,
        lines=[(line, form.typed, form.stamp) for line in lines for form in [form_of(line)]],
        has_masked=any(line.rubrique == HIDDEN_RUBRIQUE for line in lines),
        is_full=len(lines) >= MOST_LINES,
        most_lines=MOST_LINES,
    )


@blueprint.get("/installations/<ref>/classements/ajouter")
def new(ref: str) -> BaseResponse:
    """Offer to add a line."""
    installation = own_or_404(ref)
    return _line_page(installation, TypedLine(BLANK), place=next_position(installation))


@blueprint.post("/installations/<ref>/classements/ajouter")
def add(ref: str) -> BaseResponse:
    """Add a line."""
    installation, _ = locked_or_404(ref)
    line, place = read_typed_line(), request.form.get("place", type=int)
    if not line.can_be_saved:
        return _line_page(installation, line, place=place)
    try:
        writing.add_line(installation, line.form.changes, place=place)
    except writing.FullError as error:
        give_up()
        return _line_page(installation, _wrong(line, str(error)), place=place)
    return _done(ref, "Le classement est ajouté.")


@blueprint.get("/installations/<ref>/classements/<int:line_id>")
def line_page(ref: str, line_id: int) -> BaseResponse:
    """Offer to change a line."""
    installation = own_or_404(ref)
    line = line_of(installation, line_id)
    if line is None:
        abort(404)
    return _line_page(installation, TypedLine(form_of(line)), line=line)


@blueprint.post("/installations/<ref>/classements/<int:line_id>")
def change(ref: str, line_id: int) -> BaseResponse:
    """Change a line; what another tab made of it meanwhile is shown first, never lost."""
    installation, _ = locked_or_404(ref)
    line = line_of(installation, line_id)
    if line is None:
        return _removed_meanwhile(installation)
    before = form_of(line)
    typed = read_typed_line(before)
    is_stale = request.form.get("lu") != before.stamp and typed.form.typed != before.typed
    if typed.wants_saving and is_stale:
        return _line_page(installation, typed, line=line, meanwhile=before)
    if not typed.can_be_saved:
        return _line_page(installation, typed, line=line, stamp=request.form.get("lu", ""))
    if typed.form.changes:
        writing.change_line(installation, line, typed.form.changes)
    return _done(ref, "Le classement est enregistré.")


@blueprint.post("/installations/<ref>/classements/<int:line_id>/retirer")
def remove(ref: str, line_id: int) -> BaseResponse:
    """Remove a line; where another tab changed it meanwhile, show it instead."""
    installation, _ = locked_or_404(ref)
    line = line_of(installation, line_id)
    if line is None:
        return _done(ref, "Ce classement était déjà retiré.")
    if request.form.get("lu") != form_of(line).stamp:
        return _done(ref, "Ce classement a changé dans un autre onglet : relisez-le avant de le retirer.")
    writing.remove_line(installation, line)
    return _done(ref, "Le classement est retiré.")


def _done(ref: str, sentence: str) -> BaseResponse:
    db.session.commit()
    flash(sentence)
    return redirect(url_for(".index", ref=ref), 303)


def _wrong(line: TypedLine, sentence: str) -> TypedLine:
    return TypedLine(with_error(line.form, "", sentence), line.found)


def _removed_meanwhile(installation: Installation) -> BaseResponse:
    """Return what was typed as a new line: the line was removed in another tab."""
    typed = read_typed_line()
    return _line_page(installation, typed, place=next_position(installation), is_removed=True)


def _line_page(
    installation: Installation,
    line_typed: TypedLine,
    *,
    line: Classement | None = None,
    place: int | None = None,
    stamp: str | None = None,
    meanwhile: LineForm | None = None,
    is_removed: bool = False,
) -> BaseResponse:
    """Return the form of a line; `meanwhile` is the line as another tab left it."""
    form = line_typed.form
    has_trouble = bool(form.errors) or meanwhile is not None or is_removed
    return private_page(
        "line.html",
        UNPROCESSABLE if has_trouble else 200,
        installation=installation,
        ref=installation_ref(installation),
        line=line_typed,
        row=line,
        place=place,
        stamp=_stamp(line, stamp),
        labels=LABELS,
        meanwhile=_differences(form, meanwhile),
        is_removed=is_removed,
    )


def _stamp(line: Classement | None, given: str | None) -> str:
    if given is not None:
        return given
    return form_of(line).stamp if line is not None else ""


def _differences(form: LineForm, meanwhile: LineForm | None) -> list[tuple[str, str]]:
    """Return the fields that another tab left otherwise than they are typed here: name and value."""
    if meanwhile is None:
        return []
    return [(name, meanwhile.typed[name]) for name in LABELS if meanwhile.typed[name] != form.typed[name]]
