"""A stand-in for Géorisques on a local port: the dump and the documents, ranges, and every trouble."""

import hashlib
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from etl.georisques import Limits, Remote
from launcher.dump import FIXED_MOMENT, pack_dump
from tests.stand_ins.serving import serve

DUMP = "/georisques_data.tar.gz"
DOCUMENTS = "/documents"
TYPES = (
    "1;Arrêté préfectoral\n2;Rapport\n3;Visite\n4;Arrêté de mise en demeure\n5;Arrêté de sanction\n6;Autre\n"
)
# Small enough for tests: a source that never answers is given up after a second or two.
PATIENCE = {"connect_seconds": 2.0, "read_seconds": 1.0, "first_wait": 0.01, "longest_wait": 0.2, "tries": 4}
SECONDS_BETWEEN_BYTES = 0.1


def georisques_id(number: int) -> str:
    """Return the n-th id of the tests, of the form of the source's."""
    digest = hashlib.sha256(str(number).encode()).hexdigest()[:32]
    return f"A/{digest[-1]}/{digest}"


def row(number: int, s3ic_id: str, **changes: str) -> dict[str, str]:
    """Return the n-th line of `IC_documents.csv`: an order of an installation, but for the changes."""
    values = {
        "id_document": str(1000 + number),
        "code_s3ic": s3ic_id,
        "type_id_document": "1",
        "nom": f"Arrêté {number}",
        "url_document": f"{georisques_id(number)}.pdf",
        "date_document": "2015-06-18",
    }
    return values | changes


def documents_file(rows: Iterable[dict[str, str]]) -> bytes:
    """Return the text of `IC_documents.csv`: no header, no quotation marks."""
    return "".join(";".join(values.values()) + "\n" for values in rows).encode()


@dataclass
class Seen:
    """A request that came."""

    path: str
    headers: dict[str, str]


