"""What step 4 loads of prefectoral orders: the list of them, and the index of what was read."""

import hashlib
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any, NamedTuple

from etl.aps.index import Entry, load_index
from etl.contracts import read_aps
from etl.distinct import column_of, texts_of
from etl.reports import published_report
from etl.storage import AnyPath, finish_pending, sha256_of
from etl.sync.inputs import Dataset, DatasetFile, read_file

MAKER = "update-aps"
SOURCE_REPORT = "private/georisques"  # where the bucket keeps the report of the last fetch of the source
NOT_ATTEMPTED = "NOT_ATTEMPTED"


class ListedAp(NamedTuple):
    """One line of `aps_*.csv`; `size` in bytes."""

    georisques_id: str
    s3ic_id: str
    description: str
    dated_on: str | None
    ocr_status: str
    size: int | None


@dataclass(frozen=True, slots=True)
class ApFiles:
    """The list of one dataset; `dated_on` is the day of the source, where known."""

    dataset: Dataset
    file: DatasetFile
    listed: tuple[ListedAp, ...]
    dated_on: date | None

    @property
    def checksums(self) -> dict[str, str]:
        """Return the SHA-256 by file name: what an approval holds for."""
        return {self.file.key: self.file.sha256}

    def described(self) -> dict[str, Any]:
        """Return what a report says of the file."""
        file = self.file
        return {"key": file.key, "sha256": file.sha256, "bytes": len(file.data), "rows": len(self.listed)}


def read_ap_files(folder: AnyPath, dataset: Dataset) -> ApFiles:
    """Read the list of a dataset, once, and check it.

    Raises:
        RefusedError: the file is missing or breaks its contract.
    """
    finish_pending(folder)
    file = read_file(folder, _key(dataset), MAKER)
    table = read_aps(file.data, file.key)
    columns = (
        texts_of(column_of(table, name)).to_pylist()
        for name in ("georisques_id", "installation_s3ic_id", "description", "date", "ocr_status", "size")
    )
    listed = tuple(
        ListedAp(georisques_id, s3ic_id, description or "", dated_on, status, _bytes(size))
        for georisques_id, s3ic_id, description, dated_on, status, size in zip(*columns, strict=True)
    )
    report = published_report(folder, SOURCE_REPORT)
    return ApFiles(dataset, file, listed, report.dated_on if report else None)


def _bytes(size: str | None) -> int | None:
    return None if size is None else int(float(size))  # older files have `199821.0`


def ap_checksums(folder: AnyPath, dataset: Dataset) -> dict[str, str]:
    """Return the SHA-256 by file name of the list that lies there now; nothing where there is none."""
    finish_pending(folder)
    key = _key(dataset)
    return {key: sha256_of(folder / key)} if (folder / key).exists() else {}


def _key(dataset: Dataset) -> str:
    return f"aps_{dataset}.csv"


def read_fingerprints(bucket: AnyPath) -> dict[str, bytes]:
    """Return for each order with a status what tells this status from any other: 32 bytes.

    Raises:
        SettingsError, TransientError: the bucket cannot be read.
    """
    index = load_index(bucket)
    return {known: fingerprint(entry) for known, entry in index.items() if entry.status != NOT_ATTEMPTED}


def fingerprint(entry: Entry) -> bytes:
    """Return the SHA-256 of what the index says of a status: every try moves `tried_at`."""
    return hashlib.sha256(repr(astuple(entry)).encode()).digest()
