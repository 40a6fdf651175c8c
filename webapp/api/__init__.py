"""The open API: published data as JSON, read-only, described by OpenAPI 3.1."""

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from webapp.api import catalogue, documentation, installations, ministerial, prefectoral, search
from webapp.api.answers import dress
from webapp.api.description import describe

SUBJECTS = (
    installations.blueprint,
    ministerial.blueprint,
    prefectoral.blueprint,
    search.blueprint,
    catalogue.blueprint,
)


def init_app(app: Flask) -> None:
    """Register the API under `/api/v1`, with its description and the page that explains it."""
    api = describe(app, catalogue.TITLE, catalogue.VERSION)
    for subject in SUBJECTS:
        api.register_blueprint(subject)
    app.register_blueprint(documentation.blueprint)
    app.extensions[documentation.EXTENSION] = documentation.Description(api.spec.to_dict())
    app.after_request(dress)
    if isinstance(app.json, DefaultJSONProvider):  # French letters take two bytes instead of six
        app.json.ensure_ascii = app.json.sort_keys = False
