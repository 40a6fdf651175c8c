"""The text of the largest order in the back-office: the editing page, and what follows « Relire ».

The page is asked, then its text sent back edited in several ways, down to one where no alinea is as it was.
Each is asked several times after a warm-up; the slowest counts. Limit: the 500 ms that the editing page is
allowed; the reviews have no bound of their own.
"""

import html
import re
import time
from collections.abc import Callable, Iterator

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bench.database import fresh_databases
from bench.measure import MEGABYTE, Cost, Row, peak_mb
from bench.office import HEADERS, load_office, signed_in
from bench.real_data import real_data_folder
from bench.visitors import TOKEN
from webapp import create_app

ALLOWED_SECONDS = 0.5
REPEATS = 10
TEXT = re.compile(r'<textarea[^>]* name="texte"[^>]*>\n(.*?)</textarea>', re.DOTALL)
LINE = re.compile(r"^[^#|].*$", re.MULTILINE)
TITLE = re.compile(r"^(#+) .*$", re.MULTILINE)
EDITS: dict[str, Callable[[str], str]] = {
    "one alinea added": lambda text: text.replace("\n\n", "\nUn alinéa de plus.\n\n", 1),
    "every title changed": lambda text: TITLE.sub(r"\1 Un autre titre", text),
    "every alinea changed": lambda text: LINE.sub(lambda line: line[0].replace(" de ", " par "), text),
    "first section last": lambda text: "# ".join(_moved(text.split("\n# "))),
}


def rows() -> Iterator[Row]:
    """Give the slowest of the answers of each kind."""
    name = "real" if real_data_folder() else "demo"
    with fresh_databases() as new_database:
        settings, cid = load_office(new_database())
        client = signed_in(create_app(settings), "editor")
        path = f"/back-office/arretes/{cid}/texte"
        page = client.get(path).text
        yield _row(f"editing page of the largest {name} order", lambda: client.get(path), bound=1)
        found = TEXT.search(page)
        text = html.unescape(found[1]) if found else ""
        for kind, edit in EDITS.items():
            fields = {"csrf_token": TOKEN.findall(page)[0], "version": "1", "texte": edit(text)}
            yield _row(f"review of its text, {kind}", lambda fields=fields: _review(client, path, fields))


def _moved(sections: list[str]) -> list[str]:
    first, *others = sections
    return ["", *(f"{section}\n" for section in others), first.removeprefix("# ")]


def _review(client: FlaskClient, path: str, fields: dict[str, str]) -> TestResponse:
    return client.post(f"{path}/relecture", data=fields, headers=HEADERS)


def _row(name: str, ask: Callable[[], TestResponse], bound: float | None = None) -> Row:
    slowest, size = 0.0, len(ask().data)
    for _ in range(REPEATS):
        started = time.perf_counter()
        answer = ask()
        slowest = max(slowest, time.perf_counter() - started)
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: the site answered {answer.status_code}")
    return Row(
        name=name,
        cost=Cost(slowest, peak_mb()),
        limit="what it is allowed",
        limit_seconds=ALLOWED_SECONDS,
        bound=bound,
        note=f"slowest of {REPEATS}, {size / MEGABYTE:.1f} MB of HTML",
    )
