"""A backup of 400,000 rows, streamed into a folder, restored into a scratch database and compared.

Limit: `pg_dump` of the same database to nowhere.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.database import fresh_databases
from bench.measure import Row, measure
from bench.people import fill
from etl.backups.command import maker_url, run_backup
from etl.binaries import find_client
from etl.database import Role, connect, libpq_url
from etl.settings import Settings

SITES, PRESENT, PICKS = 20_000, 20_000, 10
LONGEST_SECONDS = 60
TIMEOUT_SECONDS = 600


def rows() -> Iterator[Row]:
    """Give the time of the backup with its proof."""
    with fresh_databases() as new_database:
        settings = new_database()
        fill(settings, sites=SITES, present=PRESENT, idle=0, picks=PICKS)
        limit = measure(lambda: _dump_to_nowhere(settings)).seconds
        cost = measure(lambda: run_backup(settings, None, lambda _: None))
        (dump,) = Path(settings.bucket_url("backup")).rglob("*.dump")
        yield Row(
            name=f"backup and verified restore of {_rows(settings):,} rows",
            cost=cost,
            limit="pg_dump of the same database to nowhere",
            limit_seconds=limit,
            note=f"must take less than {LONGEST_SECONDS} s; the dump has {dump.stat().st_size / 1e6:.1f} MB",
        )


def _dump_to_nowhere(settings: Settings) -> None:
    command = [
        str(find_client("pg_dump")), "--format=custom", "--compress=6",
        f"--dbname={libpq_url(maker_url(settings))}",
    ]  # fmt: skip
    subprocess.run(command, stdout=subprocess.DEVNULL, timeout=TIMEOUT_SECONDS, check=True)


def _rows(settings: Settings) -> int:
    with connect(settings, Role.OWNER) as owner, owner.cursor() as cursor:
        total = 0
        for table in ("users", "installations", "classements", "prescriptions"):
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  (names of this module)
            total += (cursor.fetchone() or (0,))[0]
        return total
