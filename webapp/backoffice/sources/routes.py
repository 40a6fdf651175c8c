"""The page that brings a text of a source into the editor; only a save, after its review, writes it."""

from flask import Response, make_response, render_template, request

from etl.upstream.likeness import laid_like
from regulation.editing.drafts import draft_of
from regulation.editing.text_format import drafts_to_text
from webapp.backoffice.access import needs
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
from webapp.backoffice.text.pages import text_page

UNPROCESSABLE = 422
SOURCES = ("legifrance", "aida")
FILLED = "Voici le {}. Rien n’est enregistré : corrigez la structure, puis relisez avant d’enregistrer."


@blueprint.get("/arretes/<cid>/importer")
@needs("editor")
def import_page(cid: str) -> Response:
    """Ask which source to take the text from."""
    held = held_order(cid)
    return _page(held, read_choice({}, cid, held.document, SOURCES))


@blueprint.post("/arretes/<cid>/importer")
@needs("editor")
def import_text(cid: str) -> Response:
    """Fill the editor with the text of a source, or say why there is none; nothing is saved."""
    held = held_order(cid)
    choice = read_choice(request.form, cid, held.document, SOURCES)
    if choice.error or not choice.source:
        return _page(held, choice, choice.error, UNPROCESSABLE)
    try:
        fetched = _fetched(choice, cid)
    except SourceTrouble as trouble:
        return _page(held, choice, str(trouble), trouble.status)
    ours = [draft_of(section) for section in held.document["sections"]]
    laid_out = laid_like(ours, fetched.sections)
    return text_page(held, drafts_to_text(laid_out), message=FILLED.format(fetched.title))


def _fetched(choice: Choice, cid: str) -> FetchedText:
    return legifrance_text(cid, choice.day) if choice.source == "legifrance" else aida_text(choice.page)


def _page(held: StoredOrder, choice: Choice, message: str = "", status: int = 200) -> Response:
    page = render_template(
        "backoffice/import.html",
        held=held,
        choice=choice,
        message=message,
        today=today(),
        is_aida_on=is_aida_on(),
        aida_unset=UNSET["AIDA"],
    )
    return make_response(page, status)
