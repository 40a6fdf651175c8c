"""The real Île-de-France, from raw extraction to rows; skipped where ENVINORMA_DATA is not set."""

import csv
from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.s3ic import transform_icpe
from etl.sync import apply_icpe

pytestmark = [pytest.mark.postgres, pytest.mark.real_data]


def test_real_rows(connection: Connection, real_data: Path, tmp_path: Path) -> None:
    transform_icpe(
        establishments=real_data / "s3ic" / "s3ic-liste-etablissements.csv",
        classements=real_data / "s3ic" / "sic-liste-rubriques.csv",
        output=tmp_path,
    )
    first, second = (apply_icpe(connection, tmp_path, "idf") for _ in range(2))
    assert (first.outcome, first.created) == ("done", 2_164 + 13_113)
    assert (second.outcome, second.unchanged) == ("unchanged", 2_164 + 13_113)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s3ic_id, name, city, x_lambert93::text, last_inspection::text, regime, seveso "
            "FROM installations ORDER BY s3ic_id"
        )
        loaded = cursor.fetchall()
        cursor.execute("SELECT count(longitude) FROM installations")
        assert cursor.fetchone() == (2_164 - 12,)  # twelve have no place in the source
        cursor.execute("SELECT count(*) FROM installations WHERE longitude BETWEEN 1.4 AND 3.6")
        assert cursor.fetchone() == (2_164 - 13,)  # one lacks a digit there and lies in the ocean
    assert loaded == published(real_data / "idf" / "installations_idf.csv")


def published(path: Path) -> list[tuple[str | None, ...]]:
    """The rows as the original published them, but for its days of the years 19 and 20, which are unknown."""
    columns = ("s3ic_id", "name", "city", "lat", "last_inspection", "regime", "seveso")
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return [
        tuple(
            None if row[name].startswith("00") and name == "last_inspection" else row[name] or None
            for name in columns
        )
        for row in rows
    ]
