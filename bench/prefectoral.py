"""④ `sync_aps` with texts: orders and pages into an empty database, again, and after a night of new orders.

Pages are runs of real words with the misreadings of a scan (`bench.french_pages`). Limit of the first sync:
COPY of the same pages into a table without index or key, French search vectors made, after decoding the JSON
of the statuses. Limit of the others: COPY of the list into a temporary table. Both other syncs read the list,
the index and what changed, and compare every line.
"""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from bench.database import NewDatabase, fresh_databases
from bench.french_pages import french_pages, source_words
from bench.measure import Cost, Row, measure_once
from bench.real_data import real_data_folder
from etl.aps.index import Entry, save_index
from etl.aps.statuses import ApPage, ApStatus, status_key
from etl.contracts import AP_COLUMNS
from etl.database import Role, connect
from etl.settings import Settings
from etl.sync import apply_aps
from etl.sync.am_rows import RowStream

SIZES = ((3_693, 1), (1_000, 10))  # orders, pages of each: Île-de-France, and longer ones
NIGHT = 15  # new orders of a working day
REPEATS = 2
SEED = 20260301
READ_AT = datetime(2026, 3, 1, 7, tzinfo=UTC)
FIRST_LIMIT = "decoding the statuses, COPY of their pages with search vectors into a bare table"
AGAIN_LIMIT = "COPY of the list into a temporary table"
BARE_PAGES = """
CREATE UNLOGGED TABLE bare_pages (
    georisques_id text, page integer, text text,
    search tsvector GENERATED ALWAYS AS (to_tsvector('public.french_unaccent'::regconfig, text)) STORED
)
"""
BARE_LIST = """
CREATE TEMPORARY TABLE bare_list (
    s3ic_id text, description text, date text, georisques_id text, status text, size text
)
"""


@dataclass(frozen=True)
class Case:
    """A folder laid out as the buckets, with so many orders read and a night of new ones to come."""

    folder: Path
    orders: int
    pages: int
    statuses: tuple[ApStatus, ...]

    @property
    def name(self) -> str:
        """What a row says of it."""
        return f"{self.orders:,} prefectoral orders with {self.orders * self.pages:,} pages"

    def lay_out(self, count: int) -> None:
        """List so many orders, whose statuses are there, and index them."""
        listed = self.statuses[:count]
        bucket = self.folder / "ap"
        save_index(
            bucket, {status.georisques_id: Entry.of(status.georisques_id, status) for status in listed}
        )
        lines = [",".join(AP_COLUMNS), *(_line(place, status) for place, status in enumerate(listed))]
        (self.folder / "aps_all.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")


def rows() -> Iterator[Row]:
    """Give the rows of each size."""
    words = source_words(real_data_folder())
    with TemporaryDirectory() as folder, fresh_databases() as new_database:
        for orders, pages in SIZES:
            yield from _rows(_case(Path(folder) / f"{orders}-{pages}", words, orders, pages), new_database)


def _case(folder: Path, words: list[str], orders: int, pages: int) -> Case:
    """Write the statuses of the orders and of those of a night more."""
    texts = french_pages(words, (orders + NIGHT) * pages, SEED)
    statuses = tuple(_status(number, [next(texts) for _ in range(pages)]) for number in range(orders + NIGHT))
    for status in statuses:
        path = folder / "ap" / status_key(status.georisques_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(status.to_bytes())
    return Case(folder, orders, pages, statuses)


def _status(number: int, texts: Sequence[str]) -> ApStatus:
    digest = f"{number * 2_654_435_761 % 2**128:032x}"
    tried_at = READ_AT + timedelta(seconds=number)
    return ApStatus(
        georisques_id=f"A/{digest[-1]}/{digest}",
        status="SUCCESS",
        reason=f"{len(texts)} pages: {len(texts)} read.",
        failure=None,
        sha256=f"{number:064x}",
        engine="engine of the benchmark",
        attempts=1,
        first_seen_at=tried_at,
        tried_at=tried_at,
        read_at=tried_at,
        size=500_000,
        seconds=1.0,
        pages=tuple(
            ApPage(
                page=page, decision="read", reason="The page has no text layer.", confidence=90.0, text=text
            )
            for page, text in enumerate(texts, start=1)
        ),
    )


def _line(place: int, status: ApStatus) -> str:
    return f"0058.{place:05d},Nouveau document,2020-01-01,{status.georisques_id},SUCCESS,{status.size}"


def _rows(case: Case, new_database: NewDatabase) -> Iterator[Row]:
    costs: dict[str, list[Cost]] = {name: [] for name in ("limit", "first", "list", "again", "night")}
    for _ in range(REPEATS):
        for name, cost in _measure(case, new_database):
            costs[name].append(cost)
    best = {
        name: Cost(min(c.seconds for c in found), max(c.peak_mb for c in found))
        for name, found in costs.items()
    }
    night = f"④ sync_aps after a night of {NIGHT} new orders beside {case.name}"
    yield Row(f"④ first sync_aps, {case.name}", best["first"], FIRST_LIMIT, best["limit"].seconds)
    yield Row(f"④ sync_aps without change, {case.name}", best["again"], AGAIN_LIMIT, best["list"].seconds)
    yield Row(night, best["night"], AGAIN_LIMIT, best["list"].seconds)


def _measure(case: Case, new_database: NewDatabase) -> Iterator[tuple[str, Cost]]:
    """Measure each once: limits and ours in turn."""
    case.lay_out(case.orders)
    yield "limit", _measure_pages_limit(case, new_database())
    settings = new_database()
    with connect(settings, Role.ETL) as connection:
        yield "first", _measure_sync(case, connection, created=case.orders)
        yield "list", measure_once(lambda: _copy_list(case, connection))
        yield "again", _measure_sync(case, connection, created=0)
        case.lay_out(case.orders + NIGHT)
        yield "night", _measure_sync(case, connection, created=NIGHT)


def _measure_sync(case: Case, connection: Connection, *, created: int) -> Cost:
    found: list[int] = []
    cost = measure_once(lambda: found.append(apply_aps(connection, case.folder, case.folder / "ap").created))
    assert found == [created]
    return cost


def _measure_pages_limit(case: Case, settings: Settings) -> Cost:
    with connect(settings, Role.OWNER) as connection:
        return measure_once(lambda: _copy_pages(case, connection))


def _copy_pages(case: Case, connection: Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE_PAGES)
        cursor.copy_expert(
            "COPY bare_pages (georisques_id, page, text) FROM STDIN (FORMAT csv)",
            RowStream(_pages(case)),
            1 << 20,
        )
    connection.commit()


def _pages(case: Case) -> Iterator[tuple[str, int, str]]:
    for status in case.statuses[: case.orders]:
        content = (case.folder / "ap" / status_key(status.georisques_id)).read_bytes()
        for page in json.loads(content)["pages"]:
            yield status.georisques_id, page["page"], page["text"]


def _copy_list(case: Case, connection: Connection) -> None:
    data = io.BytesIO((case.folder / "aps_all.csv").read_bytes())
    with connection.cursor() as cursor:
        cursor.execute(BARE_LIST)
        cursor.copy_expert("COPY bare_list FROM STDIN (FORMAT csv, HEADER)", data, 1 << 20)
    connection.rollback()
