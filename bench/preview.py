"""The preview of the largest order of the back-office: under values, and for an installation.

Each page is asked several times after a warm-up; the slowest counts. Limit: the 300 ms that the preview is
allowed.
"""

import time
from collections.abc import Iterator

from flask.testing import FlaskClient

from bench.database import fresh_databases
from bench.measure import MEGABYTE, Cost, Row, peak_mb
from bench.office import load_office, signed_in
from bench.real_data import real_data_folder
from etl.database import Role, connect
from etl.settings import Settings
from webapp import create_app

ALLOWED_SECONDS = 0.3
REPEATS = 15
VALUES = "regime=A&date-d-installation=1998-06-01&date-d-autorisation=1998-03-02&quantite-rubrique=52000"
ANY_SITE = "SELECT s3ic_id FROM installations WHERE owner_id IS NULL ORDER BY s3ic_id LIMIT 1"


def rows() -> Iterator[Row]:
    """Give the slowest of the pages of each kind."""
    name = "real" if real_data_folder() else "demo"
    with fresh_databases() as new_database:
        settings, cid = load_office(new_database())
        client = signed_in(create_app(settings), "reader")
        for kind, query in (("values", VALUES), ("an installation", f"installation={_site(settings)}")):
            seconds, size = _slowest(client, f"/back-office/arretes/{cid}/apercu?{query}")
            yield Row(
                name=f"preview of the largest {name} order, {kind}",
                cost=Cost(seconds, peak_mb()),
                limit="what it is allowed",
                limit_seconds=ALLOWED_SECONDS,
                bound=1,
                note=f"slowest of {REPEATS}, {size / MEGABYTE:.1f} MB of HTML",
            )


def _site(settings: Settings) -> str:
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(ANY_SITE)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _slowest(client: FlaskClient, path: str) -> tuple[float, int]:
    """Return the seconds of the slowest answer, and the bytes of the page."""
    slowest, size = 0.0, len(client.get(path).data)
    for _ in range(REPEATS):
        started = time.perf_counter()
        answer = client.get(path)
        slowest = max(slowest, time.perf_counter() - started)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
    return slowest, size
