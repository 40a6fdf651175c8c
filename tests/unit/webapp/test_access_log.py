"""The access log holds nothing of the person, and cannot be forged by an address."""

import io
import json
from datetime import timedelta
from types import SimpleNamespace

from gunicorn.config import Config

from webapp.access_log import JsonLogger

ENVIRON = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": '/installations\n{"forged": 1}',
    "QUERY_STRING": "q=Monsieur+Dupont",
    "RAW_URI": "/installations?q=Monsieur+Dupont",
    "REMOTE_ADDR": "203.0.113.7",
    "HTTP_USER_AGENT": "A browser",
    "HTTP_REFERER": "https://elsewhere.example/",
}


def test_one_line_without_the_person(monkeypatch) -> None:
    logger = JsonLogger(Config())
    written = io.StringIO()
    monkeypatch.setattr(logger, "access_log", SimpleNamespace(info=written.write))

    logger.access(SimpleNamespace(status="200 OK", sent=1234), None, ENVIRON, timedelta(milliseconds=12.34))

    line = written.getvalue()
    assert "\n" not in line
    assert not [word for word in ("Dupont", "203.0.113.7", "browser", "elsewhere") if word in line]
    told = json.loads(line)
    assert (told["method"], told["status"], told["bytes"], told["milliseconds"]) == ("GET", 200, 1234, 12.3)
