"""A stand-in for PISTE, Légifrance and AIDA on a local port: their wire formats, and every trouble."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

import pytest

from etl.aida import Aida
from etl.legifrance import Legifrance, Source
from etl.legifrance.token import Keys
from etl.settings import Settings
from etl.upstream.exchange import Patience
from tests.stand_ins.serving import serve

TOKEN = "/api/oauth/token"
API = "/dila/legifrance/lf-engine-app"
CONSOLIDATED = f"{API}/consult/lawDecree"
PUBLISHED = f"{API}/consult/jorf"
PAGES = "/consultation_document/"
KEYS = Keys("application", "secret-of-the-application")
NO_SUCH_TEXT = {"timestamp": "2026-11-22T02:00:00", "message": "L'expression à valider est fausse."}
# Small enough for tests: a source that never answers is given up after a second.
PATIENCE = Patience(
    seconds=5, connect_seconds=1, read_seconds=0.5, tries=3, first_wait=0.01, longest_wait=0.1
)


def article(
    num: str | None, content: str, order: int, etat: str | None = "VIGUEUR", **more: Any
) -> dict[str, Any]:
    """Return an article as the API has it."""
    return {
        "id": f"LEGIARTI{order:012}", "intOrdre": order, "etat": etat, "num": num,
        "content": content, "nota": "", "pathTitle": [], "type": "AUTONOME", **more,
    }  # fmt: skip


def section(title: str, order: int, articles: list[Any], sections: list[Any] | None = None) -> dict[str, Any]:
    """Return a section as the API has it."""
    return {
        "id": f"LEGISCTA{order:012}", "intOrdre": order, "etat": "VIGUEUR", "title": title, "dateDebut": None,
        "articles": articles, "sections": sections or [],
    }  # fmt: skip


def text(cid: str, articles: list[Any], sections: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a text as the API has it."""
    return {
        "executionTime": 58, "dereferenced": False, "id": f"{cid}_01-01-2016", "cid": cid, "nature": "ARRETE",
        "title": "Arrêté du 12 mai 2015 relatif aux essais", "visa": "<p>Vu le code de l'environnement,</p>",
        "sections": sections or [], "articles": articles, **more,
    }  # fmt: skip


@dataclass
class Trouble:
    """What goes wrong on a path, and how many times still (None: always).

    `kind` is a status ("404", "503"), "html" (a page with 200), "silent" (no answer), "cut" (half of it),
    "huge" (without end) or "redirect:<url>".
    """

    kind: str
    times: int | None = None
    body: bytes = b""


