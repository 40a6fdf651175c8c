"""Editors of tests: accounts made by the command line, each with a browser of their own."""

import re

from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from tests.site_visits import faultless, page_of

OFFICE = "/back-office/"
DOOR = "/back-office/connexion"
HERE = {"Sec-Fetch-Site": "same-origin"}


def make_editor(app: Flask, name: str, role: str) -> str:
    """Make an account and return its password."""
    done = app.test_cli_runner().invoke(args=["editors", "add", name, "--role", role, "--generate"])
    assert done.exit_code == 0, done.output
    return password_in(done.output)


def password_in(output: str) -> str:
    """The password that a command showed."""
    shown = re.search(r"shown this once: (\S+)", output)
    assert shown
    return shown[1]


class Visitor:
    """Someone at the door of the back-office, from an address of their own."""

    def __init__(self, app: Flask, address: str = "192.0.2.1") -> None:
        self.client = app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = address
        self.token = ""

    def read(self, path: str = OFFICE, status: int = 200) -> BeautifulSoup:
        """Open a page; forms sent afterwards bear its token."""
        page = page_of(self.client, path, status)
        field = page.select_one("input[name=csrf_token]")
        self.token = str(field["value"]) if field else self.token
        return page

    def send(self, path: str, **fields: str) -> TestResponse:
        """Send a form as a browser does from this site."""
        return self.client.post(path, data={"csrf_token": self.token, **fields}, headers=HERE)

    def sign_in(self, name: str, password: str, **fields: str) -> TestResponse:
        """Knock, and return the answer."""
        self.read(DOOR)
        return self.send(DOOR, name=name, password=password, **fields)


def editor_of(app: Flask, name: str, role: str) -> Visitor:
    """Make an account and return somebody signed in with it."""
    visitor = Visitor(app)
    answer = visitor.sign_in(name, make_editor(app, name, role))
    assert answer.status_code == 303, answer.text
    visitor.read()
    return visitor


def words_of(answer: TestResponse) -> str:
    """The words of a page without fault."""
    return " ".join(faultless(answer.text).text.split())
