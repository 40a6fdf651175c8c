"""Security headers: what a page may load and who may frame it; and how cookies are signed."""

import hashlib
import re

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface
from flask_talisman import Talisman

from etl.errors import SettingsError
from etl.settings import Settings

# Nothing from elsewhere, nothing inline. Bootstrap's icons are `data:` images inside its own style sheet.
CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "worker-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# https://host[:port]/…{z}…{x}…{y}…; a first `{s}.` stands for several hosts.
TILES_ADDRESS = re.compile(
    r"https://(?P<host>(?:\{s\}\.)?[A-Za-z0-9.-]+(?::\d+)?)/(?=.*\{z\})(?=.*\{x\})(?=.*\{y\})"
)
PERMISSIONS_POLICY = dict.fromkeys(("camera", "geolocation", "microphone", "payment", "usb"), "()")


class SignedCookies(SecureCookieSessionInterface):
    """Cookies signed with HMAC-SHA-256; Flask's own choice is SHA-1."""

    digest_method = staticmethod(hashlib.sha256)


def init_app(app: Flask, settings: Settings) -> None:
    """Send the headers with every answer; HSTS and `Secure` cookies where SITE_URL is https."""
    app.session_interface = SignedCookies()
    has_tls = settings.site_url.startswith("https://")
    Talisman(
        app,
        force_https=False,
        strict_transport_security=has_tls,
        session_cookie_secure=has_tls,
        session_cookie_samesite="Lax",
        content_security_policy=content_policy(settings),
        permissions_policy=PERMISSIONS_POLICY,
        frame_options="DENY",
        referrer_policy="same-origin",
    )
    app.after_request(isolate)


def content_policy(settings: Settings) -> dict[str, str]:
    """Return what pages may load: nothing from elsewhere but the tiles of the map, where they are set.

    Raises:
        SettingsError: MAP_TILES_URL is not an address of tiles over https.
    """
    if not settings.map_tiles_url:
        return CONTENT_SECURITY_POLICY
    address = TILES_ADDRESS.match(settings.map_tiles_url)
    if address is None:
        raise SettingsError(
            f"MAP_TILES_URL is {settings.map_tiles_url}: give the https address of the tiles, such as "
            "https://tiles.example/{z}/{x}/{y}.png, or leave it empty."
        )
    host = address["host"].replace("{s}", "*")
    return {**CONTENT_SECURITY_POLICY, "img-src": f"{CONTENT_SECURITY_POLICY['img-src']} https://{host}"}


def isolate(response: Response) -> Response:
    """Keep other sites from holding or embedding what we answer."""
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    return response
