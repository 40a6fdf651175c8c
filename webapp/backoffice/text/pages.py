"""The pages of the text of an order: the editor, and what saving would do."""

from flask import Response, make_response, render_template, request

from regulation.editing.carrying import edit_sections
from regulation.editing.text_format import MAX_PROBLEMS
from webapp.backoffice.access import may, signed_in
from webapp.backoffice.held import MEANWHILE, based_on, held_order
from webapp.backoffice.store import StoredOrder, read_order
from webapp.backoffice.text.review import Review
from webapp.backoffice.text.typed import TypedText, read_stored, read_typed, text_of
from webapp.backoffice.text_changes import SectionChange, changes_between

UNPROCESSABLE = 422
CONFLICT = 409
# Sections shown word by word; of a text that changed all over, the first ones are enough to judge.
MOST_CHANGES = 200


def text_page(held: StoredOrder, text: str, *, message: str = "", status: int = 200) -> Response:
    """Return the editor with a text for an order, such as one that comes from a source; nothing is saved.

    What is wrong with the text is said line by line.
    """
    typed = read_typed(text)
    return typed_page(held, typed, message=message, status=status)


def stored_page(held: StoredOrder) -> Response:
    """Return the editor with the text of the order."""
    return typed_page(held, read_stored(held), done=request.args.get("fait", ""))


def typed_page(
    held: StoredOrder,
    typed: TypedText,
    *,
    message: str = "",
    status: int = 200,
    done: str = "",
    meanwhile: "Meanwhile | None" = None,
) -> Response:
    """Return the editor with a text that was read."""
    page = render_template(
        "backoffice/text.html",
        held=held,
        tab="backoffice.text",
        typed=typed,
        message=message,
        done=done,
        meanwhile=meanwhile,
        is_editor=may(signed_in(), "editor"),
        is_saved=typed.text == text_of(held),
        is_checked=request.method == "POST",
        most_problems=MAX_PROBLEMS,
        most=MOST_CHANGES,
    )
    return make_response(page, status)


def review_page(
    held: StoredOrder, typed: TypedText, review: Review, *, message: str = "", status: int = 200
) -> Response:
    """Return what saving the text would do, and the button that saves it."""
    page = render_template(
        "backoffice/text_review.html",
        held=held,
        tab="backoffice.text",
        typed=typed,
        review=review,
        message=message,
        comment=request.form.get("commentaire", ""),
        most=MOST_CHANGES,
    )
    return make_response(page, status)


class Meanwhile:
    """What others saved since the page was opened, and what the typed text would change of it now."""

    def __init__(self, held: StoredOrder, typed: TypedText) -> None:
        number = based_on()
        before = read_order(held.cid, number) if 0 < number < held.version else None
        self.theirs: list[SectionChange] = changes_between(before.document, held.document) if before else []
        self.mine: list[SectionChange] = []
        if typed.sections:
            self.mine = changes_between(held.document, edit_sections(held.document, typed.sections).document)


def meanwhile_page(cid: str, typed: TypedText) -> Response:
    """Return the editor with what was typed, on top of the version that somebody else has saved."""
    held = held_order(cid)
    message = MEANWHILE.format(held.version)
    return typed_page(held, typed, message=message, status=CONFLICT, meanwhile=Meanwhile(held, typed))
