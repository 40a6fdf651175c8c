"""One order in the back-office: its metadata, its state, and the beginning of a new one."""

from dataclasses import replace

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response as BaseResponse

from etl.am_documents import IN_CREATION, Metadata
from webapp.backoffice.access import may, needs, signed_in
from webapp.backoffice.held import MEANWHILE, based_on, held_order
from webapp.backoffice.metadata_form import (
    MetadataForm,
    form_of,
    new_document,
    orphans_of,
    read_form,
    with_metadata,
)
from webapp.backoffice.models import Editor, OrderVersion
from webapp.backoffice.parametrization.offered import offered_for
from webapp.backoffice.routes import blueprint
from webapp.backoffice.states import TRANSITIONS, TransitionRefusedError, moved
from webapp.backoffice.store import (
    AlreadyThereError,
    Edit,
    EditedMeanwhileError,
    StoredOrder,
    create,
    save,
)
from webapp.models import ClassementReference, db

VERSIONS_SHOWN = 10
TAKEN = {
    "cid": "Un arrêté a déjà cet identifiant.",
    "nor": "Un autre arrêté a déjà ce NOR.",
}


@blueprint.get("/arretes/nouveau")
@needs("editor")
def new_order() -> Response:
    """Show the form of a new order."""
    return _new_page(MetadataForm())


@blueprint.post("/arretes/nouveau")
@needs("editor")
def create_order() -> Response | BaseResponse:
    """Begin an order, in creation and without text."""
    form = read_form(request.form, _nomenclature())
    if form.errors:
        return _new_page(form, 422)
    metadata = Metadata(IN_CREATION, form.nor or None, form.has_no_nor)
    try:
        create(new_document(form), metadata, Edit(signed_in().id, "create"))
    except AlreadyThereError as error:
        return _new_page(replace(form, errors={error.field: TAKEN[error.field]}), 422)
    return redirect(url_for("backoffice.order", cid=form.cid, fait="cree"), 303)


@blueprint.get("/arretes/<cid>/")
@needs("reader")
def order(cid: str) -> Response:
    """Show an order: metadata, state, latest versions."""
    held = held_order(cid)
    return _order_page(held, form_of(held.document, held.metadata))


@blueprint.post("/arretes/<cid>/metadonnees")
@needs("editor")
def save_metadata(cid: str) -> Response | BaseResponse:
    """Save the metadata as a new version, unless somebody was quicker."""
    held = held_order(cid)
    form = read_form(request.form, _nomenclature(), form_of(held.document, held.metadata))
    if based_on() != held.version:
        return _late_page(cid, form)
    if form.errors:
        return _order_page(held, form, status=422)
    metadata = replace(held.metadata, nor=form.nor or None, has_no_nor=form.has_no_nor)
    try:
        number = save(
            cid, based_on(), with_metadata(held.document, form), metadata, Edit(signed_in().id, "metadata")
        )
    except EditedMeanwhileError:
        return _late_page(cid, form)
    except AlreadyThereError as error:
        return _order_page(held, replace(form, errors={error.field: TAKEN[error.field]}), status=422)
    done = "enregistre" if number != held.version else "inchange"
    return redirect(url_for("backoffice.order", cid=cid, fait=done), 303)


@blueprint.post("/arretes/<cid>/etat")
@needs("editor")
def change_state(cid: str) -> Response | BaseResponse:
    """Bring an order into another state."""
    held = held_order(cid)
    if based_on() != held.version:
        return _late_page(cid)
    try:
        metadata = moved(
            held.document, held.metadata, request.form.get("vers", ""), request.form.get("motif", "")
        )
        save(cid, based_on(), held.document, metadata, Edit(signed_in().id, "state", metadata.state))
    except TransitionRefusedError as error:
        return _order_page(held, form_of(held.document, held.metadata), str(error), 422)
    except EditedMeanwhileError:
        return _late_page(cid)
    return redirect(url_for("backoffice.order", cid=cid, fait="etat"), 303)


def _nomenclature() -> set[tuple[str, str]]:
    rows = db.session.execute(select(ClassementReference.rubrique, ClassementReference.alinea))
    return {(rubrique, alinea or "") for rubrique, alinea in rows}


def _late_page(cid: str, form: MetadataForm | None = None) -> Response:
    """Show the order that somebody else saved, with the fields as they were typed here if any were.

    Said before anything else: a page of errors alone would bear the newer version, and overwrite it.
    """
    held = held_order(cid)
    shown = form or form_of(held.document, held.metadata)
    return _order_page(held, shown, MEANWHILE.format(held.version), 409)


def _order_page(held: StoredOrder, form: MetadataForm, message: str = "", status: int = 200) -> Response:
    versions = db.session.execute(
        select(
            OrderVersion.number,
            OrderVersion.action,
            OrderVersion.created_at,
            Editor.name,
            func.jsonb_array_length(OrderVersion.lost),
        )
        .outerjoin(Editor, Editor.id == OrderVersion.author_id)
        .where(OrderVersion.cid == held.cid)
        .order_by(OrderVersion.number.desc())
        .limit(VERSIONS_SHOWN)
    ).all()
    page = render_template(
        "backoffice/order.html",
        held=held,
        form=form,
        message=message,
        done=request.args.get("fait", "") if status == 200 else "",
        versions=versions,
        orphans=orphans_of(held.document),
        offered=offered_for(held.document),
        transitions=TRANSITIONS[held.metadata.state],
        is_editor=may(signed_in(), "editor"),
        reason=request.form.get("motif", ""),
    )
    return make_response(page, status)


def _new_page(form: MetadataForm, status: int = 200) -> Response:
    offered = offered_for(new_document(MetadataForm()))
    return make_response(render_template("backoffice/new_order.html", form=form, offered=offered), status)
