"""The statuses that changed, read while Postgres takes in the pages of those before."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from etl.aps.shelf import status_of
from etl.aps.statuses import ApStatus
from etl.errors import RefusedError
from etl.storage import AnyPath
from etl.sync.am_rows import Row
from etl.sync.ap_inputs import ListedAp
from etl.sync.ap_rows import kept_row, page_rows, read_row, unread_row
from etl.sync.ap_titles import is_untitled

# An object store takes some 20 ms to answer. Of large statuses (5,000 pages: 20 MB) so many lie in memory.
READERS = 8

Known = Mapping[str, tuple[bytes, str]]  # fingerprint and description of the readings in the table, by order
Given = TypeVar("Given")
Found = TypeVar("Found")


class ApReader:
    """Makes the rows of orders and pages; `rows` and `findings` are whole once `pages` is exhausted.

    A status that is missing or unreadable is told among the findings: its order stands as the list has it.
    """

    def __init__(self, bucket: AnyPath, fingerprints: Mapping[str, bytes], known: Known) -> None:
        """Take where the statuses lie, the fingerprints of those that exist, and what the table has."""
        self._bucket = bucket
        self._fingerprints = fingerprints
        self._known = known
        self.rows: list[Row] = []
        self.findings: list[str] = []

    def pages(self, listed: Sequence[ListedAp]) -> Iterator[Row]:
        """Give the pages of every order whose status is not the one in the table.

        Raises:
            SettingsError, TransientError: the bucket cannot be read.
        """
        changed = []
        for order in listed:
            if order.georisques_id not in self._fingerprints:
                self.rows.append(unread_row(order, None))
            elif self._is_kept(order):
                self.rows.append(kept_row(order))
            else:
                changed.append(order)
        for order, found in read_ahead(self._read, changed, READERS):
            yield from self._taken(order, found)

    def _is_kept(self, order: ListedAp) -> bool:
        fingerprint, description = self._known.get(order.georisques_id, (None, ""))
        return (
            self._fingerprints[order.georisques_id] == fingerprint
            and is_untitled(order.description) == is_untitled(description)  # else it needs a title, or none
        )

    def _read(self, order: ListedAp) -> ApStatus | RefusedError | None:
        try:
            return status_of(self._bucket, order.georisques_id)
        except RefusedError as error:
            return error

    def _taken(self, order: ListedAp, found: ApStatus | RefusedError | None) -> Iterator[Row]:
        fingerprint = self._fingerprints[order.georisques_id]
        if isinstance(found, ApStatus):
            self.rows.append(read_row(order, found, fingerprint))
            yield from page_rows(found)
            return
        self.findings.append(str(found or f"{order.georisques_id} is in the index and has no status."))
        # What is missing may have been deleted just now; what is unreadable is not looked at every night.
        self.rows.append(unread_row(order, fingerprint if found else None))


def read_ahead(
    read: Callable[[Given], Found], items: Iterable[Given], ahead: int
) -> Iterator[tuple[Given, Found]]:
    """Give each item with what was read for it, in order, while as many threads read the next ones.

    No more than `ahead` results wait in memory.
    """
    waiting: deque[tuple[Given, Future[Found]]] = deque()
    with ThreadPoolExecutor(ahead) as pool:
        try:
            for item in items:
                waiting.append((item, pool.submit(read, item)))
                if len(waiting) == ahead:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        finally:
            pool.shutdown(cancel_futures=True)
