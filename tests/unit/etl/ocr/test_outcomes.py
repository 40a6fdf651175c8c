"""What is said of a document survives its file, and a sentence sums its pages up."""

import json

import pytest

from etl.ocr import Decision, DocumentOutcome, Failure, PageOutcome, Status
from etl.ocr.outcomes import failed, load_outcome, summarise

ENGINE = "tesseract 5.5.4 (tesserocr 2.13.0); fra ced03756; envinorma-ocr 2"
SHA256 = "ab" * 32


def pages(*decisions: Decision) -> list[PageOutcome]:
    return [
        PageOutcome(number, decision, "The page took longer than 90 s.", 90.5, 1.25)
        for number, decision in enumerate(decisions, start=1)
    ]


@pytest.mark.parametrize(
    ("decisions", "reason"),
    [
        ([Decision.KEEP], "1 page: 1 kept."),
        ([Decision.READ, Decision.READ, Decision.BLANK], "3 pages: 2 read, 1 blank."),
        (
            [Decision.READ, Decision.FAILED, Decision.FAILED, Decision.KEEP],
            "4 pages: 1 read, 1 kept, 2 failed (page 2: The page took longer than 90 s).",
        ),
    ],
)
def test_a_sentence_counts_the_pages(decisions: list[Decision], reason: str) -> None:
    outcome = summarise(pages(*decisions), SHA256, ENGINE)
    assert (outcome.status, outcome.failure, outcome.reason) == (Status.SUCCESS, None, reason)


def test_a_note_is_said_after_the_counts() -> None:
    assert summarise(pages(Decision.READ), SHA256, ENGINE, "No layer").reason == "1 page: 1 read. No layer."


def test_a_document_without_a_single_page_read_is_a_failure() -> None:
    outcome = summarise(pages(Decision.FAILED, Decision.FAILED), SHA256, ENGINE)
    assert (outcome.status, outcome.failure) == (Status.ERROR, Failure.NOTHING_READ)
    assert outcome.reason == "None of the 2 pages could be read. Page 1: The page took longer than 90 s."


@pytest.mark.parametrize(
    "outcome",
    [
        summarise(pages(Decision.READ, Decision.KEEP), SHA256, ENGINE),
        failed(Failure.ENCRYPTED, "Protégé « par un mot de passe ».", SHA256, ENGINE),
        failed(Failure.MISSING, "The file does not exist.", None, ENGINE),
    ],
)
def test_an_outcome_survives_its_json(outcome: DocumentOutcome) -> None:
    assert DocumentOutcome.from_json(outcome.to_json()) == outcome


def test_the_json_has_the_promised_keys() -> None:
    values = json.loads(summarise(pages(Decision.READ), SHA256, ENGINE).to_json())
    assert list(values) == ["status", "reason", "sha256", "engine", "pages"]
    assert values["pages"] == [
        {
            "page": 1,
            "decision": "read",
            "reason": "The page took longer than 90 s.",
            "confidence": 90.5,
            "seconds": 1.25,
        }
    ]


@pytest.mark.parametrize("failure", list(Failure))
def test_only_what_lies_outside_the_document_is_tried_again(failure: Failure) -> None:
    outside = {Failure.MISSING, Failure.UNREADABLE, Failure.CRASHED, Failure.NOT_WRITTEN}
    assert failed(failure, "Why.", SHA256, ENGINE).is_final == (failure not in outside)


def test_a_success_is_final() -> None:
    assert summarise(pages(Decision.READ), SHA256, ENGINE).is_final


@pytest.mark.parametrize("content", [None, "", "{", "[]", "null", '{"status": "SUCCESS"}', '{"status": "?"}'])
def test_what_is_no_outcome_is_none(content: str | None, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("outcome") / "a.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert load_outcome(path) is None
