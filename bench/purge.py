"""⑤ The purge of 100,000 idle people with 1,000,000 prescriptions, while others visit the site.

A prober does what the site does for a tick, again and again: for people who are here, and for idle ones who
come back just then. Limit: one statement that deletes the same prescriptions, and nothing else.
"""

import random
import threading
import time
from collections.abc import Iterator

from bench.database import fresh_databases
from bench.measure import Cost, Row, measure, peak_mb
from bench.people import fill
from etl.database import Role, connect, read_statement
from etl.purge import purge_users
from etl.settings import Settings

IDLE, PRESENT, SITES, PICKS = 100_000, 5_000, 20_000, 10
DAYS = 90
LONGEST_BLOCK_SECONDS = 0.2
LONGEST_SECONDS = 60
PAUSE_SECONDS = 0.002

PICK = """
INSERT INTO prescriptions (user_id, installation_id, cid, order_title, content)
VALUES (%(id)s, 1, 'JORFTEXT000000000001', 'Arrêté', '{}')
"""
LOOK = "SELECT count(*) FROM prescriptions WHERE user_id = %(id)s"


def rows() -> Iterator[Row]:
    """Give the time of the purge, and the longest time that a query of the site took meanwhile."""
    with fresh_databases() as new_database:
        settings = new_database()
        fill(settings, sites=SITES, present=PRESENT, idle=IDLE, picks=PICKS)
        limit = _limit(settings)
        prober = Prober(settings)
        prober.start()
        with connect(settings, Role.ETL) as connection:
            cost = measure(lambda: purge_users(connection, DAYS))
        prober.stop()
        left = _count(settings)
        assert left == PRESENT + prober.came_back, f"{left} people are left"
        yield Row(
            name=f"⑤ purge, {IDLE:,} idle people with {IDLE * PICKS:,} prescriptions",
            cost=cost,
            limit="one statement that deletes these prescriptions, nothing else",
            limit_seconds=limit,
            note=f"must take less than {LONGEST_SECONDS} s; {prober.came_back} came back and were kept",
        )
        yield Row(
            name="longest query of the site during the purge",
            cost=Cost(max(prober.seconds), peak_mb()),
            limit="200 ms",
            limit_seconds=LONGEST_BLOCK_SECONDS,
            bound=1,
            note=f"{len(prober.seconds):,} ticks of present and of returning people; "
            f"median {sorted(prober.seconds)[len(prober.seconds) // 2] * 1000:.1f} ms",
        )


class Prober(threading.Thread):
    """Ticks of the site, one after the other: `seconds` of each, and how many idle people came back."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(name="prober", daemon=True)
        self.settings = settings
        self.seconds: list[float] = []
        self.came_back = 0
        self._end = threading.Event()
        self._draw = random.Random(1)

    def run(self) -> None:
        """Tick until told to stop: nine of ten for a person who is here, one for an idle one."""
        with connect(self.settings, Role.WEB) as connection, connection.cursor() as cursor:
            returned: set[int] = set()
            while not self._end.wait(PAUSE_SECONDS):
                is_idle = self._draw.random() < 0.1
                span = (PRESENT + 1, PRESENT + IDLE) if is_idle else (1, PRESENT)
                person = self._draw.randint(*span)
                began = time.perf_counter()
                cursor.execute("SELECT id FROM users WHERE id = %(id)s FOR NO KEY UPDATE", {"id": person})
                if cursor.fetchone():
                    cursor.execute(read_statement("guests/note_return.sql"), {"id": person})
                    cursor.execute(PICK, {"id": person})
                    if is_idle:
                        returned.add(person)
                cursor.execute(LOOK, {"id": person})
                connection.commit()
                self.seconds.append(time.perf_counter() - began)
            self.came_back = len(returned)

    def stop(self) -> None:
        """End the visits and wait for the last one."""
        self._end.set()
        self.join()


def _limit(settings: Settings) -> float:
    """Return the seconds of one deletion of the same prescriptions, which is taken back."""
    with connect(settings, Role.OWNER) as owner, owner.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute("DELETE FROM prescriptions WHERE user_id > %s", (PRESENT,))
        seconds = time.perf_counter() - began
        owner.rollback()
    with connect(settings, Role.OWNER) as owner:
        owner.autocommit = True
        owner.cursor().execute("VACUUM ANALYZE prescriptions")
    return seconds


def _count(settings: Settings) -> int:
    with connect(settings, Role.OWNER) as owner, owner.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM users")
        (count,) = cursor.fetchone() or (0,)
        return int(count)
