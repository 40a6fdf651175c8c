"""What may be asked of other machines: https and the hosts of a list, judged as the client reads them."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from pydantic import SecretStr

from etl import heartbeat
from etl.aida import Aida
from etl.errors import RefusedError, SettingsError, TransientError
from etl.fetching.addresses import check_address
from etl.georisques.source import Remote
from etl.legifrance import Source
from etl.settings import ROOT, Settings
from webapp.backoffice.publication.airflow import Airflow

KNOWN = "sources.example"
# {known} is a host of the list; each leads, or would lead some client, elsewhere.
HOSTILE = [
    "http://{known}/a",
    "ftp://{known}/a",
    "file:///etc/passwd",
    "gopher://{known}/a",
    "//{known}/a",
    "{known}/a",
    "https:///a",
    "",
    "https://evil{known}/a",
    "https://{known}.evil.example/a",
    "https://{known}@evil.example/a",
    "https://{known}:x@evil.example/a",
    "https://evil.example/{known}",
    "https://evil.example#{known}",
    "https://evil.example?{known}",
    "https://{known}./a",
    "https://sourсes.example/a",  # noqa: RUF001  (a Cyrillic letter)
    "https://127.0.0.1/a",
    "http://127.0.0.1/a",
    "http://localhost/a",
    "https://2130706433/a",
    "https://0x7f000001/a",
    "https://0177.0.0.1/a",
    "https://127.1/a",
    "https://[::1]/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://10.0.0.1/a",
    "https://192.168.1.1/a",
    "https://169.254.169.254/latest/meta-data",
    "https://[fd00::1]/a",
    "https://metadata.google.internal/a",
]
FRIENDLY = [
    "https://{known}/a",
    "https://files.{known}/a",
    "HTTPS://SOURCES.EXAMPLE/a",
    "https://{known}:8443/a",
]


def georisques(address: str) -> object:
    return Remote.from_settings(
        Settings(
            _env_file=None,
            georisques_hosts=KNOWN,
            georisques_dump_url=address,
            georisques_documents_url=f"https://{KNOWN}/",
        )
    )


def legifrance(address: str) -> object:
    return Source.from_settings(
        Settings(
            _env_file=None,
            legifrance_client_id="id",
            legifrance_client_secret=SecretStr("secret"),
            legifrance_hosts=KNOWN,
            legifrance_token_url=f"https://{KNOWN}/token",
            legifrance_api_url=address,
        )
    )


def aida(address: str) -> object:
    return Aida.from_settings(Settings(_env_file=None, aida_hosts=KNOWN, aida_url=address))


@pytest.mark.parametrize("source", [georisques, legifrance, aida])
def test_no_source_leads_elsewhere(source: Callable[[str], object]) -> None:
    """Each address of a redirect is judged by the same function."""
    taken = []
    for address in HOSTILE:
        try:
            source(address.format(known=KNOWN))
        except SettingsError:
            continue
        taken.append(address)
    assert taken == []
    assert [bool(source(address.format(known=KNOWN))) for address in FRIENDLY] == [True] * len(FRIENDLY)


@pytest.mark.parametrize("address", HOSTILE)
def test_a_redirect_is_judged_alike(address: str) -> None:
    with pytest.raises(RefusedError):
        check_address(address.format(known=KNOWN), (KNOWN,))


def test_a_backslash_is_no_end_of_a_host() -> None:
    """Some clients would ask evil.example here; ours asks the host that was judged."""
    address = f"https://evil.example\\@{KNOWN}/a"
    check_address(address, (KNOWN,))
    assert httpx.URL(address).host == KNOWN


def test_a_number_of_the_list_stands_for_itself_alone() -> None:
    check_address("http://127.0.0.1:8000/a", ("127.0.0.1",))
    for address in (
        "http://127.0.0.2/a",
        "http://localhost/a",
        "http://10.0.0.1/a",
        "https://a.example/",
    ):
        with pytest.raises(RefusedError):
            check_address(address, ("127.0.0.1",))
    with pytest.raises(RefusedError, match="https"):
        check_address("http://10.0.0.1/a", ("10.0.0.1",))


def test_a_name_of_the_list_that_is_turned_inwards_meets_its_certificate() -> None:
    """A name may be made to lead into our network (DNS rebinding): it needs its certificate."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.settimeout(5)
        port = inside.getsockname()[1]

        def answer_in_clear() -> None:
            talker, _ = inside.accept()
            with talker:
                heard.append(talker.recv(4096))
                talker.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")

        thread = threading.Thread(target=answer_in_clear, daemon=True)
        thread.start()
        with httpx.Client(timeout=5, follow_redirects=False) as client, pytest.raises(httpx.ConnectError):
            client.get(f"https://127.0.0.1:{port}/a")
        thread.join(5)
    assert heard[0][:1] == b"\x16"  # a TLS handshake, and no request
    assert b"GET" not in heard[0]


@pytest.fixture
def turner() -> Iterator[tuple[str, list[str]]]:
    """A server that sends everybody on to `/inside`, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/inside")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET  # noqa: N815  (the name that http.server calls)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_the_sign_of_life_follows_nobody(turner: tuple[str, list[str]]) -> None:
    address, asked = turner
    with pytest.raises(TransientError, match="302"):
        heartbeat.beat(Settings(_env_file=None, heartbeat_url=SecretStr(f"{address}/beat")))
    assert asked == ["/beat"]


def test_the_site_follows_airflow_nowhere(turner: tuple[str, list[str]]) -> None:
    address, asked = turner
    client = Airflow(address, "site", "password")
    with client._client as door:
        assert door.post("/auth/token", json={}).status_code == 302
    assert asked == ["/auth/token"]


# Whoever may ask another machine something, and what bounds it.
ASKING = {
    "etl/fetching/addresses.py": "judges addresses",
    "etl/fetching/answers.py": "reads answers",
    "etl/fetching/tries.py": "tries again",
    "etl/georisques/session.py": "GEORISQUES_HOSTS",
    "etl/georisques/download.py": "through that session",
    "etl/upstream/exchange.py": "LEGIFRANCE_HOSTS, AIDA_HOSTS",
    "etl/heartbeat.py": "HEARTBEAT_URL alone, no redirect",
    "etl/error_tracking.py": "SENTRY_DSN alone",
    "plugins/alerts/slack.py": "SLACK_WEBHOOK_URL alone",
    "webapp/backoffice/publication/airflow.py": "AIRFLOW_API_URL alone, no redirect",
    "webapp/backoffice/sources/fetching.py": "through etl.upstream",
    "webapp/deployment/published_checks.py": "the operator's check: SITE_URL alone",
}
CLIENTS = re.compile(
    r"^\s*(?:import|from) "
    r"(?:httpx|requests|urllib\.request|urllib3|http\.client|aiohttp|slack_sdk|sentry_sdk)\b",
    re.MULTILINE,
)


def test_nobody_else_asks_other_machines() -> None:
    folders = ("etl", "webapp", "dags", "plugins", "regulation")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    asking = {
        str(path.relative_to(ROOT)) for path in files if CLIENTS.search(path.read_text(encoding="utf-8"))
    }
    assert asking == set(ASKING)
