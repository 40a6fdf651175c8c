"""From the project's settings to Flask's configuration."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy.engine import URL

from etl.database import Role, database_url
from etl.errors import SettingsError
from etl.settings import Settings

SETTINGS_KEY = "envinorma_settings"
SHORTEST_SECRET = 32
LARGEST_REQUEST_BYTES = 1 << 20
COOKIE = "envinorma"
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
CONNECT_TIMEOUT_SECONDS = 3
# A page that needs longer is a fault: the query ends, and the visitor is told.
STATEMENT_TIMEOUT_MILLISECONDS = 10_000


ENGINE_OPTIONS = {
    "pool_pre_ping": True,
    "pool_size": 4,
    "max_overflow": 4,
    "pool_timeout": CONNECT_TIMEOUT_SECONDS,
    # What a person searched for is in no message of an error.
    "hide_parameters": True,
    "connect_args": {"connect_timeout": CONNECT_TIMEOUT_SECONDS},
}


def flask_configuration(settings: Settings) -> dict[str, Any]:
    """Return what Flask and its extensions read.

    Raises:
        SettingsError: SECRET_KEY is missing or too short, or SITE_URL would send cookies in clear.
    """
    return {
        "SECRET_KEY": secret_key(settings),
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST_BYTES,
        "TRUSTED_HOSTS": trusted_hosts(settings),
        "PREFERRED_URL_SCHEME": urlsplit(settings.site_url).scheme,
        "SESSION_COOKIE_NAME": cookie_name(settings),
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.site_url.startswith("https://"),
        "PERMANENT_SESSION_LIFETIME": timedelta(days=settings.inactive_days),
        # The cookie is renewed once an hour by `webapp.guests`, not with every answer.
        "SESSION_REFRESH_EACH_REQUEST": False,
        # A page may stay open for a day: its forms are good as long as the cookie is.
        "WTF_CSRF_TIME_LIMIT": None,
        # The token is enough; some offices' proxies take the referrer away.
        "WTF_CSRF_SSL_STRICT": False,
        "SQLALCHEMY_DATABASE_URI": site_database_url(settings),
        "SQLALCHEMY_ENGINE_OPTIONS": ENGINE_OPTIONS,
        # Tables of the schema `backoffice` are reached in a role of their own.
        "SQLALCHEMY_BINDS": {
            "backoffice": {"url": site_database_url(settings, Role.BACKOFFICE), **ENGINE_OPTIONS}
        },
    }


def secret_key(settings: Settings) -> str:
    """Return the key that signs cookies.

    Raises:
        SettingsError: it is missing or too short to be random.
    """
    given = settings.secret_key.get_secret_value() if settings.secret_key else ""
    if len(given) < SHORTEST_SECRET:
        raise SettingsError(
            f"SECRET_KEY must be a random text of at least {SHORTEST_SECRET} characters. Make one with "
            "`python -c 'import secrets; print(secrets.token_urlsafe(48))'` and put it into the environment."
        )
    return given


def trusted_hosts(settings: Settings) -> list[str] | None:
    """Return the hosts that a request may name, this machine's own for its health checks; None for any."""
    given = [host.strip() for host in settings.allowed_hosts.split(",") if host.strip()]
    return [*given, "127.0.0.1", "localhost"] if given else None


def cookie_name(settings: Settings) -> str:
    """Return the name of the cookie: one that browsers take over TLS and from this very host alone.

    Raises:
        SettingsError: the site would send it in clear over a network.
    """
    address = urlsplit(settings.site_url)
    if address.scheme == "https":
        return f"__Host-{COOKIE}"
    if address.hostname in THIS_MACHINE:
        return COOKIE
    raise SettingsError(
        f"SITE_URL is {settings.site_url}: over plain http, the cookie that tells people apart could be read "
        "on the way. Give the https address of the site (http is for localhost)."
    )


def site_database_url(settings: Settings, role: Role = Role.WEB) -> URL:
    """Return the address of the database for the site in a role, with a limit on the time of each statement.

    Its statements take milliseconds: compiling them, as Postgres may decide to, takes a hundred times that.
    """
    url = database_url(settings, role)
    given = url.query.get("options", "")
    options = " ".join(given) if isinstance(given, tuple) else given
    limits = f"-c jit=off -c statement_timeout={STATEMENT_TIMEOUT_MILLISECONDS}"
    return url.update_query_dict(
        {"options": f"{options} {limits}".strip(), "application_name": "envinorma-site"}
    )


def current_settings() -> Settings:
    """Return the settings of the running application."""
    settings: Settings = current_app.extensions[SETTINGS_KEY]
    return settings
