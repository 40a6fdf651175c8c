"""Opens a document for reading, mending it where that is possible, and counts its pages."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pikepdf
import pypdfium2

from etl.ocr.file_check import Refusal
from etl.ocr.outcomes import Failure

REPAIRED = "repaired.pdf"
DAMAGED = Refusal(Failure.CORRUPT, "The document is damaged beyond what can be mended.")
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
    if counted == 0:
        return _open_mended(source, folder / REPAIRED, most_pages)
    return _within(source, counted, most_pages)


def _open_mended(source: Path, copy: Path, most_pages: int) -> Opened | Refusal:
    trouble = _mend(source, copy)
    if trouble is not None:
        return trouble
    counted = _count_pages(copy)
    return _within(copy, counted, most_pages) if counted else DAMAGED


def _within(path: Path, pages: int, most_pages: int) -> Opened | Refusal:
    if pages > most_pages:
        return Refusal(Failure.TOO_MANY_PAGES, f"The document has {pages} pages; {most_pages} are allowed.")
    return Opened(path, pages)


def _count_pages(path: Path) -> int:
    """Return how many pages pdfium finds; none where it cannot open the file.

    Why it cannot is not asked: pdfium answers with the reason of an earlier file when it has none of its own.
    """
    try:
        with pypdfium2.PdfDocument(path) as document:
            return len(document)
    except pypdfium2.PdfiumError:
        return 0


@lru_cache(maxsize=1)
def is_damaged(path: Path) -> bool:
    """Whether the file is a mended copy, or had to be mended to be opened: parts of it may be lost."""
    if path.name == REPAIRED:
        return True
    try:
        with pikepdf.open(path, access_mode=pikepdf.AccessMode.stream) as pdf:
            return any("damaged" in warning or "reconstruct" in warning for warning in pdf.get_warnings())
    except (pikepdf.PdfError, pikepdf.PasswordError):
        return True


def _mend(source: Path, copy: Path) -> Refusal | None:
    """Rewrite the source by qpdf; return why that is impossible, or None where it was done."""
    try:
        with pikepdf.open(source, access_mode=pikepdf.AccessMode.stream) as pdf:
            if len(pdf.pages) == 0:
                return Refusal(Failure.NO_PAGE, "The document has no page.")
            pdf.save(copy)
    except pikepdf.PasswordError:
        return ENCRYPTED
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
        # A lock of a kind that qpdf does not know (certificates) is an error like any other to it.
        return ENCRYPTED if "encrypt" in str(error).lower() else DAMAGED
    return None
