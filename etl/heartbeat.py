"""A sign of life for a watchman elsewhere, who alarms when it stays away: what is dead cannot tell."""

import httpx

from etl.errors import TransientError
from etl.settings import Settings

TIMEOUT_SECONDS = 10


def beat(settings: Settings) -> bool:
    """Ask HEARTBEAT_URL once; return whether there is such an address.

    Raises:
        TransientError: the watchman does not answer, or with an error; its address is secret.
    """
    if settings.heartbeat_url is None:
        return False
    try:
        status = _ask(settings.heartbeat_url.get_secret_value())
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise TransientError(f"HEARTBEAT_URL does not answer ({type(error).__name__}).") from None
    if not 200 <= status < 300:
        raise TransientError(f"HEARTBEAT_URL answers {status}.")
    return True


def _ask(address: str) -> int:
    """Return the status of the answer; a client of httpx would write the address to the log."""
    limits = httpx.Timeout(TIMEOUT_SECONDS).as_dict()
    with httpx.HTTPTransport() as transport:
        return transport.handle_request(
            httpx.Request("GET", address, extensions={"timeout": limits})
        ).status_code
