"""One HTTP client for the source: addresses checked at every step of the way, tries by type of error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import httpx
import tenacity
from tenacity import RetryCallState, Retrying

from etl.errors import RefusedError, TransientError
from etl.georisques.answers import BusyError, explain, raise_for_answer
from etl.georisques.source import Limits, Remote, check_address

# Bytes as they lie there: a checksum of unpacked bytes would tell nothing, and ranges count packed ones.
HEADERS = {"User-Agent": "envinorma", "Accept-Encoding": "identity"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Session:
    """The source and a client to ask it with; threads may share it."""

    remote: Remote
    client: httpx.Client


@contextmanager
def connected(remote: Remote) -> Iterator[Session]:
    """Give a session, for one document or thousands; connections are kept open between them."""
    limits = remote.limits
    timeout = httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds)
    # Redirects are followed here, one by one, each address checked.
    with httpx.Client(headers=HEADERS, timeout=timeout, follow_redirects=False) as client:
        yield Session(remote, client)


@contextmanager
def answered(session: Session, url: str, headers: dict[str, str], what: str) -> Iterator[httpx.Response]:
    """Give the answer to a request, its body not read yet, at the end of the redirects.

    Raises:
        GoneError, RefusedError: another try will not help.
        TransientError: another try may help.
    """
    address = httpx.URL(url)
    for _ in range(1 + session.remote.limits.redirects):
        check_address(str(address), session.remote.hosts)
        with (
            explained(address.host, what),
            session.client.stream("GET", address, headers=headers) as response,
        ):
            if not response.has_redirect_location:
                raise_for_answer(response, what)
                yield response
                return
            address = address.join(response.headers["Location"])
    raise RefusedError(f"{address.host} sends from one address to the next without ever giving {what}.")


@contextmanager
def explained(host: str, what: str) -> Iterator[None]:
    """Tell the client's errors in those of the steps.

    Raises:
        RefusedError: the certificate cannot be trusted.
        TransientError: no answer, or not the whole of it.
    """
    try:
        yield
    except httpx.TransportError as error:
        raise explain(error, host, what) from error


def tried(limits: Limits, seconds: float, attempt: Callable[[], T]) -> T:
    """Return what an attempt returns, after as many tries as it takes within the limits.

    Raises:
        TransientError: that of the last try.
        StepError: any other error of an attempt, at once.
    """
    retrying = Retrying(
        stop=tenacity.stop_after_attempt(limits.tries) | tenacity.stop_before_delay(seconds),
        wait=lambda state: _wait(limits, state),
        retry=tenacity.retry_if_exception_type(TransientError),
        reraise=True,
    )
    return retrying(attempt)


def _wait(limits: Limits, state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, BusyError) and error.wait_seconds is not None:
        return min(error.wait_seconds, limits.longest_wait)
    backoff = tenacity.wait_exponential_jitter(
        multiplier=limits.first_wait, max=limits.longest_wait, jitter=limits.first_wait
    )
    return min(backoff(state), limits.longest_wait)
