"""The description of the API (OpenAPI 3.1), made from its operations and schemas."""

import http
from typing import Any

from flask import Flask
from flask_smorest import Api
from flask_smorest.utils import prepare_response

from webapp.api.fields import WholeNumber
from webapp.api.problems import MIMETYPE, PREFIX, ProblemSchema
from webapp.exports.sheet import LICENCE, LICENCE_URL

INTRODUCTION = (
    "Les installations classées publiées, leurs classements, les arrêtés ministériels qui les concernent et "
    "pourquoi, le texte de ces arrêtés tel qu’il se lit pour elles, leurs arrêtés préfectoraux. En lecture "
    "seule, sans clé. Chaque réponse dit d’où viennent ses données et de quand elles datent. Une adresse "
    "déjà lue se redemande avec If-None-Match : 304 tant que rien n’a changé. Le détail des rubriques 47xx "
    "n’est pas communicable."
)


class DescribedApi(Api):  # type: ignore[misc]  # the library comes without types
    """The API whose errors are problems (RFC 9457), answered where those of the site are."""

    ERROR_SCHEMA = ProblemSchema

    def _register_responses(self) -> None:
        described = {status.name: status.phrase for status in http.HTTPStatus}
        for name, phrase in (described | {self.DEFAULT_ERROR_RESPONSE_NAME: "Une erreur"}).items():
            response: dict[str, Any] = {"description": phrase, "schema": self.ERROR_SCHEMA}
            prepare_response(response, self.spec, MIMETYPE)
            self.spec.components.response(name, response, lazy=True)

    def _register_pagination_header(self) -> None:
        """Describe no header: where a page stands is in the answer itself."""

    def _register_error_handlers(self) -> None:
        """Leave errors to `webapp.errors`: one place for pages and for problems."""


def describe(app: Flask, title: str, version: str) -> DescribedApi:
    """Return the API of an application; its description is at `/api/v1/openapi.json`."""
    app.config.update(
        API_TITLE=title,
        API_VERSION=version,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {
                "description": INTRODUCTION,
                "license": {"name": LICENCE, "url": LICENCE_URL},
            },
            "servers": [{"url": "/"}],
        },
    )
    api = DescribedApi(app)
    api.register_field(WholeNumber, "integer", None)
    return api
