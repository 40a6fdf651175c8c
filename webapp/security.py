"""Security headers: what a page may load and who may frame it."""

from flask import Flask, Response
from flask_talisman import Talisman

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
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
PERMISSIONS_POLICY = dict.fromkeys(("camera", "geolocation", "microphone", "payment", "usb"), "()")


def init_app(app: Flask, settings: Settings) -> None:
    """Send the headers with every answer; HSTS and `Secure` cookies where SITE_URL is https."""
    has_tls = settings.site_url.startswith("https://")
    Talisman(
        app,
        force_https=False,
        strict_transport_security=has_tls,
        session_cookie_secure=has_tls,
        session_cookie_samesite="Lax",
        content_security_policy=CONTENT_SECURITY_POLICY,
        permissions_policy=PERMISSIONS_POLICY,
        frame_options="DENY",
        referrer_policy="same-origin",
    )
    app.after_request(isolate)


def isolate(response: Response) -> Response:
    """Keep other sites from holding or embedding what we answer."""
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    return response
