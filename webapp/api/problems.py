"""Errors of the API as RFC 9457 writes them: `application/problem+json`."""

from typing import Any

from flask import Response, json, request
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

PREFIX = "/api/v1"
MIMETYPE = "application/problem+json"


class WrongParameterSchema(Schema):
    """A parameter that was refused, and why."""

    parameter = fields.String(required=True, metadata={"description": "Nom du paramètre"})
    detail = fields.String(required=True, metadata={"description": "Ce qui ne va pas"})


class ProblemSchema(Schema):
    """What went wrong."""

    type = fields.String(required=True, metadata={"description": "Toujours about:blank"})
    title = fields.String(required=True, metadata={"description": "L’erreur en quelques mots"})
    status = fields.Integer(required=True, metadata={"description": "Code HTTP"})
    detail = fields.String(required=True, metadata={"description": "Que faire"})
    instance = fields.String(required=True, metadata={"description": "Adresse demandée"})
    errors = fields.List(
        fields.Nested(WrongParameterSchema), metadata={"description": "Les paramètres refusés"}
    )


def is_asked() -> bool:
    """Tell whether the address of this request is one of the API."""
    return request.path == PREFIX or request.path.startswith(f"{PREFIX}/")


def problem(error: HTTPException, title: str, advice: str) -> Response:
    """Return an HTTP error as a problem; refused parameters are named one by one."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": error.code,
        "detail": advice,
        "instance": request.path,
    }
    refused = _refused(getattr(error, "data", None))
    if refused:
        body["errors"] = refused
    return Response(json.dumps(body, ensure_ascii=False), mimetype=MIMETYPE)


def _refused(data: Any) -> list[dict[str, str]]:
    messages = data.get("messages", {}) if isinstance(data, dict) else {}
    return [
        {"parameter": name, "detail": detail}
        for found in messages.values()
        for name, details in found.items()
        for detail in (details if isinstance(details, list) else [str(details)])
    ]
