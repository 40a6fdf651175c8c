"""How much a request may carry: a megabyte, except where a text of an order is sent."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.backoffice.text.routes import LARGEST_FORM_BYTES, LONG_FORMS
from webapp.configuration import LARGEST_REQUEST_BYTES

MEGABYTE = 1 << 20
TEXT = "/back-office/arretes/JORFTEXT900000000001/texte"
MULTIPART = "multipart/form-data"


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/donnees-personnelles/effacer", {"data": {"a": "x" * 100_000}}, 400),
        ("/donnees-personnelles/effacer", {"data": {"a": "x" * MEGABYTE}}, 413),
        ("/back-office/connexion", {"data": {"name": "x" * MEGABYTE}}, 413),
        ("/back-office/connexion", {"data": b"x" * 2 * MEGABYTE, "content_type": "text/plain"}, 413),
        ("/prescriptions/mise-en-forme", {"data": {"contenu": "x" * MEGABYTE}}, 413),
        (TEXT, {"data": {"texte": "x" * 3 * MEGABYTE}}, 400),
        (TEXT, {"data": {"texte": "x" * 4 * MEGABYTE}}, 413),
        (
            "/donnees-personnelles/effacer",
            {"data": {f"field{number}": "" for number in range(1001)}, "content_type": MULTIPART},
            413,
        ),
        (
            "/donnees-personnelles/effacer",
            {"data": {"a": "x" * 600_000}, "content_type": MULTIPART},
            413,
        ),
    ],
    ids=["small", "form", "door", "plain", "script", "text", "long text", "many parts", "one long part"],
)
def test_what_is_too_large_is_not_read(
    client: FlaskClient, path: str, sent: dict[str, Any], status: int
) -> None:
    """What is small enough gets as far as the missing token (400)."""
    assert client.post(path, **sent).status_code == status


def test_only_texts_of_orders_may_be_longer(app: Flask) -> None:
    assert app.config["MAX_CONTENT_LENGTH"] == LARGEST_REQUEST_BYTES == MEGABYTE
    assert LARGEST_FORM_BYTES == 4 * MEGABYTE
    assert all(endpoint.startswith("backoffice.") for endpoint in LONG_FORMS)
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= LONG_FORMS
