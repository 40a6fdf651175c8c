"""The size and the first bytes of a file say whether it is worth opening."""

from pathlib import Path

import pytest

from etl.ocr import Failure
from etl.ocr.file_check import HEADER_BYTES, refuse_file


@pytest.mark.parametrize(
    ("content", "failure", "says"),
    [
        (b"", Failure.EMPTY, "empty"),
        (b"%PDF-1.4 " + b"x" * 2000, Failure.TOO_LARGE, "0 are allowed"),
        (b"<html>", Failure.NOT_PDF, "a web page"),
        (b"\xef\xbb\xbf\r\n <!DOCTYPE HTML>", Failure.NOT_PDF, "a web page"),
        (b"<?xml version='1.0'?>", Failure.NOT_PDF, "an XML document"),
        (b"PK\x03\x04", Failure.NOT_PDF, "an archive or an office document"),
        (b"\xd0\xcf\x11\xe0\xa1", Failure.NOT_PDF, "an old office document"),
        (b"{\\rtf1", Failure.NOT_PDF, "an RTF document"),
        (b"\xff\xd8\xff\xe1", Failure.NOT_PDF, "a JPEG picture"),
        (b"\x89PNG\r\n", Failure.NOT_PDF, "a PNG picture"),
        (b"MM\x00*", Failure.NOT_PDF, "a TIFF picture"),
        (b"\x1f\x8b\x08", Failure.NOT_PDF, "a compressed file"),
        (b"%PDF1.4", Failure.NOT_PDF, "does not start with %PDF-"),
        (b" " * HEADER_BYTES + b"%PDF-1.4", Failure.NOT_PDF, "does not start with %PDF-"),
    ],
)
def test_what_is_no_pdf_is_told(content: bytes, failure: Failure, says: str, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    refusal = refuse_file(path, 1500)
    assert refusal is not None
    assert refusal.failure is failure
    assert says in refusal.reason


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%pdf- %PDF-2.0", b"\n" * 900 + b"%PDF-1.0"])
def test_what_may_be_a_pdf_is_let_through(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    assert refuse_file(path, 10_000) is None


def test_what_is_not_there_is_missing(tmp_path: Path) -> None:
    refusal = refuse_file(tmp_path / "absent.pdf", 1)
    assert refusal is not None
    assert (refusal.failure, refusal.reason) == (Failure.MISSING, "The file absent.pdf does not exist.")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    refusal = refuse_file(tmp_path, 1)
    assert refusal is not None
    assert refusal.failure is Failure.UNREADABLE
