"""The status of an order: what is written is read again, and nothing else is."""

import json
from datetime import timedelta

import pytest

from etl.aps.statuses import (
    ApPage,
    ApStatus,
    SourceFailure,
    failure_of,
    read_status,
    retry_due_at,
    wait_before_retry,
)
from etl.errors import RefusedError
from etl.ocr import Failure
from tests.ap_statuses import NOW, a_success, an_error


@pytest.mark.parametrize("status", [a_success(), an_error(), an_error(failure=Failure.CORRUPT)])
def test_what_is_written_is_read_again(status: ApStatus) -> None:
    assert read_status(status.to_bytes(), "A/0/x.json") == status


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"georisques_id": "../etc"}, "georisques_id"),
        ({"status": "NOT_ATTEMPTED"}, "status"),
        ({"attempts": "1"}, "attempts"),
        ({"attempts": 0}, "attempts"),
        ({"failure": "gone"}, "an error has a failure"),
        ({"failure": "unknown", "status": "ERROR"}, "failure"),
        ({"status": "ERROR"}, "an error has a failure"),
        ({"sha256": None}, "sha256"),
        ({"sha256": "A" * 64}, "sha256"),
        ({"size": None}, "size"),
        ({"tried_at": "2026-11-22T07:00:00"}, "tried_at"),
        ({"surprise": 1}, "surprise"),
        (
            {"pages": [{"page": 2, "decision": "read", "reason": "", "confidence": 1.0, "text": ""}]},
            "without a gap",
        ),
        ({"pages": [{"page": 1, "decision": "guess"}]}, "pages.0.decision"),
    ],
)
def test_what_is_no_status_is_refused_by_name_and_field(change: dict[str, object], told: str) -> None:
    values = json.loads(a_success().to_bytes()) | change
    with pytest.raises(RefusedError, match=r"A/0/x\.json is not the status of an order") as refused:
        read_status(json.dumps(values).encode(), "A/0/x.json")
    assert told in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"\xff\xfe", b'{"georisques_id"'])
def test_what_is_no_json_object_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedError, match="is not the status"):
        read_status(content, "A/0/x.json")


@pytest.mark.parametrize("failure", [*Failure, *SourceFailure])
def test_every_failure_has_a_name_of_its_own(failure: Failure | SourceFailure) -> None:
    assert failure_of(failure.value) is failure


def test_a_name_of_no_failure_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown"):
        failure_of("unknown")


def test_confidence_is_the_mean_of_the_pages_that_were_read() -> None:
    pages = [
        ApPage(page=number, decision=decision, reason="", confidence=confidence, text="")
        for number, decision, confidence in ((1, "read", 80.0), (2, "blank", None), (3, "read", 90.0))
    ]
    assert a_success(pages=tuple(pages)).confidence == 85.0
    assert an_error().confidence is None


@pytest.mark.parametrize(("attempts", "days"), [(1, 1), (2, 2), (3, 4), (5, 16), (6, 32), (7, 32), (90, 32)])
def test_the_wait_grows_and_stays_bounded(attempts: int, days: int) -> None:
    assert wait_before_retry(attempts) == timedelta(days=days)


def test_a_run_of_the_next_morning_may_come_a_little_earlier() -> None:
    next_morning = NOW.replace(day=23, hour=7, minute=0)
    assert retry_due_at(1, NOW.replace(hour=8, minute=30)) <= next_morning
    assert retry_due_at(1, NOW) > NOW.replace(hour=21)
