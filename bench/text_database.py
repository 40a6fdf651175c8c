"""A database with installations, ministerial orders and many pages of prefectoral ones, to search in."""

from collections.abc import Iterator
from pathlib import Path

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (the driver names its class in lower case)

from bench.french_pages import french_pages
from bench.generate_icpe import CLASSEMENTS_FILE, ESTABLISHMENTS_FILE
from etl.database import Role, connect, database_url, libpq_url, read_statement
from etl.s3ic import transform_icpe
from etl.settings import ROOT, Settings
from etl.sync import apply_ams, apply_icpe
from etl.sync.am_rows import Row, RowStream

PAGES_OF_AN_ORDER = 15
SEED = 20260401
COPY_BYTES = 1 << 20
ADD_ORDERS = """
INSERT INTO aps (georisques_id, s3ic_id, description, dated_on, ocr_status, page_count, read_at)
SELECT
    'A/' || right(md5(number::text), 1) || '/' || md5(number::text), sites.s3ic_id,
    'Arrêté préfectoral n° ' || number, date '1990-01-01' + number, 'SUCCESS', %(pages)s, now()
FROM generate_series(0, %(orders)s - 1) AS number
INNER JOIN (
    SELECT s3ic_id, row_number() OVER (ORDER BY md5(s3ic_id)) - 1 AS place, count(*) OVER () AS total
    FROM installations
) AS sites ON number %% sites.total = sites.place
"""


def load_texts(settings: Settings, data: Path | None, archive: Path, words: list[str], pages: int) -> None:
    """Put the installations and ministerial orders into service, and so many pages of prefectoral orders.

    The pages go the way of the sync, without the files of the bucket; statistics are fresh, as autovacuum
    makes them within a minute.
    """
    raw, files = (data or ROOT / "demo") / "s3ic", settings.run_dir / "bench-icpe"
    transform_icpe(establishments=raw / ESTABLISHMENTS_FILE, classements=raw / CLASSEMENTS_FILE, output=files)
    with connect(settings, Role.ETL) as connection:
        apply_icpe(connection, files, "all")
    with connect(settings, Role.ETL) as connection:
        apply_ams(connection, archive)
    with connect(settings, Role.ETL) as connection, connection.cursor() as cursor:
        _load_pages(cursor, words, pages)
    owner = psycopg2.connect(libpq_url(database_url(settings, Role.OWNER)))
    owner.autocommit = True
    owner.cursor().execute("VACUUM ANALYZE ap_pages, aps, alineas, ams, installations, classements")
    owner.close()


def _load_pages(cursor: Cursor, words: list[str], pages: int) -> None:
    orders = -(-pages // PAGES_OF_AN_ORDER)
    cursor.execute(ADD_ORDERS, {"orders": orders, "pages": PAGES_OF_AN_ORDER})
    cursor.execute("SELECT georisques_id FROM aps ORDER BY id")
    ids = [row[0] for row in cursor.fetchall()]
    cursor.execute(read_statement("sync/aps/stage.sql"))
    rows = _page_rows(ids, words, pages)
    cursor.copy_expert(read_statement("sync/aps/copy_pages.sql"), RowStream(rows), COPY_BYTES)
    cursor.execute(read_statement("sync/aps/insert_pages.sql"))


def _page_rows(ids: list[str], words: list[str], pages: int) -> Iterator[Row]:
    for number, text in enumerate(french_pages(words, pages, SEED)):
        yield (ids[number // PAGES_OF_AN_ORDER], number % PAGES_OF_AN_ORDER + 1, "read", 92.5, text)


def index_sizes(settings: Settings) -> dict[str, int]:
    """Return the bytes of the tables of texts (all of it) and of their full-text indexes."""
    names = ("ap_pages_search_idx", "alineas_search_idx", "ap_pages", "alineas")
    with connect(settings, Role.WEB) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, pg_total_relation_size(name::regclass) FROM unnest(%s) AS name", (list(names),)
        )
        return dict(cursor.fetchall())
