"""What every answer says to the browser."""

import base64
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from etl.settings import Settings
from webapp import create_app
from webapp.security import SignedCookies
from webapp.static_files import VERSION_KEY

PATHS = [
    "/",
    "/robots.txt",
    "/sante",
    "/sante/processus",
    "/metrics",
    "/rien",
    "/installations/0000.00000",
    "/installations?q=x",
    "/back-office/",
    "/back-office/connexion",
    "/api/v1/docs",
    "/api/v1/openapi.json",
    "/api/v1/rien",
]
# Requests that end badly, with their status.
REFUSED: list[tuple[str, str, dict[str, Any], int]] = [
    ("PUT", "/", {}, 405),
    ("TRACE", "/", {}, 405),
    ("POST", "/donnees-personnelles/effacer", {}, 400),
    ("POST", "/donnees-personnelles/effacer", {"data": {"a": "x" * (1 << 20)}}, 413),
    ("GET", "/rien", {"headers": {"Host": "evil.example"}}, 400),
    ("POST", "/back-office/deconnexion", {}, 400),
    ("GET", "/panne", {}, 500),
]


@pytest.mark.parametrize("path", PATHS)
def test_strict_headers_on_every_answer(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["object-src"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == (
        "cross-origin" if path.startswith("/api/") else "same-origin"
    )
    assert ("Set-Cookie" in headers) is (path == "/back-office/connexion")


@pytest.mark.parametrize(("method", "path", "sent", "status"), REFUSED)
def test_strict_headers_on_every_refusal(
    lonely_settings: Settings, method: str, path: str, sent: dict[str, Any], status: int
) -> None:
    app = create_app(lonely_settings.model_copy(update={"allowed_hosts": "envinorma.example"}))

    def break_down() -> str:
        raise RuntimeError

    app.add_url_rule("/panne", "panne", break_down)
    answer = app.test_client().open(path, method=method, **sent)

    assert answer.status_code == status
    assert "object-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "charset=utf-8" in answer.headers["Content-Type"]


@pytest.mark.parametrize("name", ["theme.css", "search.js", "favicon.svg", "vendor/pdfjs/pdf.worker.min.mjs"])
def test_static_files_run_nothing_by_themselves(app: Flask, client: FlaskClient, name: str) -> None:
    headers = client.get(f"/static/{app.extensions[VERSION_KEY]}/{name}").headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_hsts_only_with_tls(lonely_settings: Settings) -> None:
    secure = lonely_settings.model_copy(update={"site_url": "https://envinorma.example"})

    over_tls = create_app(secure).test_client().get("/robots.txt", headers={"X-Forwarded-Proto": "https"})
    without = (
        create_app(lonely_settings).test_client().get("/robots.txt", headers={"X-Forwarded-Proto": "https"})
    )

    assert over_tls.headers["Strict-Transport-Security"] == "max-age=31556926; includeSubDomains"
    assert "Strict-Transport-Security" not in without.headers


def test_pages_are_compressed_for_those_who_read_it(client: FlaskClient) -> None:
    compressed = client.get("/rien", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/rien")

    assert compressed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert len(compressed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_cookies_are_signed_with_sha_256(app: Flask) -> None:
    serializer = SignedCookies().get_signing_serializer(app)
    assert serializer is not None
    signature = serializer.dumps({"guest": "x"}).rpartition(".")[2]

    assert type(app.session_interface) is SignedCookies
    assert len(base64.urlsafe_b64decode(signature + "=")) == 32
