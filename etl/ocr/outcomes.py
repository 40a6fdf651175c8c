"""What is said of a page and of a document once it was looked at: the content of `NAME.json`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self


class Decision(StrEnum):
    """What was done with a page."""

    KEEP = "keep"
    READ = "read"
    BLANK = "blank"
    FAILED = "failed"


class Status(StrEnum):
    """How a document ended; the words of the column `ocr_status` of `aps_*.csv`."""

    SUCCESS = "SUCCESS"
    ERROR = "ERROR"


class Failure(StrEnum):
    """Why a document has no text; `is_transient` says whether another day may do better."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    NOT_PDF = "not_pdf"
    TOO_LARGE = "too_large"
    CORRUPT = "corrupt"
    ENCRYPTED = "encrypted"
    NO_PAGE = "no_page"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    NOTHING_READ = "nothing_read"
    CRASHED = "crashed"
    NOT_WRITTEN = "not_written"

    @property
    def is_transient(self) -> bool:
        """Whether the same bytes may succeed on another try: the cause lies outside the document."""
        return self in {Failure.MISSING, Failure.UNREADABLE, Failure.CRASHED, Failure.NOT_WRITTEN}


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """One page: what was done with it, why, how sure the engine is (0 to 100) and the seconds it took."""

    page: int
    decision: Decision
    reason: str
    confidence: float | None
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Return the page's JSON form."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build a page from its JSON form; other keys are left aside.

        Raises:
            KeyError, ValueError: the mapping is not a page.
        """
        return cls(
            page=int(values["page"]),
            decision=Decision(values["decision"]),
            reason=str(values["reason"]),
            confidence=values["confidence"],
            seconds=float(values["seconds"]),
        )


@dataclass(frozen=True, slots=True)
class DocumentOutcome:
    """One document: its status with a sentence, the bytes and the engine it is true of, and its pages.

    `sha256` is None where the bytes could not be read; `failure` is None for a success.
    """

    status: Status
    reason: str
    sha256: str | None
    engine: str
    failure: Failure | None = None
    pages: tuple[PageOutcome, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether reading the same bytes with the same engine again would change nothing."""
        return self.failure is None or not self.failure.is_transient

    def to_json(self) -> str:
        """Return the content of `NAME.json`; a success has no `failure` there."""
        values = asdict(self)
        if self.failure is None:
            del values["failure"]
        return json.dumps(values, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Build an outcome from the content of `NAME.json`.

        Raises:
            KeyError, TypeError, ValueError: the text is not an outcome.
        """
        values = json.loads(text)
        return cls(
            status=Status(values["status"]),
            reason=str(values["reason"]),
            sha256=values["sha256"],
            engine=str(values["engine"]),
            failure=Failure(values["failure"]) if values.get("failure") else None,
            pages=tuple(PageOutcome.from_dict(page) for page in values["pages"]),
        )


def load_outcome(path: Path) -> DocumentOutcome | None:
    """Return the outcome kept in a file, or None where there is none that can be read."""
    try:
        return DocumentOutcome.from_json(path.read_text(encoding="utf-8"))
    except (OSError, KeyError, TypeError, ValueError):
        return None


def failed(failure: Failure, reason: str, sha256: str | None, engine: str) -> DocumentOutcome:
    """Return the outcome of a document of which no page was looked at."""
    return DocumentOutcome(Status.ERROR, reason, sha256, engine, failure)


def summarise(
    pages: Sequence[PageOutcome], sha256: str, engine: str, note: str | None = None
) -> DocumentOutcome:
    """Return the outcome of a document from its pages; `note` is said after their counts.

    A document of which every page failed is a failure; one with some failed pages is a success that says so.
    """
    lost = [page for page in pages if page.decision is Decision.FAILED]
    if lost and len(lost) == len(pages):
        reason = f"None of the {len(pages)} pages could be read. Page {lost[0].page}: {lost[0].reason}"
        return DocumentOutcome(Status.ERROR, reason, sha256, engine, Failure.NOTHING_READ, tuple(pages))
    sentence = _sentence(pages, lost) + (f" {note.rstrip('.')}." if note else "")
    return DocumentOutcome(Status.SUCCESS, sentence, sha256, engine, None, tuple(pages))


def _sentence(pages: Sequence[PageOutcome], lost: Sequence[PageOutcome]) -> str:
    """Return, for instance, « 12 pages: 9 read, 2 kept, 1 failed (page 4: …). »."""
    words = (
        (Decision.READ, "read"),
        (Decision.KEEP, "kept"),
        (Decision.BLANK, "blank"),
        (Decision.FAILED, "failed"),
    )
    counts = [(sum(page.decision is decision for page in pages), word) for decision, word in words]
    told = ", ".join(f"{count} {word}" for count, word in counts if count)
    first = f" (page {lost[0].page}: {lost[0].reason.rstrip('.')})" if lost else ""
    return f"{len(pages)} page{'s' if len(pages) > 1 else ''}: {told}{first}."
