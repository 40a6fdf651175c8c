"""`aps_*.csv`: the prefectoral orders that are listed, each with what reading it gave."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pyarrow as pa

from etl.contracts import AP_COLUMNS, check_aps, read_documents
from etl.distinct import column_of
from etl.errors import RefusedError
from etl.georisques.documents import encoded, orders_of, values_of
from etl.s3ic.datasets import DATASETS
from etl.s3ic.writing import Written, write_selections
from etl.storage import AnyPath, changed_keys, finish_pending, publish, read_bytes

OcrStatus = Literal["SUCCESS", "ERROR", "NOT_ATTEMPTED"]
Statuses = Mapping[str, tuple[OcrStatus, int | None]]


def write_aps(misc: AnyPath, statuses: Statuses) -> dict[str, Written]:
    """Publish `aps_{all,idf,sample}.csv` from `documents_*.csv`; return what each holds, by key.

    Args:
        misc: where the documents lie, and the files go; those that would not change are not written.
        statuses: by georisques_id, the status and the size of the searchable PDF in bytes (None where it was
            not read). An order without one is NOT_ATTEMPTED; those of no listed order are left alone.

    Raises:
        RefusedError: the documents are not there or break their contract, or a size is out of place.
        SettingsError, TransientError, OSError: the bucket cannot be read or written.
    """
    finish_pending(misc)
    with TemporaryDirectory(prefix="envinorma-aps-") as folder:
        files = {}
        for dataset in DATASETS:
            key = f"aps_{dataset}.csv"
            orders = _with_statuses(_orders(misc, dataset), statuses)
            check_aps(orders, key)
            path = Path(folder) / key
            files[key] = write_selections(orders, {path: None})[path]
        changed = changed_keys(misc, {key: written.sha256 for key, written in files.items()})
        if changed:
            publish(misc, {key: Path(folder) / key for key in changed})
    return files


def _orders(misc: AnyPath, dataset: str) -> pa.Table:
    key = f"documents_{dataset}.csv"
    content = read_bytes(misc, key)
    if content is None:
        raise RefusedError(f"There is no {key} in {misc}: the source has not been fetched yet.")
    return orders_of(read_documents(content, key))


def _with_statuses(orders: pa.Table, statuses: Statuses) -> pa.Table:
    ids = values_of(orders, "georisques_id")
    found = [statuses.get(known, ("NOT_ATTEMPTED", None)) for known in ids]
    columns = {name: column_of(orders, name) for name in orders.column_names}
    columns["ocr_status"] = encoded(status for status, _ in found)
    columns["size"] = encoded("" if size is None else str(size) for _, size in found)
    return pa.table({name: columns[name] for name in AP_COLUMNS})
