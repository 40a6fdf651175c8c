"""What every answer says to the browser."""

import pytest
from flask.testing import FlaskClient

from etl.settings import Settings
from webapp import create_app

PATHS = ["/", "/robots.txt", "/sante/processus", "/rien", "/installations/0000.00000"]


@pytest.mark.parametrize("path", PATHS)
def test_strict_headers_on_every_answer(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers


def test_hsts_only_with_tls(lonely_settings: Settings) -> None:
    secure = lonely_settings.model_copy(update={"site_url": "https://envinorma.example"})

    over_tls = create_app(secure).test_client().get("/robots.txt", headers={"X-Forwarded-Proto": "https"})
    without = (
        create_app(lonely_settings).test_client().get("/robots.txt", headers={"X-Forwarded-Proto": "https"})
    )

    assert "max-age=31556926" in over_tls.headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in without.headers


def test_pages_are_compressed_for_those_who_read_it(client: FlaskClient) -> None:
    compressed = client.get("/rien", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/rien")

    assert compressed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert len(compressed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in plain.headers["Vary"]
