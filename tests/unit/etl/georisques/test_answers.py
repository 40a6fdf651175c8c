"""What the source answers becomes an error that says whether another try may help."""

from datetime import UTC, datetime

import httpx
import pytest

from etl.errors import RefusedError, TransientError
from etl.fetching.answers import BusyError, GoneError, explain, raise_for_answer, waiting_time

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120),
        (" 0 ", 0),
        ("-5", None),
        ("soon", None),
        ("Mon, 02 Mar 2026 07:01:30 GMT", 90),
        ("Mon, 02 Mar 2026 06:00:00 GMT", 0),
        ("Mon, 02 Mar 2026 07:01:30", 90),
    ],
)
def test_what_the_source_asks_us_to_wait(header, seconds) -> None:
    assert waiting_time(header, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, GoneError), (410, GoneError), (400, RefusedError), (403, RefusedError), (416, RefusedError),
        (418, RefusedError), (204, RefusedError), (304, RefusedError), (408, BusyError), (425, BusyError),
        (429, BusyError), (500, BusyError), (503, BusyError), (599, BusyError),
    ],
)  # fmt: skip
def test_statuses(status, error) -> None:
    with pytest.raises(error, match=f"answer {status}") as caught:
        raise_for_answer(_answer(status), "the dump")
    assert type(caught.value) is error


@pytest.mark.parametrize("status", [200, 206])
def test_content_is_let_through(status) -> None:
    raise_for_answer(_answer(status), "the dump")


def test_a_busy_source_may_say_for_how_long() -> None:
    with pytest.raises(BusyError) as caught:
        raise_for_answer(_answer(503, {"Retry-After": "7"}), "the dump")
    assert caught.value.wait_seconds == 7


def test_a_certificate_that_cannot_be_trusted_is_no_passing_trouble() -> None:
    import ssl

    error = httpx.ConnectError("certificate verify failed")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    assert type(explain(error, "example.org", "the dump")) is RefusedError
    assert type(explain(httpx.ConnectError("refused"), "example.org", "the dump")) is TransientError
    assert "too long" in str(explain(httpx.ReadTimeout("x"), "example.org", "the dump"))


def _answer(status: int, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.Response(status, headers=headers, request=httpx.Request("GET", "https://example.org/a"))
