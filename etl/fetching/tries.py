"""Tries by type of error: what may pass is asked for again, with growing waits or as the source says."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

import httpx
import tenacity
from tenacity import RetryCallState, Retrying

from etl.errors import TransientError
from etl.fetching.answers import BusyError, explain

T = TypeVar("T")


class Tries(Protocol):
    """How often and how far apart: tries in all, seconds before the second, and the longest wait."""

    @property
    def tries(self) -> int:
        """How often in all."""
        ...

    @property
    def first_wait(self) -> float:
        """Seconds before the second try."""
        ...

    @property
    def longest_wait(self) -> float:
        """Seconds; also bounds what the source asks for."""
        ...


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


def tried(limits: Tries, seconds: float, attempt: Callable[[], T]) -> T:
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


def _wait(limits: Tries, state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, BusyError) and error.wait_seconds is not None:
        return min(error.wait_seconds, limits.longest_wait)
    backoff = tenacity.wait_exponential_jitter(
        multiplier=limits.first_wait, max=limits.longest_wait, jitter=limits.first_wait
    )
    return min(backoff(state), limits.longest_wait)
