"""Which bytes a `Range` header asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.aps.ranges import ByteRange, UnsatisfiableError, wanted_bytes

SIZE = 1000
WHOLE = None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, WHOLE),
        ("", WHOLE),
        ("bytes=0-99", (0, 100)),
        ("bytes=0-0", (0, 1)),
        ("bytes=900-", (900, 1000)),
        ("bytes=0-", (0, 1000)),
        ("bytes=990-5000", (990, 1000)),
        ("bytes=-10", (990, 1000)),
        ("bytes=-5000", (0, 1000)),
        ("bytes=0-1,5-9", WHOLE),
        ("bytes=5-2", WHOLE),
        ("bytes=-0", WHOLE),
        ("bytes=abc-", WHOLE),
        ("bytes", WHOLE),
        ("lines=0-5", WHOLE),
    ],
)
def test_the_range_that_is_asked_for(header: str | None, expected: tuple[int, int] | None) -> None:
    found = wanted_bytes(header, SIZE)

    assert found == (None if expected is None else ByteRange(*expected, SIZE))


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-1001", "bytes=99999-"])
def test_a_range_after_the_end(header: str) -> None:
    with pytest.raises(UnsatisfiableError):
        wanted_bytes(header, SIZE)


@given(header=st.text(max_size=40) | st.from_regex(r"bytes=[-0-9, ]{0,30}"), size=st.integers(0, 10_000))
def test_whatever_is_asked_the_bytes_are_of_the_document(header: str, size: int) -> None:
    try:
        found = wanted_bytes(header, size)
    except UnsatisfiableError:
        return
    assert found is None or 0 <= found.start < found.stop <= size
