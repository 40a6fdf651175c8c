"""Prescriptions taken from prefectoral orders by form, typed or pasted."""

from dataclasses import replace

from flask import make_response, render_template
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from webapp.aps.addresses import anchor_of
from webapp.aps.wording import title_of
from webapp.collection.answers import (
    UNPROCESSABLE,
    answer,
    is_scripted,
    page_behind,
    page_query,
    panel_values,
    read_panel,
)
from webapp.collection.forms import PrefectoralForm
from webapp.collection.writing import FromPrefectoral, FullError, add_prefectoral
from webapp.guests import forget_read_guest, guest_for_writing, keep_private
from webapp.installations.queries import installation_ref
from webapp.models import Installation, PrefectoralOrder, db
from webapp.orders.today import TodaysTexts


def order_to_pick(installation: Installation, georisques_id: str) -> PrefectoralOrder | None:
    """Return an order in service of this installation (of its source, for a copy), None elsewhere."""
    wanted = select(PrefectoralOrder).where(
        PrefectoralOrder.georisques_id == georisques_id,
        PrefectoralOrder.s3ic_id == installation.s3ic_id,
        PrefectoralOrder.withdrawn_at.is_(None),
    )
    return db.session.scalar(wanted)


def add(installation: Installation, order: PrefectoralOrder, form: PrefectoralForm) -> PrefectoralForm:
    """Add what the form says where nothing is wrong with it; return the form, with what is wrong."""
    if form.errors:
        return form
    taken = FromPrefectoral(
        order.georisques_id, title_of(order), form.reference, form.name, form.content, form.page
    )
    try:
        add_prefectoral(guest_for_writing(), installation.id, taken)
    except FullError as error:
        db.session.rollback()
        forget_read_guest()
        return replace(form, errors={"contenu": str(error)})
    return form


def answer_form(installation: Installation, order: PrefectoralOrder, form: PrefectoralForm) -> BaseResponse:
    """Return an empty form beside the panel, or the way back to the order; with errors, what was typed."""
    anchor = anchor_of(order.georisques_id)
    today = TodaysTexts.of_installation(installation.id)
    if not form.errors and not is_scripted():
        return answer(installation, today, anchor=anchor)
    if not is_scripted():
        return add_page(installation, order, form)
    panel = read_panel(installation, today)
    db.session.commit()
    values = panel_values(panel) | {
        "form": form if form.errors else None,
        "georisques_id": order.georisques_id,
        "anchor": anchor,
        "message": "",
    }
    response = make_response(render_template("collection/added.html", **values))
    response.status_code = UNPROCESSABLE if form.errors else 200
    return keep_private(response)


def add_page(installation: Installation, order: PrefectoralOrder, form: PrefectoralForm) -> BaseResponse:
    """Return the form on a page of its own, with what is wrong; 422 where something is."""
    anchor = anchor_of(order.georisques_id)
    page = render_template(
        "collection/add.html",
        installation=installation,
        ref=installation_ref(installation),
        title=title_of(order),
        back=page_behind(installation, anchor),
        anchor=anchor,
        form=form,
        here=page_query(),
    )
    response = make_response(page, UNPROCESSABLE if form.errors else 200)
    response.headers["X-Robots-Tag"] = "noindex"
    return keep_private(response)
