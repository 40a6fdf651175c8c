"""What is known of a prefectoral order: the file `<georisques_id>.json` of the bucket `ap`.

It is written after the searchable PDF of the same name, which it vouches for. An order without such a file
has not been attempted yet.
"""

import json
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from etl.contracts import GEORISQUES_ID
from etl.errors import RefusedError
from etl.ocr import Failure

STATUS_SUFFIX = ".json"
PDF_SUFFIX = ".pdf"
LONGEST_WAIT_DAYS = 32

GeorisquesId = Annotated[str, Field(pattern=GEORISQUES_ID)]


class SourceFailure(StrEnum):
    """Why the source gave no document to read."""

    GONE = "gone"  # it answers that there is no such document
    REFUSED = "refused"  # it gives something that is not taken (an address elsewhere, too large)
    UNREACHABLE = "unreachable"  # it does not answer, or not with the whole file

    @property
    def is_transient(self) -> bool:
        """Whether another day may do better: the cause lies outside the document."""
        return self is SourceFailure.UNREACHABLE


# Why an order has no text: it did not come, or it cannot be read.
ApFailure: TypeAlias = Failure | SourceFailure


def failure_of(word: str) -> ApFailure:
    """Return the failure that a status names.

    Raises:
        ValueError: no failure has this name.
    """
    return SourceFailure(word) if word in set(SourceFailure) else Failure(word)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ApPage(_Strict):
    """One page: what was done with it (`etl.ocr.Decision`), how sure the engine is (0 to 100), its text."""

    page: int = Field(ge=1)
    decision: Literal["keep", "read", "blank", "failed"]
    reason: str
    confidence: float | None = Field(ge=0, le=100)
    text: str


class ApStatus(_Strict):
    """One order as the last try left it.

    Attributes:
        reason: a sentence in English; for a success, what was done with its pages.
        failure: None for a success.
        sha256: of the source's bytes, None where there were none.
        engine: name of the engine of `etl.ocr`, None where nothing was read.
        attempts: tries so far, from 1.
        first_seen_at: when it was tried first.
        tried_at: when it was tried last.
        read_at: when its text was read; None for an error.
        size: bytes of the searchable PDF; None for an error.
        seconds: of one processor, spent on reading.
        pages: in order, all of them; some empty and `failed` in a success.
    """

    georisques_id: GeorisquesId
    status: Literal["SUCCESS", "ERROR"]
    reason: str
    failure: ApFailure | None
    sha256: Annotated[str, Field(pattern="^[a-f0-9]{64}$")] | None
    engine: str | None
    attempts: int = Field(ge=1)
    first_seen_at: Annotated[AwareDatetime, Field(strict=False)]
    tried_at: Annotated[AwareDatetime, Field(strict=False)]
    read_at: Annotated[AwareDatetime, Field(strict=False)] | None
    size: int | None = Field(ge=0)
    seconds: float = Field(ge=0)
    pages: Annotated[tuple[ApPage, ...], Field(strict=False)]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        is_success = self.status == "SUCCESS"
        if is_success != (self.failure is None):
            raise ValueError("an error has a failure, a success has none")
        if is_success and None in (self.sha256, self.engine, self.read_at, self.size):
            raise ValueError("a success has sha256, engine, read_at and size")
        if [page.page for page in self.pages] != list(range(1, len(self.pages) + 1)):
            raise ValueError("pages are counted from 1, without a gap")
        return self

    @property
    def confidence(self) -> float | None:
        """Return the mean confidence of the pages that were read, None where none was."""
        known = [page.confidence for page in self.pages if page.confidence is not None]
        return sum(known) / len(known) if known else None

    def to_bytes(self) -> bytes:
        """Return the content of the file: UTF-8, the same for the same status."""
        values = self.model_dump(mode="json")
        return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()


def read_status(data: bytes, name: str) -> ApStatus:
    """Return the status that a file holds.

    Raises:
        RefusedError: the file is no status; the sentence names it and the field.
    """
    try:
        return ApStatus.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        raise RefusedError(
            f"{name} is not the status of an order: {field}: {first['msg']}. "
            "Remove it, or read the order anew."
        ) from None


def status_key(georisques_id: str) -> str:
    """Return the key of an order's status in the bucket `ap`."""
    return f"{georisques_id}{STATUS_SUFFIX}"


def pdf_key(georisques_id: str) -> str:
    """Return the key of an order's searchable PDF in the bucket `ap`."""
    return f"{georisques_id}{PDF_SUFFIX}"


def wait_before_retry(attempts: int) -> timedelta:
    """Return how long to leave an order alone after so many tries: 1, 2, 4, … at most 32 days."""
    return timedelta(days=min(2 ** max(attempts - 1, 0), LONGEST_WAIT_DAYS))


def retry_due_at(attempts: int, tried_at: datetime) -> datetime:
    """Return from when a transient failure is tried again: a morning run may come a little early."""
    return tried_at + wait_before_retry(attempts) - timedelta(hours=6)
