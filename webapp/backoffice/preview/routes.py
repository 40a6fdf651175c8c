"""The page of the preview: an order under values, or for a real installation."""

from flask import Response, make_response, render_template, request
from sqlalchemy import select

from regulation.order import Order
from regulation.order_file import order_of
from webapp.backoffice.access import needs
from webapp.backoffice.held import held_order, version_asked
from webapp.backoffice.models import Order as OrderRow
from webapp.backoffice.preview.installations import concerned_installations
from webapp.backoffice.preview.reading import Preview, preview_for, preview_with
from webapp.backoffice.preview.values import ValuesForm, read_values
from webapp.backoffice.routes import blueprint
from webapp.installations.queries import S3IC_ID, Sheet, read_sheet
from webapp.installations.search import Hit, find, parse_text
from webapp.installations.wording import REGIMES
from webapp.models import db
from webapp.orders.listing import engine_classements

LONGEST_NAME = 100


@blueprint.get("/arretes/<cid>/apercu")
@needs("reader")
def preview(cid: str) -> Response:
    """Show how inspectors will read an order, or read one of its versions."""
    number = version_asked()
    held = held_order(cid, number)
    order = order_of(held.document)
    asked = request.args.get("installation", "").strip()[:LONGEST_NAME]
    sheet = _published(asked)
    form = read_values(order, {} if asked else request.args)
    page = render_template(
        "backoffice/preview.html",
        held=held,
        number=number,
        current=db.session.scalar(select(OrderRow.version).where(OrderRow.cid == cid)),
        order=order,
        asked=asked,
        sheet=sheet,
        hits=_found(asked) if asked and sheet is None else None,
        form=form,
        preview=_previewed(order, form, asked, sheet),
        regimes=REGIMES,
        concerned=concerned_installations(order),
    )
    return make_response(page, 422 if form.is_wrong else 200)


def _published(asked: str) -> Sheet | None:
    """Return the published installation that a text identifies, None where it identifies none."""
    identifier = parse_text(asked).identifier or ""
    return read_sheet(identifier) if S3IC_ID.fullmatch(identifier) else None


def _found(asked: str) -> list[Hit]:
    found = find(parse_text(asked), 1)
    return [*found.hits, *found.similar]


def _previewed(order: Order, form: ValuesForm, asked: str, sheet: Sheet | None) -> Preview | None:
    """Return the preview, None where it is not said yet of what."""
    if sheet is not None:
        return preview_for(order, engine_classements(sheet.classements))
    return None if asked or form.is_wrong else preview_with(order, form.parameters)
