"""How the operations of the API are declared: address, question, answer, all in its description."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema

from webapp.api.fields import Question
from webapp.api.problems import PREFIX

View = TypeVar("View", bound=Callable[..., dict[str, Any] | ResponseReturnValue])

S3IC_ID = {
    "in": "path",
    "name": "s3ic_id",
    "description": "Identifiant S3IC d’une installation publiée",
    "schema": {"type": "string", "pattern": r"^[0-9]{4}\.[0-9]{5}$"},
}
CID = {
    "in": "path",
    "name": "cid",
    "description": "Identifiant Légifrance d’un arrêté ministériel",
    "schema": {"type": "string", "pattern": r"^(JORFTEXT|LEGITEXT)[0-9]{12}$"},
}
GEORISQUES_ID = {
    "in": "path",
    "name": "georisques_id",
    "description": "Identifiant Géorisques d’un arrêté préfectoral",
    "schema": {"type": "string", "pattern": "^[A-Z]/[a-f0-9]/[a-f0-9]{32}$"},
}


def subject(name: str, description: str) -> Blueprint:
    """Return a blueprint for the operations on one subject; `name` heads them in the description."""
    return Blueprint(name, __name__, url_prefix=PREFIX, description=description)


def operation(
    blueprint: Blueprint,
    rule: str,
    summary: str,
    answer: type[Schema],
    *,
    query: type[Schema] = Question,
    path: tuple[dict[str, Any], ...] = (),
) -> Callable[[View], View]:
    """Return a decorator that makes a view an operation; the view takes the question first, then the path.

    The view returns what `answer` writes out, or a response made by hand that has the same form.
    """

    def decorate(view: View) -> View:
        described = blueprint.response(200, answer, description="La réponse")(view)
        described = blueprint.arguments(query, location="query", unknown=RAISE)(described)
        if path:
            described = blueprint.alt_response(404, "NOT_FOUND")(described)
        described = blueprint.doc(summary=summary, operationId=view.__name__)(described)
        blueprint.route(rule, parameters=list(path))(described)
        return view

    return decorate
