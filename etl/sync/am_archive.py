"""The archive of ministerial orders: read within bounds, every order checked before anything is written."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from etl.errors import RefusedError
from etl.storage import AnyPath, explained, finish_pending
from regulation.archive import ArchiveError, Entry, archive_entries, order_of_entry
from regulation.consistency import Finding, check_orders
from regulation.order import Order
from regulation.order_file import OrderFileError

MAX_ARCHIVE_BYTES = 200_000_000
ERRORS_TOLD = 10


@dataclass(frozen=True, slots=True)
class PublishedOrder:
    """One order of the archive: its file as it came, the SHA-256 of the file, and the tree read from it."""

    order: Order
    data: bytes
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class AmArchive:
    """The checked orders of one archive, by cid; `findings` are those that do not block."""

    key: str
    sha256: str
    size: int
    orders: tuple[PublishedOrder, ...]
    findings: tuple[Finding, ...]

    @property
    def checksums(self) -> dict[str, str]:
        """Return the SHA-256 by file name: what an approval holds for."""
        return {self.key: self.sha256}

    def described(self) -> dict[str, Any]:
        """Return what a report says of the file."""
        return {"key": self.key, "sha256": self.sha256, "bytes": self.size, "rows": len(self.orders)}


class ArchiveReader:
    """Reads the orders of an archive one at a time, so that Postgres can work while the next one is read.

    Invalid orders are put aside; `finish` refuses the whole archive when there is one.
    """

    def __init__(self, path: AnyPath) -> None:
        """Open the archive and unpack it in memory.

        Raises:
            RefusedError: there is no archive, it is no ZIP, or it is beyond its bounds.
        """
        finish_pending(path.parent)
        data = _read_bounded(path)
        self._key = path.name
        self._sha256 = hashlib.sha256(data).hexdigest()
        self._size = len(data)
        self._entries = _entries(data, path.name)
        self._orders: list[PublishedOrder] = []
        self._errors: list[str] = []

    def orders(self) -> Iterator[PublishedOrder]:
        """Give each valid order, by cid."""
        for entry in self._entries:
            try:
                order = order_of_entry(entry)
            except OrderFileError as error:
                self._errors.append(str(error))
                continue
            published = PublishedOrder(order, entry.data, hashlib.sha256(entry.data).digest())
            self._orders.append(published)
            yield published

    def finish(self) -> AmArchive:
        """Return what was read, once `orders` is exhausted.

        Raises:
            RefusedError: an order is invalid; the sentence names the bad files (the first ten of them).
        """
        self._refuse(self._errors)
        findings = check_orders(published.order for published in self._orders)
        self._refuse([str(finding) for finding in findings if finding.level.blocks])
        return AmArchive(self._key, self._sha256, self._size, tuple(self._orders), tuple(findings))

    def _refuse(self, errors: Sequence[str]) -> None:
        if not errors:
            return
        more = f" (and {len(errors) - ERRORS_TOLD} more)" if len(errors) > ERRORS_TOLD else ""
        raise RefusedError(f"{self._key}: nothing was changed. {' ; '.join(errors[:ERRORS_TOLD])}{more}")


def _read_bounded(path: AnyPath) -> bytes:
    try:
        with explained(path), path.open("rb") as stream:
            data: bytes = stream.read(MAX_ARCHIVE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise RefusedError(
            f"There is no archive {path}. Export the orders first, or name the file."
        ) from None
    except IsADirectoryError:
        raise RefusedError(f"{path} is a folder: name the archive (.zip) of the orders.") from None
    if len(data) > MAX_ARCHIVE_BYTES:
        raise RefusedError(
            f"{path.name} is larger than {MAX_ARCHIVE_BYTES // 1_000_000} MB: nothing was read."
        )
    return data


def _entries(data: bytes, name: str) -> list[Entry]:
    try:
        return sorted(archive_entries(io.BytesIO(data), name), key=lambda entry: entry.name)
    except ArchiveError as error:
        raise RefusedError(str(error)) from None
