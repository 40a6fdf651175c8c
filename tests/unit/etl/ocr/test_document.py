"""A document under way: what every reply, and every death of a process, makes of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etl.ocr import Decision, Failure, Limits, Status
from etl.ocr.document import Document
from etl.ocr.kept_page import load_page
from etl.ocr.outputs import Outputs
from etl.ocr.pool import Reply, Request
from etl.ocr.process import Death
from etl.ocr.work_folder import WorkFolder

READ = {"page": 1, "decision": "read", "reason": "No text layer.", "confidence": 90.0, "seconds": 1.0}


@pytest.fixture
def document(tmp_path: Path) -> Document:
    source = tmp_path / "a.pdf"
    source.write_bytes(b"%PDF-1.7 the very same bytes")
    folder = WorkFolder.of(tmp_path / "work", "ab", "engine")
    folder.create()
    return Document(source, Outputs(tmp_path, "out"), folder, "ab", "engine", Limits())


def answer(request: Request, **values: Any) -> Reply:
    return Reply(request, values)


def death(request: Request, kind: Death) -> Reply:
    return Reply(request, None, kind)


def opened(document: Document, pages: int) -> list[Request]:
    (request,) = document.begin()
    return document.take(answer(request, path=str(document.source), pages=pages))


def read(document: Document, request: Request) -> list[Request]:
    outcome = {**READ, "page": request.message["page"]}
    return document.take(answer(request, outcome=outcome, pixels=100))


def test_a_document_is_opened_read_page_by_page_and_put_together(document: Document) -> None:
    requests = opened(document, 2)
    assert [request.message["page"] for request in requests] == [1, 2]
    assert read(document, requests[1]) == []
    (last,) = read(document, requests[0])
    assert last.message["task"] == "assemble"
    assert document.take(answer(last)) == []
    assert document.outcome is not None
    assert document.outcome.reason == "2 pages: 2 read."


@pytest.mark.parametrize(
    ("kind", "failure"), [(Death.TIME, Failure.TOO_SLOW), (Death.MEMORY, Failure.TOO_MUCH_MEMORY)]
)
def test_what_cannot_be_opened_within_the_limits_is_a_permanent_failure(
    kind: Death, failure: Failure, document: Document
) -> None:
    (request,) = document.begin()
    document.take(death(request, kind))
    assert document.outcome is not None
    assert document.outcome.failure is failure
    assert document.outcome.is_final


def test_a_process_that_dies_while_opening_is_tried_once_more(document: Document) -> None:
    (request,) = document.begin()
    (again,) = document.take(death(request, Death.CRASH))
    document.take(death(again, Death.CRASH))
    assert document.outcome is not None
    assert document.outcome.failure is Failure.CRASHED
    assert not document.outcome.is_final


@pytest.mark.parametrize("kind", [Death.CRASH, Death.MEMORY])
def test_a_page_that_kills_is_tried_once_by_poppler(kind: Death, document: Document) -> None:
    (request,) = opened(document, 1)
    (again,) = document.take(death(request, kind))
    assert (again.message["page"], again.message["renderer"]) == (1, "poppler")
    document.take(death(again, kind))
    assert document.outcome is not None
    assert document.outcome.failure is Failure.NOTHING_READ


def test_a_page_that_is_too_slow_is_not_tried_again(document: Document) -> None:
    first, second = opened(document, 2)
    assert document.take(death(first, Death.TIME)) == []
    (last,) = read(document, second)
    document.take(answer(last))
    assert document.outcome is not None
    assert document.outcome.status is Status.SUCCESS
    page = document.outcome.pages[0]
    assert (page.decision, page.reason, page.seconds) == (
        Decision.FAILED,
        "The page took longer than 90 s.",
        90,
    )
    kept = load_page(document.folder.page_path(1))
    assert kept is not None
    assert kept.outcome == page


def test_memory_the_process_noticed_itself_counts_as_such(document: Document) -> None:
    (request,) = opened(document, 1)
    (again,) = document.take(answer(request, memory=True))
    assert again.message["renderer"] == "poppler"


@pytest.mark.parametrize("task", ["open", "read", "assemble"])
def test_trouble_with_the_disk_is_transient_whenever_it_comes(task: str, document: Document) -> None:
    (request,) = document.begin()
    if task != "open":
        (request,) = document.take(answer(request, path="a.pdf", pages=1))
    if task == "assemble":
        (request,) = read(document, request)
    document.take(answer(request, trouble="No space left on device"))
    assert document.outcome is not None
    assert document.outcome.failure is Failure.NOT_WRITTEN
    assert "No space left" in document.outcome.reason


@pytest.mark.parametrize(
    "last_reply",
    [
        lambda request: death(request, Death.TIME),
        lambda request: death(request, Death.CRASH),
        lambda request: answer(request, reason="The text could not be laid under the pages (odd)"),
    ],
    ids=["too slow", "crashed", "cannot"],
)
def test_without_a_layer_the_document_stays_as_it_was(last_reply: Any, document: Document) -> None:
    (request,) = opened(document, 1)
    (last,) = read(document, request)
    document.take(last_reply(last))
    assert document.outcome is not None
    assert document.outcome.status is Status.SUCCESS
    assert "could not be laid under the pages" in document.outcome.reason
    outputs = document.outputs
    assert outputs.aside(outputs.pdf).read_bytes() == document.source.read_bytes()


def test_pages_of_an_earlier_run_are_taken_up(document: Document) -> None:
    requests = opened(document, 3)
    document.take(death(requests[1], Death.TIME))
    again = Document(document.source, document.outputs, document.folder, "ab", "engine", Limits())
    assert [request.message["page"] for request in opened(again, 3)] == [1, 3]


def test_a_document_that_had_its_share_gives_up_the_rest(tmp_path: Path, document: Document) -> None:
    limits = replace(Limits(), document_seconds=60)
    document = Document(document.source, document.outputs, document.folder, "ab", "engine", limits)
    requests = opened(document, 3)
    assert not document.is_exhausted
    document.take(death(requests[0], Death.TIME))
    assert document.is_exhausted
    document.give_up(2)
    document.give_up(3)
    assert document.outcome is not None
    assert [page.seconds for page in document.outcome.pages] == [90, 0, 0]
    assert "had taken its 1 minutes" in document.outcome.pages[2].reason
