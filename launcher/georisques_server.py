"""The local Géorisques: `python -m launcher.georisques_server FOLDER PORT [--demo]` gives out a folder.

With `--demo` the demo's orders are printed first: whoever can reach the server finds them all.
"""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from demo.georisques.publish_documents import publish_documents
from launcher.ports import LOOPBACK

DOCUMENTS = "documents"


class Handler(SimpleHTTPRequestHandler):
    """Files by their path, with the connection kept open for the next one."""

    protocol_version = "HTTP/1.1"


def serve(folder: Path, port: int) -> None:
    """Give out the files of a folder until the process ends."""
    with ThreadingHTTPServer((LOOPBACK, port), partial(Handler, directory=str(folder))) as server:
        server.serve_forever()


def main(arguments: list[str]) -> None:
    """Prepare and serve."""
    folder, port = Path(arguments[0]), int(arguments[1])
    if "--demo" in arguments:
        publish_documents(folder / DOCUMENTS)
    serve(folder, port)


if __name__ == "__main__":
    main(sys.argv[1:])
