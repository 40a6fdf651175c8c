"""The account of whoever is signed in: their password, and the browsers in which they are signed in.

Both are changed with the password in hand; guesses at it count as attempts to sign in.
"""

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import func
from werkzeug.wrappers import Response as BaseResponse

from webapp.backoffice import throttle
from webapp.backoffice.access import needs, signed_in
from webapp.backoffice.accounts import hasher, is_right
from webapp.backoffice.models import Editor, Event
from webapp.backoffice.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, Fault, fault_of
from webapp.backoffice.routes import TOO_MANY, blueprint
from webapp.backoffice.sessions import begin, end_all, open_sessions
from webapp.models import db

WRONG = "Le mot de passe actuel n’est pas le bon : rien n’est changé."
DIFFERENT = "Les deux saisies du nouveau mot de passe diffèrent : rien n’est changé."
FAULTS = {
    Fault.LENGTH: f"Un mot de passe a de {SHORTEST_PASSWORD} à {LONGEST_PASSWORD} caractères.",
    Fault.GUESSABLE: (
        "Le nouveau mot de passe serait vite deviné. Choisissez par exemple quatre mots sans lien entre eux."
    ),
}
DONE = {
    "mot-de-passe": "Votre mot de passe est changé. Les autres navigateurs doivent se connecter à nouveau.",
    "sessions": "Les autres sessions sont fermées.",
}


@blueprint.get("/compte")
@needs("reader")
def account() -> Response:
    """Show the account of whoever is signed in."""
    return _page(done=DONE.get(request.args.get("fait", ""), ""))


@blueprint.post("/compte/mot-de-passe")
@needs("reader")
def change_password() -> Response | BaseResponse:
    """Take a new password; every other session of the account ends."""
    editor = _confirmed()
    if isinstance(editor, Response):
        return editor
    wanted = request.form.get("mdp-nouveau", "")
    fault = fault_of(wanted, editor.name)
    if fault or wanted != request.form.get("mdp-encore", ""):
        return _page(FAULTS[fault] if fault else DIFFERENT, 422)
    editor.password_hash = hasher.hash(wanted)
    editor.password_changed_at = func.now()
    end_all(editor.id)
    return _concluded(editor, "password_changed", "mot-de-passe")


@blueprint.post("/compte/sessions")
@needs("reader")
def close_sessions() -> Response | BaseResponse:
    """End every other session of the account."""
    editor = _confirmed()
    if isinstance(editor, Response):
        return editor
    end_all(editor.id)
    return _concluded(editor, "sessions_closed", "sessions")


def _confirmed() -> Editor | Response:
    """Return who is signed in where they gave their password, else the page that says what is wrong."""
    editor = db.session.get_one(Editor, signed_in().id)
    attempt = throttle.note_attempt(editor.name)
    if attempt is None:
        return _page(TOO_MANY, 429)
    if not is_right(editor, request.form.get("mdp-actuel", "")[: LONGEST_PASSWORD + 1]):
        return _page(WRONG, 422)
    throttle.note_success(attempt)
    db.session.commit()
    return editor


def _concluded(editor: Editor, action: str, done: str) -> BaseResponse:
    """Let this browser go on in a new session, note the event, and commit."""
    response = redirect(url_for("backoffice.account", fait=done), 303)
    begin(editor, response)
    db.session.add(Event(editor_id=editor.id, action=action))
    db.session.commit()
    return response


def _page(message: str = "", status: int = 200, done: str = "") -> Response:
    page = render_template(
        "backoffice/account.html",
        message=message,
        done=done,
        sessions=open_sessions(signed_in().id),
        shortest=SHORTEST_PASSWORD,
        longest=LONGEST_PASSWORD,
    )
    return make_response(page, status)
