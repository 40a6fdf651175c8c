"""The tab « Comparaison » of an order."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from etl.upstream.likeness import laid_like
from etl.upstream.words import comparable_drafts
from regulation.editing.drafts import draft_of
from webapp.backoffice.access import may, needs, signed_in
from webapp.backoffice.comparison.upstream import take_note, watched
from webapp.backoffice.held import held_order
from webapp.backoffice.routes import blueprint
from webapp.backoffice.sources.choices import Choice, read_choice, today
from webapp.backoffice.sources.fetching import (
    UNSET,
    FetchedText,
    SourceTrouble,
    aida_text,
    is_aida_on,
    legifrance_text,
)
from webapp.backoffice.store import StoredOrder
from webapp.backoffice.text_changes import SectionChange, changes_of_drafts

UNPROCESSABLE = 422
CONFLICT = 409
SOURCES = ("legifrance", "aida", "dates")
# Sections shown word by word; of a text that changed all over, the first ones are enough to judge.
MOST_CHANGES = 200
MEANWHILE = "Le texte a encore changé à la source : comparez de nouveau avant de le marquer."


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts, each as it is named in French, and what has to change to get from one to the other."""

    before: str
    after: str
    changes: list[SectionChange]


@blueprint.get("/arretes/<cid>/comparaison")
@needs("reader")
def comparison(cid: str) -> Response:
    """Compare the text of an order with a source, or a source at two dates; without a choice, offer them."""
    held = held_order(cid)
    choice = read_choice(request.args, cid, held.document, SOURCES)
    if not choice.source:
        return _page(held, choice)
    if choice.error:
        return _page(held, choice, message=choice.error, status=UNPROCESSABLE)
    try:
        return _page(held, choice, compared=_compared(held, choice))
    except SourceTrouble as trouble:
        return _page(held, choice, message=str(trouble), status=trouble.status)


@blueprint.post("/arretes/<cid>/comparaison/pris-en-compte")
@needs("editor")
def note_upstream(cid: str) -> Response | BaseResponse:
    """Take the mark off an order whose text changed at its source."""
    held = held_order(cid)
    try:
        changed_at = datetime.fromisoformat(request.form.get("change", ""))
    except ValueError:
        changed_at = None
    if changed_at is None or changed_at.tzinfo is None or not take_note(cid, changed_at, signed_in().id):
        choice = read_choice({}, cid, held.document, SOURCES)
        return _page(held, choice, message=MEANWHILE, status=CONFLICT)
    return redirect(url_for("backoffice.comparison", cid=cid, fait="source"), 303)


def _compared(held: StoredOrder, choice: Choice) -> Comparison:
    if choice.source == "aida":
        before, after = _stored(held), aida_text(choice.page)
    else:
        is_between = choice.source == "dates"
        before = legifrance_text(held.cid, choice.earlier_day) if is_between else _stored(held)
        after = legifrance_text(held.cid, choice.day)
    laid_out = laid_like(before.sections, after.sections)
    changes = changes_of_drafts(comparable_drafts(before.sections), comparable_drafts(laid_out))
    return Comparison(before.title, after.title, changes)


def _stored(held: StoredOrder) -> FetchedText:
    sections = tuple(draft_of(section) for section in held.document["sections"])
    return FetchedText(f"texte enregistré ici (version {held.version})", sections)


def _page(
    held: StoredOrder,
    choice: Choice,
    *,
    compared: Comparison | None = None,
    message: str = "",
    status: int = 200,
) -> Response:
    page = render_template(
        "backoffice/comparison.html",
        held=held,
        choice=choice,
        compared=compared,
        message=message,
        done=request.args.get("fait", ""),
        watched=watched(held.cid),
        is_editor=may(signed_in(), "editor"),
        is_aida_on=is_aida_on(),
        aida_unset=UNSET["AIDA"],
        today=today(),
        most=MOST_CHANGES,
    )
    return make_response(page, status)
