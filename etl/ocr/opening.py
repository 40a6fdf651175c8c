"""Opens a document for reading, mending it where that is possible, and counts its pages."""

from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
from pypdfium2 import raw

from etl.ocr.file_check import Refusal
from etl.ocr.outcomes import Failure

REPAIRED = "repaired.pdf"
ENCRYPTED = Refusal(Failure.ENCRYPTED, "The document is protected by a password that is not known.")


@dataclass(frozen=True, slots=True)
class Opened:
    """The file to read (the source, or a mended copy of it) and its number of pages."""

    path: Path
    pages: int


def open_document(source: Path, folder: Path, most_pages: int) -> Opened | Refusal:
    """Return the document ready to be read, or why it cannot be.

    What pdfium cannot open, qpdf rewrites into `folder`: a broken cross-reference table is mended so.

    Raises:
        OSError: the file cannot be read, or the mended copy cannot be written.
    """
    counted = _count_pages(source)
    if isinstance(counted, Refusal) and counted.failure is Failure.ENCRYPTED:
        return counted
    if isinstance(counted, int) and counted > 0:
        return _within(source, counted, most_pages)
    return _open_mended(source, folder / REPAIRED, most_pages)


def _open_mended(source: Path, copy: Path, most_pages: int) -> Opened | Refusal:
    trouble = _mend(source, copy)
    if trouble is not None:
        return trouble
    counted = _count_pages(copy)
    if isinstance(counted, Refusal):
        return counted
    if counted == 0:
        return Refusal(Failure.NO_PAGE, "The document has no page.")
    return _within(copy, counted, most_pages)


def _within(path: Path, pages: int, most_pages: int) -> Opened | Refusal:
    if pages > most_pages:
        return Refusal(Failure.TOO_MANY_PAGES, f"The document has {pages} pages; {most_pages} are allowed.")
    return Opened(path, pages)


def _count_pages(path: Path) -> int | Refusal:
    try:
        with pypdfium2.PdfDocument(path) as document:
            return len(document)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            return ENCRYPTED
        return Refusal(Failure.CORRUPT, "The document is damaged beyond what can be mended.")


def _mend(source: Path, copy: Path) -> Refusal | None:
    """Rewrite the source by qpdf; return why that is impossible, or None where it was done."""
    try:
        with pikepdf.open(source, access_mode=pikepdf.AccessMode.stream) as pdf:
            if len(pdf.pages) == 0:
                return Refusal(Failure.NO_PAGE, "The document has no page.")
            pdf.save(copy)
    except pikepdf.PasswordError:
        return ENCRYPTED
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError):
        return Refusal(Failure.CORRUPT, "The document is damaged beyond what can be mended.")
    return None
