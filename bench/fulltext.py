"""The search in the texts: 100,000 made pages of prefectoral orders, and the real ministerial orders.

Pages are strung together from runs of real words (`bench.french_pages`), so that words are as frequent as
they are. 200 seeded questions: 30 % one of the 300 most frequent words, 10 % a rare one, 30 % two to five
words that stand in a row somewhere, 10 % two or three of them as an exact phrase, 10 % a frequent word with a
department or a rubrique, 5 % one word without another, 5 % a word with a mistake (nothing is found, so that
what was meant is looked for).

Ours: the page of results through the site, with its session, templates and headers. Limit: the statements of
that page in a bare psycopg2 cursor, in the role of the site with its limit of time. The last row holds these
statements against the 100 ms that are allowed. Each question counts with the fastest of three.
"""

import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import psycopg2
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import event

from bench.database import fresh_databases
from bench.french_pages import source_words
from bench.measure import Cost, Row, peak_mb
from bench.real_data import orders_archive, real_data_folder
from bench.search import quantile
from bench.text_database import index_sizes, load_texts
from etl.database import libpq_url
from etl.settings import Settings
from webapp import create_app
from webapp.configuration import site_database_url
from webapp.models import db

PAGES = 100_000
QUESTIONS = 200
REPEATS = 3
SEED = 20260402
FREQUENT = 300
RARE_TIMES = (2, 5)
ALLOWED_SECONDS = 0.100
MEGABYTE = 1024 * 1024
LIMIT = "the same statements in a bare psycopg2 cursor"
SECRET = SecretStr("a secret of the benchmarks, which serve nobody")

Statement = tuple[str, Any]


@dataclass(frozen=True)
class Vocabulary:
    """Words in running order, the frequent ones among them, and rare ones."""

    running: list[str]
    frequent: list[str]
    rare: list[str]


@dataclass(frozen=True)
class Measured:
    """Seconds of each question in a bare cursor and through the site, and whether something was found."""

    bare: list[float]
    through_site: list[float]
    found: list[bool]


def rows(pages: int = PAGES) -> Iterator[Row]:
    """Give p50 and p95 of the page of results, and p95 of its statements against what is allowed."""
    data = real_data_folder()
    words = source_words(data)
    with TemporaryDirectory() as folder, fresh_databases() as new_database:
        settings = new_database().model_copy(update={"secret_key": SECRET})
        load_texts(settings, data, orders_archive(Path(folder)), words, pages)
        questions = make_questions(vocabulary_of(words))
        measured = _measure(settings, questions)
        sizes = {name: size / MEGABYTE for name, size in index_sizes(settings).items()}
    note = (
        f"index of the pages {sizes['ap_pages_search_idx']:.0f} MB (with table {sizes['ap_pages']:.0f} MB), "
        f"of the alineas {sizes['alineas_search_idx']:.0f} MB; "
        f"{statistics.fmean(measured.found):.0%} of the questions find something"
    )
    yield from _rows(f"{pages:,} pages", measured, note)


def _rows(name: str, measured: Measured, note: str) -> Iterator[Row]:
    for label, part in (("p50", 0.50), ("p95", 0.95)):
        yield Row(
            name=f"search in the texts, {name}, {label}",
            cost=Cost(quantile(measured.through_site, part), peak_mb()),
            limit=LIMIT,
            limit_seconds=quantile(measured.bare, part),
            note=note,
        )
    yield Row(
        name=f"its statements in the database, {name}, p95",
        cost=Cost(quantile(measured.bare, 0.95), peak_mb()),
        limit="the 100 ms that are allowed",
        limit_seconds=ALLOWED_SECONDS,
        bound=1,
        note=note,
    )


def vocabulary_of(running: list[str]) -> Vocabulary:
    """Return what questions are made of; only words that a dictionary does not leave out for their shape."""
    counts = Counter(word.lower() for word in running if word.isalpha() and len(word) >= 4)
    lowest, highest = RARE_TIMES
    return Vocabulary(
        running=running,
        frequent=[word for word, _ in counts.most_common(FREQUENT)],
        rare=sorted(word for word, times in counts.items() if lowest <= times <= highest),
    )


