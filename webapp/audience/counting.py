"""Counting in memory, written once a minute by a thread of its own: no page waits for it.

A worker that is stopped writes what it holds; one that is killed loses the views of its last minute.
"""

import atexit
import logging
import os
import threading
from collections import Counter
from datetime import date

from flask import Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from etl.database import read_statement
from webapp.audience.kinds import kind_of
from webapp.audience.machines import is_machine
from webapp.formats import PARIS, now
from webapp.models import db

AUDIENCE_KEY = "envinorma_audience"
SECONDS_BETWEEN_WRITINGS = 60.0

log = logging.getLogger(__name__)

Views = Counter[tuple[date, str]]


class Audience:
    """The views of one process that are not written yet."""

    def __init__(self, app: Flask, seconds: float = SECONDS_BETWEEN_WRITINGS) -> None:
        """Count for an application; nothing starts before the first view."""
        self._app = app
        self._seconds = seconds
        self._views: Views = Counter()
        self._lock = threading.Lock()
        self._pid: int | None = None
        self._end = threading.Event()

    def count(self, day: date, kind: str) -> None:
        """Count one view."""
        with self._lock:
            self._views[day, kind] += 1
            if self._pid != os.getpid():
                self._start()

    def write(self) -> None:
        """Add what was counted to the table; what cannot be written is kept for the next time."""
        with self._lock:
            views, self._views = self._views, Counter()
        if not views:
            return
        try:
            self._add(views)
        except SQLAlchemyError as error:
            log.warning("The audience cannot be written yet: %s", error)
            with self._lock:
                self._views.update(views)

    def close(self) -> None:
        """Write what is left, and stop writing."""
        self._end.set()
        self.write()

    def _start(self) -> None:
        """Write from now on, in this process: a thread does not survive a fork."""
        self._pid = os.getpid()
        self._end = threading.Event()
        threading.Thread(
            target=self._write_now_and_then, args=(self._end,), name="audience", daemon=True
        ).start()
        atexit.register(self.close)

    def _write_now_and_then(self, end: threading.Event) -> None:
        while not end.wait(self._seconds):
            self.write()

    def _add(self, views: Views) -> None:
        # In one order in every worker: two that write at once wait, and never for each other.
        rows = [{"day": day, "kind": kind, "views": count} for (day, kind), count in sorted(views.items())]
        with self._app.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql(read_statement("audience/add_views.sql"), rows)


def init_app(app: Flask) -> None:
    """Count the pages that people see."""
    app.extensions[AUDIENCE_KEY] = Audience(app)
    app.after_request(count_view)


def count_view(response: Response) -> Response:
    """Count the answer where a person sees a page by it; parts of pages and pages fetched ahead are none."""
    kind = kind_of(request.endpoint)
    if kind is not None and is_view(response) and not is_machine(user_agent(), programs_count=kind == "api"):
        audience: Audience = current_app.extensions[AUDIENCE_KEY]
        audience.count(now().astimezone(PARIS).date(), kind)
    return response


def is_view(response: Response) -> bool:
    """Tell whether an answer is a whole page or file that somebody asked for."""
    asked = request.headers
    return (
        request.method == "GET"
        and response.status_code == 200
        and "HX-Request" not in asked
        and "prefetch" not in asked.get("Sec-Purpose", asked.get("Purpose", ""))
    )


def user_agent() -> str:
    """Return what the browser calls itself; it is looked at and not kept."""
    return request.headers.get("User-Agent", "")
