"""The archive of orders and the back-office: import, the same again, export, and what « Publication » costs.

The import is allowed 10 s and the export 5 s for the 217 real orders. The page is asked of the functions
behind it: before anything was published, when every order is read and checked; with nothing changed; and with
the ten orders of most sections changed.
"""

import copy
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from pydantic import SecretStr
from upath import UPath

from bench.database import fresh_databases
from bench.measure import Row, measure, measure_once
from bench.real_data import orders_archive, real_data_folder
from etl.am_export import make_archive
from etl.am_import import import_ams
from etl.database import Role, connect
from etl.settings import Settings
from etl.sync import apply_ams
from webapp import create_app
from webapp.backoffice import listing, store
from webapp.backoffice.publication.changes import find_changes

REPEATS = 3
LARGEST = 10
IMPORT_SECONDS, EXPORT_SECONDS, PAGE_SECONDS, FIRST_SECONDS = 10.0, 5.0, 0.5, 5.0
# What the original tool announced to its editors.
ORIGINAL_EXPORT_SECONDS = 120.0
SECRET = SecretStr("a secret of the benchmarks, which serve nobody")


def rows() -> Iterator[Row]:
    """Give the rows of the archive, then those of the page."""
    with TemporaryDirectory() as folder, fresh_databases() as new_database:
        archive, settings = UPath(orders_archive(Path(folder))), new_database()
        name = "real orders" if real_data_folder() else "the demo's orders"
        original = ORIGINAL_EXPORT_SECONDS if real_data_folder() else None
        yield _row(f"import of {name}", partial(_steps, settings, import_ams, archive), IMPORT_SECONDS)
        yield _row(
            f"the same import again, {name}", partial(_steps, settings, import_ams, archive), IMPORT_SECONDS
        )
        export = partial(_steps, settings, make_archive)
        yield _row(f"export of {name}", export, EXPORT_SECONDS, repeats=REPEATS, original=original)
        app = create_app(settings.model_copy(update={"secret_key": SECRET}))
        page = partial(_find, app)
        yield _row(f"« Publication », {name}, none published yet", page, FIRST_SECONDS)
        _steps(settings, apply_ams, archive)
        yield _row(f"« Publication », {name}, none changed", page, PAGE_SECONDS, repeats=REPEATS)
        changed = _change_largest(app)
        label = f"« Publication », {name}, the {changed} with most sections changed"
        yield _row(label, page, FIRST_SECONDS, repeats=REPEATS)


def _row(
    name: str, work: Callable[[], object], allowed: float, *, repeats: int = 0, original: float | None = None
) -> Row:
    cost = measure(work, repeats=repeats, warm=True) if repeats else measure_once(work)
    limit = f"the {allowed:g} s that it is allowed"
    return Row(name, cost, limit, limit_seconds=allowed, bound=1, original_seconds=original)


def _steps(settings: Settings, step: Callable[..., object], *arguments: object) -> None:
    with connect(settings, Role.ETL) as connection:
        step(connection, *arguments)


def _find(app: Flask) -> None:
    with app.app_context():
        find_changes()


def _change_largest(app: Flask) -> int:
    """Change one title in each of the orders with most sections; return how many there are."""
    app.test_cli_runner().invoke(args=["editors", "add", "bench", "--role", "editor", "--generate"])
    with app.app_context():
        lines = sorted(listing.all_lines(), key=lambda line: line.sections, reverse=True)[:LARGEST]
        for line in lines:
            held = store.read_order(line.cid)
            if held is None:
                raise RuntimeError(f"{line.cid} has gone from the database of the benchmark.")
            document = copy.deepcopy(held.document)
            document["sections"][0]["title"]["text"] += " (modifié)"
            edit = store.Edit(author_id=1, action="text")
            store.save(line.cid, held.version, document, held.metadata, edit)
    return len(lines)
