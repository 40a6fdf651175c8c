"""Which bytes of a document a request asks for (RFC 9110, section 14)."""

from dataclasses import dataclass

from werkzeug.http import parse_range_header


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes of a document of `size` bytes, from `start` up to and without `stop`."""

    start: int
    stop: int
    size: int

    @property
    def length(self) -> int:
        """Return how many bytes these are."""
        return self.stop - self.start

    @property
    def content_range(self) -> str:
        """Return the value of the header of the same name."""
        return f"bytes {self.start}-{self.stop - 1}/{self.size}"


class UnsatisfiableError(Exception):
    """The range begins after the end of the document."""


def wanted_bytes(header: str | None, size: int) -> ByteRange | None:
    """Return the one range that a `Range` header names, None where the whole document is to be sent.

    As the standard allows, several ranges in one request and headers that cannot be read get the whole.

    Raises:
        UnsatisfiableError: no byte of the document is in the range.
    """
    parsed = parse_range_header(header)
    if parsed is None or parsed.units != "bytes" or len(parsed.ranges) != 1:
        return None
    start, stop = parsed.ranges[0]
    if start < 0:  # the last bytes: all of them where the document is shorter
        start, stop = max(0, size + start), size
    stop = size if stop is None else min(stop, size)
    if start >= stop:
        raise UnsatisfiableError
    return ByteRange(start, stop, size)
