"""How a stand-in answers: on a free port of this machine, quietly, until whoever asked for it is done."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, TypeVar


class StandIn(Protocol):
    """Something of the outside world: its address, and what ends answers that are being held back."""

    url: str
    released: threading.Event


Served = TypeVar("Served", bound=StandIn)


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: a client that hangs up is what many tests want."""


def serve(stand_in: Served, handler: type[BaseHTTPRequestHandler]) -> Iterator[Served]:
    """Serve a stand-in, which its handler knows as `stand_in`, until the generator is closed."""
    server = _QuietServer(("127.0.0.1", 0), type("Handler", (handler,), {"stand_in": stand_in}))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stand_in
    finally:
        stand_in.released.set()
        server.shutdown()
        server.server_close()
