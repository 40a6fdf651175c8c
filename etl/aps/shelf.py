"""The bucket `ap`: for each order its searchable PDF and, put after it, its status.

`contents/<sha256>.json` names the order that was read first from some bytes, so that the same bytes are never
read twice, whatever ids the source gives them.
"""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path

from etl.aps.statuses import ApStatus, pdf_key, read_status, status_key
from etl.errors import RefusedError
from etl.storage import AnyPath, local_copy, put_bytes, put_file, read_bytes

GROUP = 200
READERS = 16  # an object store takes some 20 ms to answer, most of them waiting


def status_of(bucket: AnyPath, georisques_id: str) -> ApStatus | None:
    """Return what is known of an order, None where it was never attempted.

    Raises:
        RefusedError: its file is no status, or that of another order.
        SettingsError, TransientError: the bucket cannot be read.
    """
    key = status_key(georisques_id)
    content = read_bytes(bucket, key)
    if content is None:
        return None
    status = read_status(content, key)
    if status.georisques_id != georisques_id:
        raise RefusedError(
            f"{key} is the status of {status.georisques_id}. Remove it, or read the order anew."
        )
    return status


def statuses_of(bucket: AnyPath, georisques_ids: Iterable[str]) -> Iterator[tuple[str, ApStatus | None]]:
    """Yield each order with what is known of it; a file that is no status counts as none: it is made anew.

    Raises:
        SettingsError, TransientError: the bucket cannot be read.
    """
    with ThreadPoolExecutor(READERS) as pool:
        waiting = iter(georisques_ids)
        # In groups: the texts of all orders at once would not fit into memory.
        while group := list(islice(waiting, GROUP)):
            yield from pool.map(lambda known: (known, usable_status(bucket, known)), group)


def usable_status(bucket: AnyPath, georisques_id: str) -> ApStatus | None:
    """Return what is known of an order, None where it has no status that can be used."""
    with suppress(RefusedError):
        return status_of(bucket, georisques_id)
    return None


def put(bucket: AnyPath, status: ApStatus, pdf: Path | None) -> None:
    """Put an order's PDF, where there is one, then its status: the moment from which it counts.

    Raises:
        SettingsError, TransientError, OSError: the bucket cannot be written.
    """
    if pdf is not None:
        put_file(bucket, pdf_key(status.georisques_id), pdf)
    if status.sha256 is not None and not (status.failure and status.failure.is_transient):
        first = {"georisques_id": status.georisques_id, "engine": status.engine}
        put_bytes(bucket, _content_key(status.sha256), json.dumps(first).encode())
    put_bytes(bucket, status_key(status.georisques_id), status.to_bytes())


def reading_of(bucket: AnyPath, sha256: str, engine: str) -> ApStatus | None:
    """Return the status of an order that this engine has read from the same bytes, None where there is none.

    Raises:
        SettingsError, TransientError: the bucket cannot be read.
    """
    content = read_bytes(bucket, _content_key(sha256))
    try:
        first = str(json.loads(content or b"{}")["georisques_id"])
    except (ValueError, KeyError, TypeError):
        return None
    status = usable_status(bucket, first)
    if status is None or (status.sha256, status.engine) != (sha256, engine):
        return None
    return None if status.failure and status.failure.is_transient else status


def copy_pdf(bucket: AnyPath, status: ApStatus, target: str, workspace: Path) -> bool:
    """Put the PDF of an order under another one's id too; return False where it is not there any more."""
    try:
        with local_copy(bucket / pdf_key(status.georisques_id), workspace) as pdf:
            put_file(bucket, pdf_key(target), pdf)
    except FileNotFoundError:
        return False
    return True


def _content_key(sha256: str) -> str:
    return f"contents/{sha256}.json"
