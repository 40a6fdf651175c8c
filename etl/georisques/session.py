"""One HTTP client for the source: addresses checked at every step of the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from etl.errors import RefusedError
from etl.fetching.addresses import check_address
from etl.fetching.answers import raise_for_answer
from etl.fetching.tries import explained
from etl.georisques.source import Remote

# Bytes as they lie there: a checksum of unpacked bytes would tell nothing, and ranges count packed ones.
HEADERS = {"User-Agent": "envinorma", "Accept-Encoding": "identity"}


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
