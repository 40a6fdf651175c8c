"""The index of the bucket `ap`: one line for each listed order, so that a morning reads one file, not 79,302.

`index.parquet` is derived from the statuses and made anew from them where it is missing or cannot be read.
"""

import io
import logging
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, Self

import pyarrow as pa
from pyarrow import parquet

from etl.aps.shelf import statuses_of
from etl.aps.statuses import STATUS_SUFFIX, ApStatus, failure_of
from etl.contracts import GEORISQUES_ID
from etl.storage import AnyPath, list_keys, put_bytes, read_bytes

INDEX_KEY = "index.parquet"
SAMPLE = 20
COLUMNS: list["pa.Field[Any]"] = [
    pa.field("georisques_id", pa.string(), nullable=False),
    pa.field("status", pa.string(), nullable=False),
    pa.field("failure", pa.string()),
    pa.field("sha256", pa.string()),
    pa.field("engine", pa.string()),
    pa.field("attempts", pa.int32(), nullable=False),
    pa.field("tried_at", pa.timestamp("us", "UTC")),
    pa.field("read_at", pa.timestamp("us", "UTC")),
    pa.field("size", pa.int64()),
    pa.field("page_count", pa.int32(), nullable=False),
    pa.field("confidence", pa.float64()),
]
SCHEMA = pa.schema(COLUMNS)

log = logging.getLogger(__name__)

OcrStatus = Literal["SUCCESS", "ERROR", "NOT_ATTEMPTED"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One listed order, as `ApStatus` says it without its pages; `NOT_ATTEMPTED` where it has no status."""

    georisques_id: str
    status: OcrStatus = "NOT_ATTEMPTED"
    failure: str | None = None
    sha256: str | None = None
    engine: str | None = None
    attempts: int = 0
    tried_at: datetime | None = None
    read_at: datetime | None = None
    size: int | None = None
    page_count: int = 0
    confidence: float | None = None

    @classmethod
    def of(cls, georisques_id: str, status: ApStatus | None) -> Self:
        """Return the line of an order with this status."""
        if status is None:
            return cls(georisques_id)
        return cls(
            georisques_id,
            status.status,
            status.failure.value if status.failure else None,
            status.sha256,
            status.engine,
            status.attempts,
            status.tried_at,
            status.read_at,
            status.size,
            len(status.pages),
            status.confidence,
        )

    @property
    def is_transient(self) -> bool:
        """Whether the last try failed for a reason that another day may mend."""
        return self.failure is not None and failure_of(self.failure).is_transient


Index = dict[str, Entry]


def load_index(bucket: AnyPath) -> Index:
    """Return the index, made anew from the statuses where there is none that can be read.

    Raises:
        SettingsError, TransientError: the bucket cannot be read.
    """
    found = stored_index(bucket)
    return rebuild_index(bucket) if found is None else found


def stored_index(bucket: AnyPath) -> Index | None:
    """Return the index as it was put, None where there is none that can be read.

    Raises:
        SettingsError, TransientError: the bucket cannot be read.
    """
    content = read_bytes(bucket, INDEX_KEY)
    return None if content is None else _parsed(content)


def trusted_index(bucket: AnyPath, sample: int = SAMPLE) -> Index:
    """Return the index where a few of its lines, drawn by lot, are true of the statuses; else one made anew.

    Raises:
        SettingsError, TransientError: the bucket cannot be read.
    """
    found = stored_index(bucket)
    if found is not None:
        drawn = random.sample(sorted(found), min(sample, len(found)))
        if look_up(bucket, drawn) == {known: found[known] for known in drawn}:
            return found
        log.warning("The index of the bucket ap is not true of its statuses: it is made anew")
    return rebuild_index(bucket)


def rebuild_index(bucket: AnyPath) -> Index:
    """Return an index made from all the statuses of the bucket; it takes a read for each of them.

    Raises:
        SettingsError, TransientError: the bucket cannot be read.
    """
    return look_up(bucket, sorted(_ids_with_status(bucket)), skip_missing=True)


def look_up(bucket: AnyPath, georisques_ids: Iterable[str], *, skip_missing: bool = False) -> Index:
    """Return the lines of some orders from their statuses; those without are `NOT_ATTEMPTED`, or left out.

    Raises:
        SettingsError, TransientError: the bucket cannot be read.
    """
    return {
        known: Entry.of(known, status)
        for known, status in statuses_of(bucket, georisques_ids)
        if status is not None or not skip_missing
    }


def save_index(bucket: AnyPath, index: Mapping[str, Entry]) -> None:
    """Put the index in the place of the one before.

    Raises:
        SettingsError, TransientError, OSError: the bucket cannot be written.
    """
    entries = [index[known] for known in sorted(index)]
    columns = {name: [getattr(entry, name) for entry in entries] for name in SCHEMA.names}
    target = io.BytesIO()
    parquet.write_table(pa.Table.from_pydict(columns, SCHEMA), target, compression="zstd")
    put_bytes(bucket, INDEX_KEY, target.getvalue())


def _parsed(content: bytes) -> Index | None:
    """Return the lines of an index, None where it is of another form or damaged."""
    try:
        table = parquet.read_table(io.BytesIO(content))
    except (pa.ArrowException, OSError):
        return None
    if not table.schema.equals(SCHEMA):
        return None
    columns = (table[field.name].to_pylist() for field in fields(Entry))
    return {values[0]: Entry(*values) for values in zip(*columns, strict=True)}


def _ids_with_status(bucket: AnyPath) -> set[str]:
    names = (key.removesuffix(STATUS_SUFFIX) for key in list_keys(bucket) if key.endswith(STATUS_SUFFIX))
    return {name for name in names if re.fullmatch(GEORISQUES_ID, name)}
