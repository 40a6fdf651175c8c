"""What the container engine asks of each service."""

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from etl.settings import ROOT

ANSWERS = {
    "/well": (200, b"{}"),
    "/ill": (503, b"{}"),
    "/monitor": (200, b'{"scheduler": {"status": "healthy"}, "triggerer": {"status": "unhealthy"}}'),
    "/page": (200, b"<html>"),
}


class Door(http.server.BaseHTTPRequestHandler):
    """A service that is well or ill by its path."""

    def do_GET(self) -> None:
        """Answer as written above."""
        status, body = ANSWERS[self.path]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name that the server gives)
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(
    ("question", "code", "said"),
    [
        (["/well"], 0, ""),
        (["/ill"], 1, "503"),
        (["/monitor", "scheduler"], 0, ""),
        (["/monitor", "triggerer"], 1, "triggerer is not healthy"),
        (["/monitor", "dag_processor"], 1, "dag_processor"),
        (["/page", "scheduler"], 1, "Expecting value"),
    ],
)
def test_the_exit_code_tells(url, question, code, said) -> None:
    path, *component = question
    command = [sys.executable, str(ROOT / "docker/healthcheck.py"), url + path, *component]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_service_that_is_not_there_is_ill() -> None:
    command = [sys.executable, str(ROOT / "docker/healthcheck.py"), "http://127.0.0.1:9/"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert "refused" in done.stderr
