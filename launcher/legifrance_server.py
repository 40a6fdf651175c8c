"""The local Légifrance: `python -m launcher.legifrance_server PORT` answers for the orders of the demo."""

import json
import secrets
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from demo.legifrance.answers import answer
from launcher.ports import LOOPBACK

TOKEN, API = "/token", "/api"
LARGEST_QUESTION = 10_000
NO_SUCH_TEXT = {"message": "L'expression à valider est fausse."}
KEYS = {"client_id": "demo", "client_secret": "demo"}


class Handler(BaseHTTPRequestHandler):
    """The token, and the text of an order at a date; every text of the demo is consolidated."""

    protocol_version = "HTTP/1.1"
    token = secrets.token_urlsafe(16)

    def do_GET(self) -> None:
        """Say that the server is there."""
        self._give(HTTPStatus.OK, {})

    def do_POST(self) -> None:
        """Answer as PISTE and the API do."""
        size = int(self.headers.get("Content-Length", "0"))
        if size > LARGEST_QUESTION:
            self.close_connection = True
            self._give(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {})
            return
        body = self.rfile.read(size).decode()
        if self.path == TOKEN:
            self._give_token({name: values[0] for name, values in parse_qs(body).items()})
        elif self.headers.get("Authorization") != f"Bearer {self.token}":
            self._give(HTTPStatus.UNAUTHORIZED, {"error": "invalid_token"})
        else:
            self._give_text(json.loads(body))

    def _give_token(self, form: dict[str, str]) -> None:
        if {name: form.get(name) for name in KEYS} == KEYS:
            self._give(
                HTTPStatus.OK, {"access_token": self.token, "expires_in": 3600, "token_type": "Bearer"}
            )
        else:
            self._give(HTTPStatus.UNAUTHORIZED, {"error": "invalid_client"})

    def _give_text(self, question: dict[str, Any]) -> None:
        is_consolidated = self.path == f"{API}/consult/lawDecree"
        found = answer(str(question.get("textId")), str(question.get("date"))) if is_consolidated else None
        self._give(HTTPStatus.OK if found else HTTPStatus.BAD_REQUEST, found or NO_SUCH_TEXT)

    def _give(self, status: HTTPStatus, values: dict[str, Any]) -> None:
        body = json.dumps(values).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main(arguments: list[str]) -> None:
    """Serve until the process ends."""
    with ThreadingHTTPServer((LOOPBACK, int(arguments[0])), Handler) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
