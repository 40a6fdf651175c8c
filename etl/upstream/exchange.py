"""One question to a source and its whole answer: hosts of a list, bounded in time and bytes, tried again."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx

from etl.errors import RefusedError, TransientError
from etl.fetching.addresses import check_address
from etl.fetching.answers import raise_for_answer
from etl.fetching.tries import explained, tried
from etl.upstream.errors import TooLargeError

REDIRECTS = 5
MEGABYTE = 1 << 20
HEADERS = {"User-Agent": "envinorma", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how much for one question.

    Attributes:
        seconds: in all, tries and waits included.
        connect_seconds: to reach the host.
        read_seconds: of silence within an answer.
        tries: of one question.
        first_wait: seconds before the second try; each wait is twice the one before, with some chance.
        longest_wait: seconds; also bounds what the source asks for (`Retry-After`).
        most_bytes: of an answer (the largest order has 1 MB as we keep it).
    """

    seconds: float = 120
    connect_seconds: float = 10
    read_seconds: float = 30
    tries: int = 4
    first_wait: float = 2
    longest_wait: float = 60
    most_bytes: int = 20 * MEGABYTE


# Somebody waits in front of a page, and a thread of the site with them.
AT_A_PAGE = Patience(seconds=10, connect_seconds=3, read_seconds=6, tries=2, first_wait=0.5, longest_wait=2)


@dataclass(frozen=True, slots=True)
class Door:
    """The only way to a source.

    Attributes:
        name: of the source, for sentences.
        hosts: the only names that are asked, their subdomains included; an IP address stands for itself.
        setting: the variable that lists them.
        patience: how long and how much.
    """

    name: str
    hosts: tuple[str, ...]
    setting: str
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class Question:
    """A request: `form` or `json` is its body, if any; `what` is asked for, in sentences.

    `passes` are statuses beside 200 that the caller reads itself.
    """

    method: str
    url: str
    what: str
    form: Mapping[str, str] | None = None
    json: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    passes: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    content_type: str
    body: bytes
    url: str


def ask(door: Door, question: Question) -> Answer:
    """Return the answer to a question, after as many tries as it takes within the patience.

    Raises:
        GoneError: it is not there.
        TooLargeError, RefusedError: it is too large, or refused; another try will not help.
        TransientError: no whole answer in time; another try later may help.
    """
    deadline = time.monotonic() + door.patience.seconds
    return tried(door.patience, door.patience.seconds, lambda: _ask_once(door, question, deadline))


def _ask_once(door: Door, question: Question, deadline: float) -> Answer:
    with _client(door.patience) as client, _answered(client, door, question) as response:
        if response.status_code not in question.passes:
            raise_for_answer(response, question.what)
        body = _received(response, door.patience, question.what, deadline)
        content_type = response.headers.get("Content-Type", "")
        return Answer(response.status_code, content_type, body, str(response.url))


def _client(patience: Patience) -> httpx.Client:
    timeout = httpx.Timeout(patience.read_seconds, connect=patience.connect_seconds)
    return httpx.Client(headers=HEADERS, timeout=timeout, follow_redirects=False)


@contextmanager
def _answered(client: httpx.Client, door: Door, question: Question) -> Iterator[httpx.Response]:
    """Give the answer at the end of the redirects, each address checked; what is sent is sent once."""
    address = httpx.URL(question.url)
    for _ in range(1 + REDIRECTS):
        check_address(str(address), door.hosts, door.setting)
        with (
            explained(address.host, question.what),
            client.stream(
                question.method,
                address,
                headers=dict(question.headers),
                data=dict(question.form) if question.form is not None else None,
                json=question.json,
            ) as response,
        ):
            if not response.has_redirect_location:
                yield response
                return
            if question.method != "GET":
                raise RefusedError(
                    f"{address.host} sends {question.what} elsewhere (answer {response.status_code}): check "
                    "the address in the settings."
                )
            address = address.join(response.headers["Location"])
    raise RefusedError(
        f"{address.host} sends from one address to the next without ever giving {question.what}."
    )


def _received(response: httpx.Response, patience: Patience, what: str, deadline: float) -> bytes:
    pieces, size = [], 0
    for piece in response.iter_bytes():
        size += len(piece)
        if size > patience.most_bytes:
            raise TooLargeError(f"{what} is larger than {patience.most_bytes >> 20} MB, so it is not read.")
        pieces.append(piece)
        if time.monotonic() > deadline:
            raise TransientError(f"{what} did not come within {patience.seconds:.0f} s.")
    return b"".join(pieces)


def is_good(answer: Answer) -> bool:
    """Tell whether an answer is the one that was asked for, and not one that the caller lets pass."""
    return answer.status == HTTPStatus.OK
