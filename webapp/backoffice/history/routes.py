"""The pages of the history of an order: its versions, one of them, two side by side, the way back to one."""

from dataclasses import replace

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from regulation.order_file import order_of
from webapp.backoffice.access import may, needs, signed_in
from webapp.backoffice.elements import told
from webapp.backoffice.held import based_on, held_order, version_asked
from webapp.backoffice.history.comparison import compare
from webapp.backoffice.history.metadata_changes import told_fields
from webapp.backoffice.history.rollback import RollbackRefusedError, restore, restored_metadata
from webapp.backoffice.history.versions import (
    PAGE_SIZE,
    count_versions,
    current_version,
    list_versions,
    version_line,
)
from webapp.backoffice.routes import blueprint
from webapp.backoffice.store import EditedMeanwhileError, StoredOrder
from webapp.orders.text import contents_html, text_html
from webapp.paging import Paging, kept_arguments

SECTIONS_ON_A_PAGE = 100
MEANWHILE = (
    "Une autre personne a enregistré la version {} de cet arrêté depuis que vous avez ouvert cette page. "
    "Rien n’a été écrasé. Voyez ci-dessous ce que le retour changerait maintenant, puis confirmez si c’est "
    "bien ce que vous voulez."
)


@blueprint.get("/arretes/<cid>/historique")
@needs("reader")
def history(cid: str) -> str:
    """List the versions of an order, newest first."""
    held = held_order(cid)
    paging = paging_of(count_versions(cid), PAGE_SIZE)
    return render_template(
        "backoffice/history.html",
        held=held,
        versions=list_versions(cid, paging.page),
        paging=paging,
        done=request.args.get("fait", ""),
    )


@blueprint.get("/arretes/<cid>/historique/<int:number>")
@needs("reader")
def version(cid: str, number: int) -> str:
    """Show a version: who made it and why, what it lost, and the order as it was."""
    held = held_order(cid, number)
    line = version_line(cid, number)
    order = order_of(held.document)
    return render_template(
        "backoffice/version.html",
        held=held,
        line=line,
        current=current_version(cid),
        lost=[told(element) for element in line.lost],
        fields={name: text for name, text in told_fields(held.document, held.metadata).items() if text},
        order=order,
        contents=contents_html(order.sections, None),
        text=text_html(order.sections, None),
        is_editor=may(signed_in(), "editor"),
    )


@blueprint.get("/arretes/<cid>/historique/comparaison")
@needs("reader")
def compare_versions(cid: str) -> str:
    """Show what changed from one version to another: by default, from the last but one to the current."""
    after = held_order(cid, version_asked("apres"))
    asked = version_asked("avant")
    before = held_order(cid, max(after.version - 1, 1) if asked is None else asked)
    comparison = compare(before, after)
    paging = paging_of(len(comparison.sections), SECTIONS_ON_A_PAGE)
    return render_template(
        "backoffice/versions_compared.html",
        held=held_order(cid),
        before=version_line(cid, before.version),
        after=version_line(cid, after.version),
        comparison=comparison,
        sections=comparison.sections[paging.first_item - 1 : paging.last_item],
        paging=paging,
    )


@blueprint.get("/arretes/<cid>/historique/<int:number>/retablir")
@needs("editor")
def ask_restore(cid: str, number: int) -> Response:
    """Show what going back to a version would change."""
    return _restore_page(held_order(cid), held_order(cid, number))


@blueprint.post("/arretes/<cid>/historique/<int:number>/retablir")
@needs("editor")
def restore_version(cid: str, number: int) -> Response | BaseResponse:
    """Make a new version of what an older one said, unless somebody was quicker."""
    held, wanted = held_order(cid), held_order(cid, number)
    try:
        made = restore(held, wanted, based_on(), signed_in().id)
    except RollbackRefusedError as error:
        return _restore_page(held_order(cid), wanted, str(error), 422)
    except EditedMeanwhileError as error:
        return _restore_page(held_order(cid), wanted, MEANWHILE.format(error.current), 409)
    done = "retabli" if made != held.version else "inchange"
    return redirect(url_for("backoffice.history", cid=cid, fait=done), 303)


def _restore_page(held: StoredOrder, wanted: StoredOrder, message: str = "", status: int = 200) -> Response:
    goal = replace(wanted, metadata=restored_metadata(held, wanted))
    comparison = compare(held, goal)
    page = render_template(
        "backoffice/restore.html",
        held=held,
        wanted=version_line(held.cid, wanted.version),
        comparison=comparison,
        sections=comparison.sections[:SECTIONS_ON_A_PAGE],
        message=message,
    )
    return make_response(page, status)


def paging_of(total: int, size: int) -> Paging:
    """Return the page that the address asks for; one that is not there is not found."""
    page = request.args.get("page", 1, type=int)
    paging = Paging(page, total, size, kept_arguments(request.args))
    if not 1 <= page <= paging.last:
        abort(404)
    return paging
