"""The site closed for maintenance: one page in place of all others; nothing is read of people or written.

Closed by the setting MAINTENANCE, or without a restart by whoever holds the lock of `etl.maintenance`, as
a restore does. `/sante`, `/metrics` and static files answer as always.
"""

import logging
import threading
import time

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import ServiceUnavailable

from etl.database import read_statement
from etl.maintenance import LOOKED_AT_EVERY_SECONDS, MAINTENANCE_LOCK
from webapp.configuration import current_settings
from webapp.errors import answer_error
from webapp.models import db

DOOR_KEY = "envinorma_door"
RETRY_AFTER_SECONDS = 120
TITLE = "Site en maintenance"
ADVICE = (
    "Nous intervenons sur le service, qui rouvrira dans quelques minutes. Si vous veniez d’envoyer un "
    "formulaire, il n’a pas été enregistré : renvoyez-le à la réouverture."
)
# Parts of the site that answer machines, or hold no data.
OPEN_BLUEPRINTS = frozenset({"operation"})
OPEN_ENDPOINTS = frozenset({"static_of_another_version"})

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Look at the door before anything else is done for a request."""
    app.extensions[DOOR_KEY] = Door()
    app.before_request(answer_while_closed)


def answer_while_closed() -> Response | None:
    """Return the page of the maintenance where the site is closed, None where it is open."""
    if request.blueprint in OPEN_BLUEPRINTS or request.endpoint in OPEN_ENDPOINTS or not is_closed():
        return None
    g.is_closed = True
    error = ServiceUnavailable(retry_after=RETRY_AFTER_SECONDS)
    return answer_error(error, TITLE, ADVICE, template="errors/maintenance.html")


def is_closed() -> bool:
    """Tell whether the site is closed, by its setting or by a command that is at work."""
    door: Door = current_app.extensions[DOOR_KEY]
    return current_settings().maintenance or door.is_closed()


class Door:
    """What this process knows of the lock: it asks once a second at most, and one request at a time."""

    def __init__(self) -> None:
        self.asked_at: float | None = None
        self.closed = False
        self._asking = threading.Lock()

    def is_closed(self) -> bool:
        """Tell whether somebody holds the lock, as the database last said."""
        if not self._is_known() and self._asking.acquire(blocking=self.asked_at is None):
            try:
                if not self._is_known():
                    self._ask()
            finally:
                self._asking.release()
        return self.closed

    def _is_known(self) -> bool:
        return self.asked_at is not None and time.monotonic() - self.asked_at < LOOKED_AT_EVERY_SECONDS

    def _ask(self) -> None:
        """Ask the database, outside any transaction; where it does not answer, what it last said holds."""
        try:
            with db.engine.connect() as connection:
                alone = connection.execution_options(isolation_level="AUTOCOMMIT")
                asked = {"lock": MAINTENANCE_LOCK}
                statement = read_statement("runs/is_in_maintenance.sql")
                self.closed = bool(alone.exec_driver_sql(statement, asked).scalar())
        except SQLAlchemyError as error:
            log.info("The database does not say whether there is maintenance: %s", error)
        self.asked_at = time.monotonic()