@dataclass
class UpstreamStandIn:
    """What it gives, what goes wrong, and what it was asked.

    Attributes:
        texts: the consolidated versions of a text by the day they begin, the last that has begun is given.
        published: a text as it was published.
        pages: HTML of AIDA's pages.
        seconds: how long a token lives.
        tokens: that are good now.
    """

    url: str = ""
    texts: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    published: dict[str, dict[str, Any]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    seconds: Any = 3600
    tokens: list[str] = field(default_factory=list)
    seen: list[tuple[str, Any]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    _troubles: dict[str, Trouble] = field(default_factory=dict)

    def trouble(self, path: str, kind: str, *, times: int | None = None, body: bytes = b"") -> None:
        """Let something go wrong on a path (`TOKEN`, `CONSOLIDATED`, `PUBLISHED`, or one that begins so)."""
        self._troubles[path] = Trouble(kind, times, body)

    def mend(self) -> None:
        """Let everything go well from now on."""
        self._troubles.clear()

    def asked(self, path: str) -> list[Any]:
        """Return what was asked on a path, in order."""
        return [body for seen, body in self.seen if seen.startswith(path)]

    def variables(self) -> dict[str, str]:
        """Return the settings that lead here, as variables of the environment."""
        return {
            "LEGIFRANCE_CLIENT_ID": KEYS.client_id,
            "LEGIFRANCE_CLIENT_SECRET": KEYS.secret,
            "LEGIFRANCE_TOKEN_URL": self.url + TOKEN,
            "LEGIFRANCE_API_URL": self.url + API,
            "LEGIFRANCE_HOSTS": "127.0.0.1",
            "LEGIFRANCE_PAUSE_SECONDS": "0",
            "AIDA_URL": self.url + PAGES,
            "AIDA_HOSTS": "127.0.0.1",
        }

    def settings(self, settings: Settings) -> Settings:
        """Return settings that lead here."""
        ours = Settings(_env_file=None, **{name.lower(): value for name, value in self.variables().items()})
        names = [name.lower() for name in self.variables()]
        return settings.model_copy(update={name: getattr(ours, name) for name in names})

    def legifrance(self, patience: Patience = PATIENCE, keys: Keys = KEYS) -> Legifrance:
        """Return a client of this Légifrance, with little patience."""
        return Legifrance(Source(self.url + TOKEN, self.url + API, keys, ("127.0.0.1",), patience))

    def aida(self, patience: Patience = PATIENCE) -> Aida:
        """Return this AIDA, with little patience."""
        return Aida(self.url + PAGES, ("127.0.0.1",), patience)

    def next_trouble(self, path: str) -> Trouble | None:
        """Return what goes wrong with this request, None where nothing does."""
        trouble = next((found for start, found in self._troubles.items() if path.startswith(start)), None)
        if trouble is None or trouble.times == 0:
            return None
        if trouble.times is not None:
            trouble.times -= 1
        return trouble


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stand_in: UpstreamStandIn

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        is_form = self.path == TOKEN
        asked = parse_qs(body.decode()) if is_form else json.loads(body)
        self.stand_in.seen.append((self.path, asked))
        if self._goes_wrong():
            return
        if is_form:
            self._give_token({name: values[0] for name, values in asked.items()})
        elif self.headers.get("Authorization", "").removeprefix("Bearer ") not in self.stand_in.tokens:
            self._json(401, {"error": "invalid_token"})
        elif self.path == CONSOLIDATED:
            versions = self.stand_in.texts.get(asked["textId"], {})
            begun = [day for day in versions if day <= asked["date"]]
            self._text(versions[max(begun)] if begun else None)
        else:
            self._text(self.stand_in.published.get(asked["textCid"]))

    def do_GET(self) -> None:
        self.stand_in.seen.append((self.path, None))
        if self._goes_wrong():
            return
        page = self.stand_in.pages.get(self.path.removeprefix(PAGES))
        if page is None:
            self._answer(404, b"none", "text/html")
        else:
            self._answer(200, page.encode(), "text/html; charset=UTF-8")

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _give_token(self, form: dict[str, str]) -> None:
        wanted = {
            "grant_type": "client_credentials", "client_id": KEYS.client_id, "client_secret": KEYS.secret,
            "scope": "openid",
        }  # fmt: skip
        if form != wanted:
            self._json(401, {"error": "invalid_client", "error_description": "Client authentication failed"})
            return
        token = f"token-{len(self.stand_in.tokens) + 1}"
        self.stand_in.tokens.append(token)
        self._json(
            200,
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": self.stand_in.seconds,
                "scope": "openid",
            },
        )

    def _text(self, values: dict[str, Any] | None) -> None:
        self._json(400, NO_SUCH_TEXT) if values is None else self._json(200, values)

    def _goes_wrong(self) -> bool:
        trouble = self.stand_in.next_trouble(self.path)
        if trouble is None:
            return False
        if trouble.kind == "silent":
            self.stand_in.released.wait(60)
            self.close_connection = True
        elif trouble.kind.startswith("redirect:"):
            self.send_response(302)
            self.send_header("Location", trouble.kind.removeprefix("redirect:"))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif trouble.kind == "html":
            self._answer(200, b"<!DOCTYPE html><title>Maintenance</title>", "text/html")
        elif trouble.kind in {"cut", "huge"}:
            self._trickle(trouble.kind)
        else:
            self._answer(int(trouble.kind), trouble.body, "application/json")
        return True

    def _trickle(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100" if kind == "cut" else str(1 << 40))
        self.end_headers()
        self.close_connection = True
        piece = b" " * (50 if kind == "cut" else 1 << 16)
        while not self.stand_in.released.is_set():
            self.wfile.write(piece)
            if kind == "cut":
                return

    def _json(self, status: int, values: Any) -> None:
        self._answer(status, json.dumps(values).encode(), "application/json")

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def upstream() -> Iterator[UpstreamStandIn]:
    """A stand-in that runs for one test; nobody leaves the machine."""
    yield from serve_upstream()


def serve_upstream() -> Iterator[UpstreamStandIn]:
    """Serve a stand-in until the generator is closed."""
    yield from serve(UpstreamStandIn(), _Handler)
