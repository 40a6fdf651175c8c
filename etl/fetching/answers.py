"""What the source answers, told in the errors of the steps: what another try may mend, and what it cannot."""

import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from etl.errors import RefusedError, StepError, TransientError

GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}


class GoneError(RefusedError):
    """The source does not have the document (any more)."""


class BusyError(TransientError):
    """The source cannot answer now; it may have said how long to wait.

    Attributes:
        wait_seconds: what it asked for, None where it did not say.
    """

    def __init__(self, sentence: str, wait_seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.wait_seconds = wait_seconds


def raise_for_answer(response: httpx.Response, what: str) -> None:
    """Let pass an answer that brings content, whole or a part.

    Raises:
        GoneError: it is not there (404, 410).
        BusyError: try again later (5xx, 408, 425, 429).
        RefusedError: any other answer.
    """
    status, host = response.status_code, response.url.host
    if status in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
        return
    if status in GONE:
        raise GoneError(f"{host} does not have {what} (answer {status}).")
    if status in PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        wait = waiting_time(response.headers.get("Retry-After"), datetime.now(UTC))
        raise BusyError(f"{host} cannot give {what} now (answer {status}).", wait)
    raise RefusedError(f"{host} refuses {what} (answer {status}). Check the address.")


def waiting_time(header: str | None, now: datetime) -> float | None:
    """Return the seconds that a `Retry-After` asks for, None where it says nothing that can be used."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def explain(error: httpx.TransportError, host: str, what: str) -> StepError:
    """Return the error of the steps for a request that got no answer, or not the whole of it."""
    if _has_cause(error, ssl.SSLCertVerificationError):
        return RefusedError(f"The certificate of {host} cannot be trusted: {error}. Nothing was fetched.")
    if isinstance(error, httpx.TimeoutException):
        return TransientError(f"{host} takes too long to give {what} ({type(error).__name__}).")
    return TransientError(f"{what} could not be fetched from {host}: {error or type(error).__name__}.")


def _has_cause(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False