@dataclass
class Trouble:
    """What goes wrong on a path, and how many times still (None: always).

    `kind` is a status ("404", "503"), "cut" (half of the bytes, then the line goes dead), "slow" (a byte at a
    time), "chunked" (no length told), "silent" (no answer at all), "html" (a page with 200) or
    "redirect:<url>".
    """

    kind: str
    times: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class GeorisquesStandIn:
    """What it gives, what goes wrong, and what it was asked.

    Attributes:
        dump: bytes of the archive.
        documents: bytes of each document, by georisques_id; others are 404.
        validators: whether answers bear `ETag` and `Last-Modified`.
        keeps_ranges: whether a part can be asked for.
    """

    url: str = ""
    dump: bytes = b""
    documents: dict[str, bytes] = field(default_factory=dict)
    validators: bool = True
    keeps_ranges: bool = True
    last_modified: int = FIXED_MOMENT
    seen: list[Seen] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    _troubles: dict[str, Trouble] = field(default_factory=dict)

    def set_dump(self, rows: Iterable[dict[str, str]], types: str = TYPES) -> None:
        """Publish a dump of these lines."""
        self.dump = pack_dump(
            {"IC_documents.csv": documents_file(rows), "IC_types_document.csv": types.encode()}
        )

    def trouble(self, what: str, kind: str, *, times: int | None = None, **headers: str) -> None:
        """Let something go wrong on "dump" or on the document of an id; `headers` go with the answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._troubles[self.path_of(what)] = Trouble(kind, times, named)

    def mend(self) -> None:
        """Let everything go well from now on."""
        self._troubles.clear()

    def path_of(self, what: str) -> str:
        """Return the path of "dump" or of the document of an id."""
        return DUMP if what == "dump" else f"{DOCUMENTS}/{what}.pdf"

    def requests(self, what: str) -> list[Seen]:
        """Return the requests that came for "dump" or for the document of an id."""
        return [seen for seen in self.seen if seen.path == self.path_of(what)]

    def variables(self) -> dict[str, str]:
        """Return the settings that lead here, as variables of the environment."""
        return {
            "GEORISQUES_DUMP_URL": self.url + DUMP,
            "GEORISQUES_DOCUMENTS_URL": self.url + DOCUMENTS,
            "GEORISQUES_HOSTS": "127.0.0.1",
            "GEORISQUES_LATE_DAYS": "0",
        }

    def remote(self, *, late_days: int = 0, **limits: Any) -> Remote:
        """Return the source that this is, with little patience but for the given limits."""
        patience = Limits(**{**PATIENCE, **limits})
        return Remote(self.url + DUMP, self.url + DOCUMENTS, ("127.0.0.1",), patience, late_days)

    def content(self, path: str) -> bytes | None:
        """Return the bytes at a path, None where there are none."""
        if path == DUMP:
            return self.dump or None
        return self.documents.get(path.removeprefix(f"{DOCUMENTS}/").removesuffix(".pdf"))

    def next_trouble(self, path: str) -> Trouble | None:
        """Return what goes wrong with this request, None where nothing does."""
        trouble = self._troubles.get(path)
        if trouble is None or trouble.times == 0:
            return None
        if trouble.times is not None:
            trouble.times -= 1
        return trouble


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stand_in: GeorisquesStandIn

    def do_GET(self) -> None:
        self.stand_in.seen.append(Seen(self.path, dict(self.headers)))
        trouble = self.stand_in.next_trouble(self.path)
        content = self.stand_in.content(self.path)
        kind = trouble.kind if trouble else ""
        headers = dict(trouble.headers) if trouble else {}
        if kind == "silent":
            self.stand_in.released.wait(60)
            self.close_connection = True
        elif kind.startswith("redirect:"):
            self._answer(302, b"", {"Location": kind.removeprefix("redirect:")} | headers)
        elif kind == "html":
            self._answer(200, b"<!DOCTYPE html><title>Maintenance</title>", {"Content-Type": "text/html"})
        elif kind.isdigit():
            self._answer(int(kind), b"trouble", headers)
        elif content is None:
            self._answer(404, b"none", headers)
        else:
            self._give(content, kind, headers)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _give(self, content: bytes, kind: str, headers: dict[str, str]) -> None:
        status, start = 200, 0
        if self.stand_in.validators:
            etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
            headers = {
                "ETag": etag,
                "Last-Modified": formatdate(self.stand_in.last_modified, usegmt=True),
            } | headers
        if (asked := self._asked_start(headers)) is not None:
            if asked >= len(content):
                self._answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
                return
            status, start = 206, asked
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._answer(status, content[start:], headers, how=kind)

    def _asked_start(self, headers: dict[str, str]) -> int | None:
        asked, condition = self.headers.get("Range"), self.headers.get("If-Range")
        if not asked or not self.stand_in.keeps_ranges:
            return None
        if condition not in {None, headers.get("ETag"), headers.get("Last-Modified")}:
            return None
        return int(asked.removeprefix("bytes=").removesuffix("-"))

    def _answer(self, status: int, body: bytes, headers: dict[str, str], how: str = "") -> None:
        length = {"Transfer-Encoding": "chunked"} if how == "chunked" else {"Content-Length": str(len(body))}
        self.send_response(status)
        for name, value in {**length, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if how == "chunked":
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        if how == "slow":
            self._trickle(body)
            return
        self.wfile.write(body[: len(body) // 2] if how == "cut" else body)
        self.close_connection = how == "cut"

    def _trickle(self, body: bytes) -> None:
        self.close_connection = True
        for place in range(len(body)):
            if self.stand_in.released.wait(SECONDS_BETWEEN_BYTES):
                return
            self.wfile.write(body[place : place + 1])
            self.wfile.flush()


@pytest.fixture
def georisques() -> Iterator[GeorisquesStandIn]:
    """A stand-in that runs for one test; nobody leaves the machine."""
    yield from serve_georisques()


def serve_georisques() -> Iterator[GeorisquesStandIn]:
    """Serve a stand-in until the generator is closed."""
    yield from serve(GeorisquesStandIn(), _Handler)
