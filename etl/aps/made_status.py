"""From what became of a try to the status of the order; an old good text outlives a try that fails."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from etl.aps.statuses import ApFailure, ApPage, ApStatus
from etl.ocr import DocumentOutcome, Failure, PageOutcome

FORM_FEED = "\f"


def with_text(
    georisques_id: str,
    previous: ApStatus | None,
    outcome: DocumentOutcome,
    files: tuple[Path, Path],
    now: datetime,
) -> ApStatus:
    """Return the status of an order that was read.

    Args:
        georisques_id: of the order.
        previous: what was known of it.
        outcome: of the reader, a success.
        files: the searchable PDF and the text, a form feed between pages.
        now: when it ended.

    Raises:
        OSError: a file cannot be read.
        ValueError: the text has not as many pages as the outcome.
    """
    pdf, text = files
    texts = text.read_text(encoding="utf-8").removesuffix("\n").split(FORM_FEED)
    return ApStatus(
        georisques_id=georisques_id,
        status="SUCCESS",
        reason=outcome.reason,
        failure=None,
        sha256=outcome.sha256,
        engine=outcome.engine,
        attempts=_attempts(previous),
        first_seen_at=previous.first_seen_at if previous else now,
        tried_at=now,
        read_at=now,
        size=pdf.stat().st_size,
        seconds=_seconds(outcome.pages),
        pages=tuple(_page(page, content) for page, content in zip(outcome.pages, texts, strict=True)),
    )


def without_text(
    georisques_id: str, previous: ApStatus | None, failure: ApFailure, reason: str, now: datetime
) -> ApStatus:
    """Return the status of an order whose try failed: the text of an earlier one stays, with the reason."""
    if previous is not None and previous.status == "SUCCESS":
        first = previous.reason.partition(" A new reading on ")[0]
        note = f"{first} A new reading on {now:%Y-%m-%d} failed: {reason}"
        return previous.model_copy(
            update={"attempts": _attempts(previous), "tried_at": now, "reason": note, "seconds": 0.0}
        )
    return ApStatus(
        georisques_id=georisques_id,
        status="ERROR",
        reason=reason,
        failure=failure,
        sha256=None,
        engine=None,
        attempts=_attempts(previous),
        first_seen_at=previous.first_seen_at if previous else now,
        tried_at=now,
        read_at=None,
        size=None,
        seconds=0.0,
        pages=(),
    )


def unreadable(
    georisques_id: str, previous: ApStatus | None, outcome: DocumentOutcome, now: datetime
) -> ApStatus:
    """Return the status of an order that came and could not be read: true of these bytes and this engine."""
    failure = outcome.failure or Failure.UNREADABLE
    made = without_text(georisques_id, previous, failure, outcome.reason, now)
    if made.status == "SUCCESS":
        return made
    return made.model_copy(
        update={
            "sha256": outcome.sha256,
            "engine": outcome.engine,
            "seconds": _seconds(outcome.pages),
            "pages": tuple(_page(page, "") for page in outcome.pages),
        }
    )


def same_content(georisques_id: str, previous: ApStatus | None, known: ApStatus, now: datetime) -> ApStatus:
    """Return the status of an order whose bytes have been read under another id, or before."""
    if known.status == "ERROR" and previous is not None and previous.status == "SUCCESS":
        return without_text(georisques_id, previous, known.failure or Failure.UNREADABLE, known.reason, now)
    return known.model_copy(
        update={
            "georisques_id": georisques_id,
            "attempts": _attempts(previous),
            "first_seen_at": previous.first_seen_at if previous else now,
            "tried_at": now,
            "read_at": now if known.status == "SUCCESS" else None,
            "seconds": 0.0,
        }
    )


def has_failed(status: ApStatus) -> bool:
    """Whether the last try failed, an earlier text being there or not."""
    return status.status == "ERROR" or status.read_at != status.tried_at


def _attempts(previous: ApStatus | None) -> int:
    return previous.attempts + 1 if previous else 1


def _seconds(pages: Sequence[PageOutcome]) -> float:
    return round(sum(page.seconds for page in pages), 3)


def _page(page: PageOutcome, text: str) -> ApPage:
    return ApPage(
        page=page.page,
        decision=page.decision.value,
        reason=page.reason,
        confidence=page.confidence,
        text=text,
    )
