"""The files of a collection: only for the person whose picks they hold."""

from flask import Blueprint, Response, abort, make_response, render_template, request

from webapp.collection import picked
from webapp.database import begin_consistent_reads
from webapp.exports.formats import FORMATS
from webapp.exports.gathering import gather
from webapp.exports.sheet import Grouping
from webapp.formats import PARIS, now
from webapp.guests import current_guest, keep_private
from webapp.installations.queries import installation_ref, visible_installation

blueprint = Blueprint("exports", __name__, template_folder="templates")


@blueprint.get("/installations/<ref>/collection.<any(odt, docx, ods, csv):kind>")
def collection_file(ref: str, kind: str) -> Response:
    """Send what this person picked for an installation; a page says so where that is nothing."""
    begin_consistent_reads()
    guest = current_guest()
    grouping = _grouping(guest.grouping if guest else Grouping.BY_ORDER)
    installation = visible_installation(ref)
    if installation is None:
        abort(404)
    collection = picked(guest.id if guest else None, installation.id)
    if collection.held:
        today = now().astimezone(PARIS).date()
        form = FORMATS[kind]
        response = Response(
            form.build(gather(installation, collection, today), grouping), mimetype=form.mimetype
        )
        name = f"{form.title}_{installation.s3ic_id}_{today.isoformat()}.{kind}"
        response.headers["Content-Disposition"] = f"attachment; filename={name}"
    else:
        page = render_template(
            "exports/empty.html", installation=installation, ref=installation_ref(installation)
        )
        response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return keep_private(response)


def _grouping(remembered: str) -> Grouping:
    """Return how the address wants the picks grouped, else as the person last read them."""
    wanted = request.args.get("par") or remembered
    if wanted not in {each.value for each in Grouping}:
        abort(400)
    return Grouping(wanted)