def make_questions(vocabulary: Vocabulary) -> list[dict[str, str]]:
    """Return the seeded questions in their proportions, as arguments of the page's address."""
    draw = random.Random(SEED)
    makers: tuple[Callable[[random.Random, Vocabulary], dict[str, str]], ...] = (
        *(_frequent,) * 6, *(_rare,) * 2, *(_in_a_row,) * 6, *(_phrase,) * 2,
        _of_a_department, _of_a_rubrique, _without, _mistaken,
    )  # fmt: skip
    return [makers[number % len(makers)](draw, vocabulary) for number in range(QUESTIONS)]


def _frequent(draw: random.Random, vocabulary: Vocabulary) -> dict[str, str]:
    return {"q": draw.choice(vocabulary.frequent)}


def _rare(draw: random.Random, vocabulary: Vocabulary) -> dict[str, str]:
    return {"q": draw.choice(vocabulary.rare)}


def _run(draw: random.Random, vocabulary: Vocabulary, shortest: int, longest: int) -> str:
    start = draw.randrange(len(vocabulary.running) - longest)
    return " ".join(vocabulary.running[start : start + draw.randint(shortest, longest)])


def _in_a_row(draw: random.Random, vocabulary: Vocabulary) -> dict[str, str]:
    return {"q": _run(draw, vocabulary, 2, 5).replace('"', " ").replace("-", " ")}


def _phrase(draw: random.Random, vocabulary: Vocabulary) -> dict[str, str]:
    return {"q": '"' + _run(draw, vocabulary, 2, 3).replace('"', " ") + '"'}


def _of_a_department(draw: random.Random, vocabulary: Vocabulary) -> dict[str, str]:
    return {**_frequent(draw, vocabulary), "departement": draw.choice(("75", "77", "78", "91", "92", "95"))}


def _of_a_rubrique(draw: random.Random, vocabulary: Vocabulary) -> dict[str, str]:
    return {**_frequent(draw, vocabulary), "rubrique": draw.choice(("1510", "2910", "2921", "2565", "2760"))}


def _without(draw: random.Random, vocabulary: Vocabulary) -> dict[str, str]:
    wanted, unwanted = draw.sample(vocabulary.frequent, 2)
    return {"q": f"{wanted} -{unwanted}"}


def _mistaken(draw: random.Random, vocabulary: Vocabulary) -> dict[str, str]:
    word = draw.choice([word for word in vocabulary.frequent if len(word) >= 7])
    at = draw.randrange(1, len(word) - 2)
    return {"q": word[:at] + word[at + 1] + word[at] + word[at + 2 :] + "k"}


def _measure(settings: Settings, questions: list[dict[str, str]]) -> Measured:
    app = create_app(settings)
    client = app.test_client()
    measured = Measured([], [], [])
    connection = psycopg2.connect(libpq_url(site_database_url(settings)))
    for question in questions[:20]:  # warm: pages of the index, templates
        client.get("/recherche?" + urlencode(question))
    for question in questions:
        statements, has_found = _statements_of(app, client, question)
        measured.found.append(has_found)
        measured.through_site.append(_fastest(partial(_ask, client, question)))
        measured.bare.append(_fastest(partial(_replay, connection, statements)))
    connection.close()
    return measured


def _statements_of(app: Flask, client: FlaskClient, question: dict[str, str]) -> tuple[list[Statement], bool]:
    """Return the statements of a page of results, as the driver gets them, and whether it has hits."""
    seen: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    page = _ask(client, question)
    event.remove(engine, "before_cursor_execute", note)
    return seen, 'class="hit passage"' in page


def _ask(client: FlaskClient, question: dict[str, str]) -> str:
    answer = client.get("/recherche?" + urlencode(question))
    assert answer.status_code == 200, question
    return answer.text


def _replay(connection: Any, statements: list[Statement]) -> None:
    with connection.cursor() as cursor:
        for statement, parameters in statements:
            cursor.execute(statement, parameters)
            cursor.fetchall()
    connection.rollback()


def _fastest(work: Callable[[], object]) -> float:
    """Return the seconds of the fastest of some repeats."""
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)
