"""What opens is counted, what is broken is mended aside, and what cannot be is told."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from etl.ocr import Failure
from etl.ocr.file_check import Refusal
from etl.ocr.opening import REPAIRED, Opened, is_damaged, open_document
from tests import ocr_files as files


@pytest.mark.parametrize(
    ("make", "pages"),
    [
        (files.scan, 1),
        (files.two_pages, 2),
        (lambda: files.scan() + b"rubbish", 1),
        (lambda: files.protected(files.scan(), files.Password("")), 1),
        (lambda: files.many_pages(300), 300),
    ],
    ids=["a scan", "two pages", "rubbish after", "open lock", "many pages"],
)
def test_what_opens_is_read_as_it_is(make: Callable[[], bytes], pages: int, tmp_path: Path) -> None:
    path = files.put(tmp_path, make())
    assert open_document(path, tmp_path, 300) == Opened(path, pages)


@pytest.mark.parametrize(
    ("make", "failure"),
    [
        (lambda: b"%PDF-1.7\n", Failure.CORRUPT),
        (lambda: files.protected(files.scan(), files.Password("secret")), Failure.ENCRYPTED),
        (lambda: files.many_pages(301), Failure.TOO_MANY_PAGES),
        (lambda: files.saved(pikepdf.new()), Failure.NO_PAGE),
    ],
    ids=["a header", "locked", "too many", "none"],
)
def test_what_does_not_is_told(make: Callable[[], bytes], failure: Failure, tmp_path: Path) -> None:
    refusal = open_document(files.put(tmp_path, make()), tmp_path, 300)
    assert isinstance(refusal, Refusal)
    assert refusal.failure is failure
    assert refusal.reason.endswith(".")


def test_what_only_qpdf_opens_is_mended_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = files.put(tmp_path, files.scan())
    count = iter([0, 1])
    monkeypatch.setattr("etl.ocr.opening._count_pages", lambda _: next(count))
    assert open_document(path, tmp_path, 5) == Opened(tmp_path / REPAIRED, 1)
    assert path.read_bytes() == files.scan()


@pytest.mark.parametrize(
    ("content", "expected"),
    [(files.scan(), False), (files.scan()[:-400], True), (b"%PDF-1.7\n", True)],
    ids=["sound", "cut short", "a header"],
)
def test_damage_is_known(content: bytes, expected: bool, tmp_path: Path) -> None:
    is_damaged.cache_clear()
    assert is_damaged(files.put(tmp_path, content)) is expected


def test_a_mended_copy_counts_as_damaged(tmp_path: Path) -> None:
    assert is_damaged(tmp_path / REPAIRED)
