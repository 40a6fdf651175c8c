"""Prefectoral orders as rows of the staging tables."""

import re
from collections.abc import Iterator

from etl.aps.statuses import ApStatus
from etl.sync.am_rows import Row, as_bytea
from etl.sync.ap_inputs import ListedAp
from etl.sync.ap_titles import is_untitled, title_of

# Raise it when the title or the pages that the same status gives change, the search vector of the staging
# table included: every status is then read anew by the next sync.
DERIVATION = 1

HALF_CHARACTER = re.compile("[\ud800-\udfff]")
NOTHING_KEPT = 12  # columns of a reading


def kept_row(listed: ListedAp) -> Row:
    """Return the row of an order whose reading is the one in the table."""
    return (*_listed(listed), True, *[None] * NOTHING_KEPT)


def unread_row(listed: ListedAp, fingerprint: bytes | None) -> Row:
    """Return the row of an order of which only the list speaks; its status, if it has one, says nothing."""
    seen = (None, None) if fingerprint is None else (as_bytea(fingerprint), DERIVATION)
    reading = (listed.ocr_status, None, None, listed.size, *[None] * 5, *seen, None)
    return (*_listed(listed), False, *reading)


def read_row(listed: ListedAp, status: ApStatus, fingerprint: bytes) -> Row:
    """Return the row of an order with what came of reading it."""
    title = title_of([page.text for page in status.pages]) if is_untitled(listed.description) else None
    sha256 = as_bytea(bytes.fromhex(status.sha256)) if status.sha256 else None
    read_at = status.read_at.isoformat() if status.read_at else None
    return (
        *_listed(listed), False, status.status, status.failure, storable(status.reason), status.size,
        len(status.pages), status.confidence, sha256, status.engine, read_at, as_bytea(fingerprint),
        DERIVATION, storable(title) if title else None,
    )  # fmt: skip


def page_rows(status: ApStatus) -> Iterator[Row]:
    """Give one row of `staged_pages` for each page."""
    for page in status.pages:
        yield (status.georisques_id, page.page, page.decision, page.confidence, storable(page.text))


def storable(text: str) -> str:
    """Return a text as Postgres takes it: without NUL, halves of characters replaced."""
    if text.isascii() and "\0" not in text:
        return text
    return HALF_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text.replace("\0", ""))


def _listed(listed: ListedAp) -> Row:
    return listed.georisques_id, listed.s3ic_id, storable(listed.description), listed.dated_on
