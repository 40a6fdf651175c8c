"""Which role a view of the back-office needs: said at each view, checked on the server at each request."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeVar, cast

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.backoffice.accounts import ROLES
from webapp.backoffice.sessions import SignedIn, current_editor
from webapp.guests.stale_forms import typed_values

Role = Literal["reader", "editor", "publisher"]
P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., Any])

NEEDS = "needs_role"
log = logging.getLogger(__name__)
OPEN = "anybody"


def needs(role: Role) -> Callable[[View], View]:
    """Let a view be called by editors of a role, or of one that may more."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            editor = current_editor()
            if editor is None:
                return ask_to_sign_in()
            if not may(editor, role):
                log.warning("Editor %d, of role %s, was refused what needs %s", editor.id, editor.role, role)
                abort(403)
            return view(*args, **kwargs)

        setattr(guarded, NEEDS, role)
        return cast("View", guarded)

    return guard


def open_to_anybody(view: View) -> View:
    """Mark a view that needs nobody signed in: the door itself."""
    setattr(view, NEEDS, OPEN)
    return view


def may(editor: SignedIn, role: Role) -> bool:
    """Tell whether an editor has a role: each one may what those before it may."""
    return ROLES.index(editor.role) >= ROLES.index(role)


def refuse_undecided() -> None:
    """Before each request: a view that says nothing of who may call it is called by nobody."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and not hasattr(view, NEEDS):
        abort(403)


def signed_in() -> SignedIn:
    """Return the editor of this request; only for views that need one."""
    editor = current_editor()
    if editor is None:
        abort(401)
    return editor


def ask_to_sign_in() -> BaseResponse:
    """Send to the door; what was being sent comes back on a page, to be sent again after signing in."""
    if request.method == "GET":
        return redirect(url_for("backoffice.sign_in", suite=request.full_path.rstrip("?")), 303)
    response: Response = make_response(render_template("backoffice/ended.html", typed=typed_values()), 401)
    return response
