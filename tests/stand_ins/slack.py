"""A stand-in for Slack's incoming webhooks: the same wire format, limits and answers, on a local port."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

LONGEST_HEADER = 150
LONGEST_TEXT = 3000
LONGEST_FIELD = 2000
MOST_FIELDS = 10


@dataclass
class SlackStandIn:
    """What the stand-in received, and how it behaves: `ok`, `slow`, `trickle` or `error`."""

    url: str = ""
    behaviour: str = "ok"
    received: list[dict[str, Any]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def texts(self) -> list[str]:
        """The notification texts, in the order in which they came."""
        return [message["text"] for message in self.received]

    def wait_for(self, count: int, seconds: float) -> list[str]:
        """Wait until so many messages came; fails the test otherwise."""
        deadline = time.monotonic() + seconds
        while len(self.received) < count and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(self.received) >= count, f"{len(self.received)} of {count} messages came: {self.texts}"
        return self.texts


def complaint(payload: dict[str, Any]) -> str:
    """Return what Slack would complain of, an empty text for a message that it takes."""
    if not payload.get("text"):
        return "no_text"
    return "" if all(_is_valid(block) for block in payload.get("blocks", [])) else "invalid_blocks"


def _is_valid(block: dict[str, Any]) -> bool:
    if block["type"] == "header":
        return block["text"]["type"] == "plain_text" and 0 < len(block["text"]["text"]) <= LONGEST_HEADER
    texts = [block["text"]] if "text" in block else []
    fields = block.get("fields", [])
    return (
        block["type"] == "section"
        and bool(texts or fields)
        and len(fields) <= MOST_FIELDS
        and all(part["type"] == "mrkdwn" and 0 < len(part["text"]) <= LONGEST_TEXT for part in texts)
        and all(part["type"] == "mrkdwn" and 0 < len(part["text"]) <= LONGEST_FIELD for part in fields)
    )


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    """A stand-in that runs for one test; nobody leaves the machine."""
    yield from serve_slack()


def serve_slack() -> Iterator[SlackStandIn]:
    """Serve a stand-in until the generator is closed."""
    stand_in = SlackStandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if stand_in.behaviour == "slow":
                stand_in.released.wait(60)
            problem = complaint(json.loads(body))
            if not problem:
                stand_in.received.append(json.loads(body))
            status, text = {"error": (500, "server_error")}.get(
                stand_in.behaviour, (400 if problem else 200, problem or "ok")
            )
            self.send_response(status)
            self.end_headers()
            if stand_in.behaviour == "trickle":
                _trickle(self, stand_in.released)
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stand_in.url = f"http://127.0.0.1:{server.server_port}/services/T0/B0/secret-part"
    yield stand_in
    stand_in.released.set()
    server.shutdown()
    server.server_close()


def _trickle(handler: BaseHTTPRequestHandler, released: threading.Event) -> None:
    """Send a byte every second, for longer than anyone waits."""
    for _ in range(60):
        if released.wait(1):
            return
        handler.wfile.write(b".")
        handler.wfile.flush()
