"""The files as temporary tables of the run's own: nobody else sees them, they end with the transaction."""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from psycopg2 import DataError
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (the driver names its class in lower case)
from pyarrow import csv

from etl.database import read_statement
from etl.distinct import Column, codes_of, column_of, texts_of
from etl.errors import RefusedError
from etl.sync.coordinates import to_wgs84
from etl.sync.inputs import DatasetFile, IcpeFiles, IcpeTables, check_icpe

COPY_BYTES = 1 << 20
# The files call the projected metres lat (easting) and lon (northing), whatever the names say (docs/data.md).
EASTING, NORTHING = "lat", "lon"


def stage(cursor: Cursor, files: IcpeFiles) -> dict[str, int]:
    """Load both files into temporary tables, matched with the rows in service; return rows by file name.

    Postgres takes in the larger file while this process checks both: what is staged is seen by nobody, and
    goes with the transaction when the check fails.

    Raises:
        RefusedError: a file breaks its contract, or Postgres reads a value otherwise than the checks did.
    """
    cursor.execute(read_statement("sync/stage_installations.sql"))
    cursor.execute(read_statement("sync/stage_classements.sql"))
    with ThreadPoolExecutor(1) as checker:
        checking = checker.submit(_checked, files)
        copied = _copy(cursor, "classements", files.classements.data)
        tables, with_places = checking.result()
    rows = {
        files.classements.key: _expect(files.classements, copied, tables.classements),
        files.installations.key: _expect(
            files.installations, _copy(cursor, "installations", with_places), tables.installations
        ),
    }
    cursor.execute(read_statement("sync/match_installations.sql"))
    return rows


def _checked(files: IcpeFiles) -> tuple[IcpeTables, pa.Buffer]:
    tables = check_icpe(files)
    return tables, _with_places(tables)


def _copy(cursor: Cursor, name: str, data: bytes | pa.Buffer) -> int | DataError:
    """Return how many rows Postgres read, or what it could not read."""
    try:
        cursor.copy_expert(read_statement(f"sync/copy_{name}.sql"), io.BytesIO(data), COPY_BYTES)
    except DataError as error:
        return error
    return cursor.rowcount


def _expect(file: DatasetFile, copied: int | DataError, table: pa.Table) -> int:
    """Return the rows of a file when Postgres and the checks read the same count."""
    if isinstance(copied, DataError):
        raise RefusedError(f"{file.key} cannot be loaded: {copied.diag.message_primary}.")
    if copied != table.num_rows:
        raise RefusedError(
            f"{file.key} has {table.num_rows} lines and the database reads {copied}. "
            "Look for stray quotes or line ends."
        )
    return copied


def _with_places(tables: IcpeTables) -> pa.Buffer:
    """Return the installations as CSV, with longitude, latitude and where their lines begin."""
    encoded = tables.installations
    table = encoded.cast(pa.schema([(name, pa.string()) for name in encoded.column_names]))
    longitude, latitude = to_wgs84(_numbers(table, EASTING), _numbers(table, NORTHING))
    names = table["name"].fill_null(pa.scalar("").cast(pa.string()))  # never null in the database
    first, count = runs_of(column_of(encoded, "s3ic_id"), column_of(tables.classements, "s3ic_id"))
    return _as_csv(
        table.set_column(table.column_names.index("name"), "name", names)
        .append_column("longitude", pa.array(longitude, from_pandas=True))
        .append_column("latitude", pa.array(latitude, from_pandas=True))
        .append_column("first_line", first)
        .append_column("lines", count)
    )


def runs_of(wanted: Column, sorted_ids: Column) -> "tuple[pa.Array[Any], pa.Array[Any]]":
    """Return for each wanted id the line (from 1) where its run in a sorted column begins, and its length.

    An id that the column does not have begins nowhere (null) and has no line (0).
    """
    codes = codes_of(sorted_ids)
    is_start = np.append(True, codes[1:] != codes[:-1])[: len(codes)]
    starts = np.flatnonzero(is_start).astype(np.int32)
    lengths = np.diff(np.append(starts, np.int32(len(codes))))
    ids = texts_of(sorted_ids.take(pa.array(starts, pa.int32())))
    places = pc.index_in(texts_of(wanted), value_set=ids).fill_null(len(starts)).to_numpy()
    # One place more, for the ids that are not there.
    first = pa.array(np.append(starts + 1, 0)[places], mask=places == len(starts))
    return first, pa.array(np.append(lengths, 0)[places])


def _numbers(table: pa.Table, name: str) -> "np.ndarray[Any, np.dtype[np.float64]]":
    return table[name].cast(pa.float64()).to_numpy()


def _as_csv(table: pa.Table) -> pa.Buffer:
    """Return the lines as Postgres reads them: every text between quotes, nothing where it is null."""
    stream = pa.BufferOutputStream()
    csv.write_csv(table, stream, csv.WriteOptions(include_header=False))
    return stream.getvalue()
