"""The files as temporary tables of the run's own: nobody else sees them, they end with the transaction."""

import io
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from psycopg2 import DataError
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (the driver names its class in lower case)
from pyarrow import csv

from etl.database import read_statement
from etl.errors import RefusedError
from etl.sync.coordinates import to_wgs84
from etl.sync.inputs import DatasetFile, IcpeInputs

Texts: TypeAlias = "pa.ChunkedArray[Any]"

COPY_BYTES = 1 << 20
# The files call the projected metres lat (easting) and lon (northing), whatever the names say (docs/data.md).
EASTING, NORTHING = "lat", "lon"


def stage(cursor: Cursor, inputs: IcpeInputs) -> None:
    """Load both files into `staged_installations` and `staged_classements`; match them with rows in service.

    Raises:
        RefusedError: Postgres reads a value otherwise than the checks did.
    """
    cursor.execute(read_statement("sync/stage_installations.sql"))
    cursor.execute(read_statement("sync/stage_classements.sql"))
    _copy(cursor, inputs.installations, "installations", _as_csv(_installations_with_places(inputs)))
    _copy(cursor, inputs.classements, "classements", inputs.classements.data)
    cursor.execute("ANALYZE staged_installations (s3ic_id)")
    cursor.execute(read_statement("sync/match_installations.sql"))
    cursor.execute("ANALYZE matched_installations")
    cursor.execute("ANALYZE staged_classements (s3ic_id)")


def _copy(cursor: Cursor, file: DatasetFile, name: str, data: bytes | pa.Buffer) -> None:
    try:
        cursor.copy_expert(read_statement(f"sync/copy_{name}.sql"), io.BytesIO(data), COPY_BYTES)
    except DataError as error:
        raise RefusedError(f"{file.key} cannot be loaded: {error.diag.message_primary}.") from None
    if cursor.rowcount != file.table.num_rows:
        raise RefusedError(
            f"{file.key} has {file.table.num_rows} lines and the database reads {cursor.rowcount}. "
            "Look for stray quotes or line ends."
        )


def _installations_with_places(inputs: IcpeInputs) -> pa.Table:
    """Return the installations with longitude, latitude and where their lines begin in the other file."""
    table = inputs.installations.table
    longitude, latitude = to_wgs84(_numbers(table, EASTING), _numbers(table, NORTHING))
    names = table["name"].fill_null(pa.scalar("").cast(pa.string()))  # never null in the database
    named = table.set_column(table.column_names.index("name"), "name", names)
    return (
        named.append_column("longitude", pa.array(longitude, from_pandas=True))
        .append_column("latitude", pa.array(latitude, from_pandas=True))
        .append_column("first_line", first_lines(table["s3ic_id"], inputs.classements.table["s3ic_id"]))
    )


def first_lines(wanted: Texts, sorted_ids: Texts) -> "pa.Array[Any]":
    """Return for each wanted id the line (from 1) where its run in a sorted column begins, null for none."""
    encoded = sorted_ids.combine_chunks().dictionary_encode()
    # Codes follow the order of first appearance, so in a sorted column each new one begins a run.
    codes = encoded.indices.to_numpy()
    starts = pa.array(np.searchsorted(codes, np.arange(len(encoded.dictionary))) + 1, pa.int32())
    places = pc.index_in(wanted.combine_chunks(), value_set=encoded.dictionary)
    return starts.take(places)


def _numbers(table: pa.Table, name: str) -> "np.ndarray[Any, np.dtype[np.float64]]":
    return table[name].cast(pa.float64()).to_numpy()


def _as_csv(table: pa.Table) -> pa.Buffer:
    """Return the lines as Postgres reads them: every text between quotes, nothing where it is null."""
    stream = pa.BufferOutputStream()
    csv.write_csv(table, stream, csv.WriteOptions(include_header=False))
    return stream.getvalue()
