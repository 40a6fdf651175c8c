"""« Publication »: what would change, the button, and how far the publication has come."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.backoffice.access import may, needs, signed_in
from webapp.backoffice.publication import wording
from webapp.backoffice.publication.airflow import AirflowTroubleError, current_airflow
from webapp.backoffice.publication.changes import find_changes
from webapp.backoffice.publication.pressing import Pressed, last_pressed, press
from webapp.backoffice.publication.progress import Progress, progress_of
from webapp.backoffice.routes import blueprint

POLL_SECONDS = 2
SLOW_POLL_SECONDS = 10


@blueprint.get("/publication")
@needs("reader")
def publication() -> Response:
    """Show what publishing would change, and how far the last publication has come."""
    return _page()


@blueprint.post("/publication")
@needs("publisher")
def publish() -> Response | BaseResponse:
    """Start a publication, or join the one that is going on."""
    airflow = current_airflow()
    if airflow is None:
        return _page(wording.NOT_CONFIGURED, 503)
    editor = signed_in()
    try:
        is_joined = press(airflow, editor.id, editor.name)
    except AirflowTroubleError as error:
        return _page(f"La publication n’a pas été lancée. {error}", 503)
    done = "rejointe" if is_joined else "demandee"
    return redirect(url_for("backoffice.publication", fait=done, _anchor="avancement"), 303)


@blueprint.get("/publication/avancement")
@needs("reader")
def publication_progress() -> Response:
    """Answer with the part of the page that changes; once it is over the page is to be loaded anew."""
    progress, pressed = _progress()
    if progress is not None and progress.digest == request.args.get("vu"):
        # Nothing is swapped: a reader of the screen hears what changes, not the same every two seconds.
        return make_response("", 204)
    answer = make_response(
        render_template("backoffice/publication_progress.html", **_polled(progress, pressed), wording=wording)
    )
    if progress is None or progress.is_over:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _page(message: str = "", status: int = 200) -> Response:
    progress, pressed = _progress()
    page = render_template(
        "backoffice/publication.html",
        changes=find_changes(),
        message=message,
        done=wording.DONE.get(request.args.get("fait", ""), "") if status == 200 else "",
        is_configured=current_airflow() is not None,
        may_publish=may(signed_in(), "publisher"),
        wording=wording,
        **_polled(progress, pressed),
    )
    return make_response(page, status)


def _progress() -> tuple[Progress | None, Pressed | None]:
    """Return how far the last publication has come; None where nothing was published from here."""
    airflow, pressed = current_airflow(), last_pressed()
    if airflow is None or pressed is None:
        return None, pressed
    return progress_of(airflow, pressed.run_id, pressed.at), pressed


def _polled(progress: Progress | None, pressed: Pressed | None) -> dict[str, object]:
    is_slow = progress is not None and progress.state in {"unknown", "waiting"}
    return {
        "progress": progress,
        "pressed": pressed,
        "every": SLOW_POLL_SECONDS if is_slow else POLL_SECONDS,
    }
