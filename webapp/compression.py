"""Pages go out compressed: a table of classements shrinks to a tenth."""

import gzip

from flask import Flask, Response, request

COMPRESSED_TYPES = frozenset({"text/html", "application/json"})
SMALLEST_BYTES = 800
LEVEL = 5


def init_app(app: Flask) -> None:
    """Compress the answers of the application (static files are compressed beforehand)."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Return the answer as gzip where the client reads it and it is worth the while."""
    if response.mimetype not in COMPRESSED_TYPES or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    if "Content-Encoding" in response.headers or not request.accept_encodings["gzip"]:
        return response
    body = response.get_data()
    if len(body) >= SMALLEST_BYTES:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
