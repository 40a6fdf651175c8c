"""The documents in their bucket, sent in pieces: never whole in memory, whatever their size."""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from flask import Response
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import is_resource_modified, quote_etag
from werkzeug.wrappers import Request

from etl.settings import Settings
from etl.storage import bucket, explained
from webapp.aps.ranges import ByteRange, UnsatisfiableError, wanted_bytes

PIECE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document being read: a seekable stream, its size, and a mark that changes with its bytes."""

    stream: IO[bytes]
    size: int
    etag: str

    def pieces(self, wanted: ByteRange) -> Iterator[bytes]:
        """Give bytes of the document; the stream is closed by whoever opened it.

        An object that is replaced meanwhile ends the answer short: two documents are never mixed.
        """
        self.stream.seek(wanted.start)
        left = wanted.length
        while left > 0 and (piece := self.stream.read(min(PIECE_BYTES, left))):
            left -= len(piece)
            yield piece


def open_document(settings: Settings, georisques_id: str) -> OpenDocument | None:
    """Return the document of an order by its checked identifier, None where the bucket has none.

    Raises:
        SettingsError: the bucket is missing, or its keys are refused.
        TransientError: the object store does not answer.
    """
    path = bucket(settings, "ap") / f"{georisques_id}.pdf"
    try:
        with explained(path):
            # Without a cache of its own, an object is asked for exactly what is read.
            stream = path.fs.open(path.path, "rb", cache_type="none")
            return OpenDocument(stream, *_size_and_mark(stream))
    except FileNotFoundError:
        return None


def answer(document: OpenDocument, request: Request) -> Response:
    """Return the document, or the part that the request asks for: 200, 206 or 304.

    Raises:
        RequestedRangeNotSatisfiable: the part begins after the end (416).
    """
    response = Response(mimetype="application/pdf")
    response.call_on_close(document.stream.close)
    response.set_etag(document.etag)
    response.accept_ranges = "bytes"
    if not is_resource_modified(request.environ, etag=quote_etag(document.etag)):
        response.status_code = 304
        return response
    part = _asked_part(document, request)
    if part is not None:
        response.status_code = 206
        response.headers["Content-Range"] = part.content_range
    wanted = part or ByteRange(0, document.size, document.size)
    response.response = document.pieces(wanted)
    response.content_length = wanted.length
    return response


def _asked_part(document: OpenDocument, request: Request) -> ByteRange | None:
    """Return the part that is asked for, None for the whole: so it is where the part is of other bytes."""
    is_of_other_bytes = "If-Range" in request.headers and request.if_range.etag != document.etag
    if request.method != "GET" or is_of_other_bytes:
        return None
    try:
        return wanted_bytes(request.headers.get("Range"), document.size)
    except UnsatisfiableError:
        document.stream.close()
        raise RequestedRangeNotSatisfiable(document.size) from None


def _size_and_mark(stream: Any) -> tuple[int, str]:
    """Return the size of an open document, and what changes when it is replaced."""
    try:
        facts = os.fstat(stream.fileno())
    except io.UnsupportedOperation:  # an object, whose store marks it
        return stream.size, stream.details["ETag"].strip('"')
    return facts.st_size, f"{facts.st_mtime_ns:x}-{facts.st_size:x}"
