"""The text of an order: shown, checked, looked at before it is saved, saved; what is pasted, converted."""

from flask import Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from regulation.editing.pasted_pages import clipboard_text
from regulation.order_file import OrderFileError
from regulation.reading import ReadingError
from webapp.backoffice.access import needs, signed_in
from webapp.backoffice.held import based_on, held_order
from webapp.backoffice.routes import blueprint
from webapp.backoffice.store import Edit, EditedMeanwhileError, StoredOrder, save
from webapp.backoffice.text.pages import (
    UNPROCESSABLE,
    meanwhile_page,
    review_page,
    stored_page,
    typed_page,
)
from webapp.backoffice.text.review import Review, review_of
from webapp.backoffice.text.typed import TypedText, read_typed

# The longest real text has 220,000 characters, which a form sends as 270,000 bytes.
LARGEST_FORM_BYTES = 4 << 20
LONGEST_COMMENT = 500
UNCHANGED = "Ce texte est celui qui est enregistré : il n’y a rien à enregistrer."
CONFIRM = "Rien n’est enregistré : confirmez d’abord ce qui serait perdu, plus bas sur cette page."
IMPOSSIBLE = "Rien n’est enregistré : cet arrêté ne peut pas recevoir ce texte. {}"


@blueprint.url_value_preprocessor
def let_long_texts_in(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Accept a larger form where a text is sent: said before anything reads the form."""
    del values
    if endpoint in LONG_FORMS:
        request.max_content_length = request.max_form_memory_size = LARGEST_FORM_BYTES


@blueprint.get("/arretes/<cid>/texte")
@needs("reader")
def text(cid: str) -> Response:
    """Show the text of an order, to be edited."""
    return stored_page(held_order(cid))


@blueprint.post("/arretes/<cid>/texte")
@needs("editor")
def check_text(cid: str) -> Response:
    """Say what is wrong with a text and what may be looked at again; nothing is saved."""
    held, typed = held_order(cid), _typed()
    if based_on() != held.version:
        return meanwhile_page(cid, typed)
    return typed_page(held, typed)


@blueprint.post("/arretes/<cid>/texte/relecture")
@needs("editor")
def review_text(cid: str) -> Response:
    """Show what saving a text would do; nothing is saved."""
    held, typed = held_order(cid), _typed()
    review = _reviewed(held, typed)
    return review if isinstance(review, Response) else review_page(held, typed, review)


@blueprint.post("/arretes/<cid>/texte/enregistrement")
@needs("editor")
def save_text(cid: str) -> Response | BaseResponse:
    """Save a text as a new version; what would be lost must have been confirmed."""
    held, typed = held_order(cid), _typed()
    review = _reviewed(held, typed)
    if isinstance(review, Response):
        return review
    if review.lost and request.form.get("pertes") != str(len(review.lost)):
        return review_page(held, typed, review, message=CONFIRM, status=UNPROCESSABLE)
    try:
        number = save(cid, based_on(), review.after, held.metadata, _edit(review))
    except EditedMeanwhileError:
        return meanwhile_page(cid, typed)
    done = "texte" if number != held.version else "inchange"
    return redirect(url_for("backoffice.text", cid=cid, fait=done), 303)


@blueprint.post("/texte/collage")
@needs("editor")
def convert_pasted() -> Response:
    """Return what was pasted as the editor writes it: tables and links kept; nothing is saved."""
    try:
        written = clipboard_text(request.form.get("html", ""), request.form.get("texte", ""))
    except ReadingError as error:
        answer = jsonify(erreur=f"{error.reason[:1].upper()}{error.reason[1:]}.")
        answer.status_code = UNPROCESSABLE
        return answer
    return jsonify(texte=written)


LONG_FORMS = {
    f"{blueprint.name}.{view.__name__}" for view in (check_text, review_text, save_text, convert_pasted)
}


def _typed() -> TypedText:
    return read_typed(request.form.get("texte", ""))


def _reviewed(held: StoredOrder, typed: TypedText) -> Review | Response:
    """Return what saving would do, or the page that says why it cannot be done or would do nothing."""
    if based_on() != held.version:
        return meanwhile_page(held.cid, typed)
    if typed.problems:
        return typed_page(held, typed, status=UNPROCESSABLE)
    try:
        review = review_of(held, typed.sections)
    except OrderFileError as error:
        return typed_page(held, typed, message=IMPOSSIBLE.format(error), status=UNPROCESSABLE)
    return review if review.has_changes else typed_page(held, typed, message=UNCHANGED)


def _edit(review: Review) -> Edit:
    comment = " ".join(request.form.get("commentaire", "").replace("\0", " ").split())[:LONGEST_COMMENT]
    return Edit(signed_in().id, "text", comment, review.lost_documents())
