"""A door in front of a real object store: it lets requests through, or answers as an ill store does."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

Illness = Literal["none", "refuses", "overloaded", "hangs", "cuts"]

LONGEST_HANG_SECONDS = 60
FORWARD_SECONDS = 30
# As S3 says it: the status of the error, and its code.
ERRORS: dict[str, tuple[int, str]] = {"refuses": (403, "AccessDenied"), "overloaded": (503, "SlowDown")}


@dataclass
class IllStore:
    """Where the store answers, what is wrong with it, and after how many more requests that begins."""

    real_url: str
    url: str = ""
    illness: Illness = "none"
    well_for: int = 0
    requests: int = 0
    closed: threading.Event = field(default_factory=threading.Event)

    def next_answer(self) -> Illness:
        """Count a request, and return what is wrong with its answer."""
        self.requests += 1
        self.well_for -= 1
        return self.illness if self.well_for < 0 else "none"


@contextmanager
def ill_store(real_url: str) -> Iterator[IllStore]:
    """Give the address of a store in front of a real one; its `illness` may be changed at any time."""
    store = IllStore(real_url)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Door", (_Door,), {"store": store}))
    server.daemon_threads = True
    store.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield store
    finally:
        store.closed.set()
        server.shutdown()
        server.server_close()


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: IllStore

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        illness = self.store.next_answer()
        if illness in ERRORS:
            status, code = ERRORS[illness]
            text = f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()
            self._give(status, {"Content-Type": "application/xml", "Content-Length": str(len(text))}, text)
        elif illness == "hangs":
            self.store.closed.wait(LONGEST_HANG_SECONDS)
            self.close_connection = True
        else:
            self._forward(body, is_cut=illness == "cuts")

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _answer  # noqa: N815  (names that the standard library looks for)

    def _forward(self, body: bytes, *, is_cut: bool) -> None:
        real = urlsplit(self.store.real_url)
        connection = http.client.HTTPConnection(real.hostname or "", real.port, timeout=FORWARD_SECONDS)
        try:
            # Host is part of the signature, so it goes on as it came.
            connection.request(self.command, self.path, body, dict(self.headers))
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        headers = {name: value for name, value in answer.getheaders() if name.lower() != "transfer-encoding"}
        if self.command != "HEAD":
            headers["Content-Length"] = str(len(content))
        self._give(answer.status, headers, content[: len(content) // 2] if is_cut else content)
        self.close_connection = is_cut

    def _give(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def handle(self) -> None:
        """Let callers go away while they are answered."""
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_arguments: object) -> None:
        """Keep the output of the tests clean."""
