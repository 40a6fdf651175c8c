"""A stand-in for Sentry: it takes envelopes on a local port, as the service does."""

import gzip
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class SentryStandIn:
    """Its address as SENTRY_DSN has it, and all that it received, as text and as events."""

    dsn: str = ""
    texts: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def wait_for(self, count: int, seconds: float = 10) -> list[dict[str, Any]]:
        """Wait until so many events came; fails the test otherwise."""
        deadline = time.monotonic() + seconds
        while len(self.events) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(self.events) == count, self.texts
        return self.events


@pytest.fixture
def sentry() -> Iterator[SentryStandIn]:
    """A stand-in that runs for one test; the client that the test started ends with it."""
    stand_in = SentryStandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            stand_in.texts.append(f"{self.path} {self.headers} {body.decode()}")
            stand_in.events += [
                json.loads(line)
                for line in body.splitlines()
                if b'"exception"' in line or b'"logentry"' in line
            ]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stand_in.dsn = f"http://public@127.0.0.1:{server.server_port}/1"
    yield stand_in
    server.shutdown()
    server.server_close()
