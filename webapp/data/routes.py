"""Where the data stands, and its files."""

from flask import Blueprint, Response, abort, render_template

from webapp.configuration import current_settings
from webapp.data.catalogue import ICPE, PREFECTORAL_ORDERS
from webapp.data.files import open_public_file
from webapp.data.queries import read_dataset_states
from webapp.data.reading_state import read_reading_state
from webapp.data.standing import read_standing
from webapp.data.wording import OUTCOMES

blueprint = Blueprint("data", __name__, template_folder="templates")


@blueprint.get("/donnees")
def overview() -> str:
    """Show each dataset: source, last refresh, what changed, what was rejected, files, runs."""
    standing, settings = read_standing(), current_settings()
    return render_template(
        "data/overview.html",
        states=read_dataset_states(standing),
        reading=read_reading_state(),
        standing=standing,
        outcomes=OUTCOMES,
        stale_days={ICPE.key: settings.icpe_stale_days, PREFECTORAL_ORDERS.key: settings.ap_stale_days},
    )


@blueprint.get("/donnees/fichiers/<name>")
def download(name: str) -> Response:
    """Send a public file."""
    opened = open_public_file(current_settings(), name)
    if opened is None:
        abort(404)
    size, pieces = opened
    response = Response(pieces, mimetype="text/csv")
    response.content_length = size
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.cache_control.no_cache = True
    return response
