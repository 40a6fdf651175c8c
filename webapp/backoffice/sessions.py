"""Who is signed in: a random value in a cookie of its own, apart from guests, whose hash a row keeps.

A session ends after two hours without a request, twelve hours after it began, when it is closed, and when the
account is disabled or its password changed.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, g, request, session
from sqlalchemy import ColumnElement, delete, func, or_, select, update
from werkzeug.wrappers import Response

from webapp.backoffice.models import Editor, EditorSession
from webapp.models import db

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
# The time of the last request is written once a minute at most.
NOTED_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
FORM_KEY = "csrf_token"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The editor of this request."""

    id: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser in which an editor is signed in."""

    created_at: datetime
    seen_at: datetime
    is_this: bool


def cookie_name() -> str:
    """Return the name of the editors' cookie, bound to this host wherever that of the site is."""
    return f"{current_app.config['SESSION_COOKIE_NAME']}-redaction"


def current_editor() -> SignedIn | None:
    """Return who is signed in, None where nobody is or the session has ended."""
    if "editor" not in g:
        g.editor = _find()
    found: SignedIn | None = g.editor
    return found


def begin(editor: Editor, response: Response) -> None:
    """Open a session for an editor, with a new value and a new token of forms; the caller commits."""
    end()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.execute(delete(EditorSession).where(_has_ended()))
    db.session.add(EditorSession(token_hash=_hash(token), editor_id=editor.id))
    session.pop(FORM_KEY, None)
    response.set_cookie(
        cookie_name(),
        token,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def end(response: Response | None = None) -> None:
    """Close the session of this browser, if there is one; the caller commits."""
    token = request.cookies.get(cookie_name())
    if token:
        db.session.execute(delete(EditorSession).where(EditorSession.token_hash == _hash(token)))
    g.pop("editor", None)
    if response is not None:
        session.pop(FORM_KEY, None)
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.delete_cookie(cookie_name(), path="/", secure=secure, httponly=True, samesite="Lax")


def open_sessions(editor_id: int) -> list[OpenSession]:
    """Return where an editor is signed in, the newest first."""
    wanted = (
        select(EditorSession)
        .where(EditorSession.editor_id == editor_id, ~_has_ended())
        .order_by(EditorSession.created_at.desc())
    )
    this = _hash(request.cookies.get(cookie_name(), ""))
    return [
        OpenSession(each.created_at, each.seen_at, each.token_hash == this)
        for each in db.session.scalars(wanted)
    ]


def end_all(editor_id: int) -> None:
    """Close every session of an editor; the caller commits."""
    db.session.execute(delete(EditorSession).where(EditorSession.editor_id == editor_id))


def _find() -> SignedIn | None:
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    wanted = (
        select(Editor, EditorSession.token_hash, EditorSession.seen_at < func.now() - NOTED_EVERY)
        .join(EditorSession, EditorSession.editor_id == Editor.id)
        .where(EditorSession.token_hash == _hash(token), Editor.disabled_at.is_(None), ~_has_ended())
    )
    row = db.session.execute(wanted).one_or_none()
    if row is None:
        return None
    editor, token_hash, is_to_be_noted = row
    if is_to_be_noted:
        seen = update(EditorSession).where(EditorSession.token_hash == token_hash)
        db.session.execute(seen.values(seen_at=func.now()))
        db.session.commit()
    return SignedIn(editor.id, editor.name, editor.role)


def _has_ended() -> ColumnElement[bool]:
    return or_(
        EditorSession.seen_at < func.now() - IDLE,
        EditorSession.created_at < func.now() - LONGEST,
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
