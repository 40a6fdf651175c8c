"""Every request has an id, and nothing of the person who sent it reaches a log."""

import json
import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from etl.logs import JsonFormatter
from etl.settings import Settings
from webapp import create_app
from webapp.request_log import request_fields, without_person

GIVEN = "0123456789abcdef0123456789abcdef"
PLANTED = {
    "search": "Boulangerie-Zébulon",
    "word of the search": "Zébulon",
    "folded search": "zebulon",
    "form": "tapé-par-quelqu’un",
    "address": "203.0.113.77",
    "proxied address": "198.51.100.9",
    "cookie": "un-cookie-secret",
    "browser": "Mon navigateur à moi",
}
VISIT = {
    "headers": {
        "User-Agent": PLANTED["browser"],
        "X-Forwarded-For": PLANTED["proxied address"],
    },
    "environ_overrides": {"REMOTE_ADDR": PLANTED["address"]},
}


def test_every_answer_bears_an_id_of_its_own(client: FlaskClient) -> None:
    ids = [
        client.get(path).headers["X-Request-ID"] for path in ("/aide", "/aide", "/rien", "/sante/processus")
    ]

    assert len(set(ids)) == 4
    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in ids)


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [
        (1, GIVEN, True),
        (0, GIVEN, False),
        (1, "short", False),
        (1, "x" * 65, False),
        (1, 'a"b{c}d:e f', False),
    ],
)
def test_the_id_of_a_trusted_proxy_is_taken(
    lonely_settings: Settings, proxies: int, given: str, is_taken: bool
) -> None:
    client = create_app(lonely_settings.model_copy(update={"trusted_proxies": proxies})).test_client()

    answered = client.get("/aide", headers={"X-Request-ID": given}).headers["X-Request-ID"]

    assert (answered == given) is is_taken


def test_a_page_of_a_fault_names_the_request(client: FlaskClient) -> None:
    answer = client.get("/installations?q=x")

    assert answer.status_code == 503
    assert answer.headers["X-Request-ID"] in answer.text


class Lines(logging.Handler):
    """Keeps lines as a serving process writes them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.setFormatter(JsonFormatter(request_fields, without_person))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.lines.append(self.format(record))


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def faulty(app: Flask, lines: Lines) -> Iterator[FlaskClient]:
    """A site where something goes wrong that quotes all that the person sent."""

    def fail() -> str:
        from flask import request

        sent = [*request.args.values(), *request.form.values(), *request.cookies.values()]
        sent += [request.remote_addr or "", *request.headers.values(), request.query_string.decode()]
        logging.getLogger("webapp").warning("before: %s", sent)
        parts = [part.lower() for value in request.args.values() for part in value.split("-")]
        folded = [part.replace("é", "e") for part in parts]
        raise ValueError(f"cannot be read: {sent}, or in parts: {parts}, or folded: {folded}")

    app.add_url_rule("/faute", view_func=fail, methods=["GET", "POST"])
    app.config["WTF_CSRF_ENABLED"] = False
    logger = logging.getLogger("webapp")
    logger.addHandler(lines)
    visitor = app.test_client()
    visitor.set_cookie("envinorma", PLANTED["cookie"])
    yield visitor
    logger.removeHandler(lines)


def test_no_log_holds_what_a_person_sent(faulty: FlaskClient, lines: Lines) -> None:
    faulty.get("/faute", query_string={"q": PLANTED["search"]}, **VISIT)
    faulty.post("/faute", data={"name": PLANTED["form"]}, **VISIT)

    assert len(lines.lines) == 4
    text = "\n".join(json.dumps(json.loads(line), ensure_ascii=False) for line in lines.lines)
    assert [name for name, planted in PLANTED.items() if planted.casefold() in text.casefold()] == []
    assert "ValueError: cannot be read" in text


def test_lines_of_one_request_have_its_id(faulty: FlaskClient, lines: Lines) -> None:
    answer = faulty.get("/faute", query_string={"q": "abc"})

    told = [json.loads(line) for line in lines.lines]
    assert [line["request_id"] for line in told] == [answer.headers["X-Request-ID"]] * 2
    assert {(line["method"], line["route"]) for line in told} == {("GET", "/faute")}


def test_a_database_error_does_not_quote_the_search(client: FlaskClient, lines: Lines) -> None:
    logger = logging.getLogger("webapp")
    logger.addHandler(lines)
    client.get("/installations", query_string={"q": PLANTED["search"]}, **VISIT)
    logger.removeHandler(lines)

    assert lines.lines
    assert not [line for line in lines.lines if "bulon" in line]
