"""Checks of what is published: the address is asked as a visitor asks, through the proxy."""

import ssl
from collections.abc import Iterator

import httpx

from webapp.deployment.surroundings import CannotTellError, Surroundings

TIMEOUT_SECONDS = 5


def published_site(place: Surroundings) -> Iterator[str]:
    """What visitors really get: a good certificate, HSTS, and nothing that is not for them."""
    address = place.settings.site_url.rstrip("/")
    if not address.startswith("https://"):
        raise CannotTellError(f"SITE_URL is {address}, which has no certificate to look at")
    try:
        answer = httpx.get(f"{address}/sante/processus", timeout=TIMEOUT_SECONDS)
        secret = httpx.get(f"{address}/metrics", timeout=TIMEOUT_SECONDS)
    except httpx.HTTPError as error:
        if isinstance(root_of(error), ssl.SSLCertVerificationError):
            yield f"{address} has a certificate that browsers refuse ({root_of(error)}). Renew it."
            return
        raise CannotTellError(f"{address} does not answer from here ({error})") from None
    if "Strict-Transport-Security" not in answer.headers:
        yield f"{address} answers without HSTS: the proxy takes it away. Let the header through."
    if secret.status_code == 200:
        yield f"{address}/metrics is open to everyone. Let nginx refuse it (deploy/nginx.conf does)."


def root_of(error: BaseException) -> BaseException:
    """Return the first cause of an error."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return error
