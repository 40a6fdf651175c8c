"""Is it a PDF that can be opened, and what lies on its pages (pdfium)."""

import itertools
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

from etl.ocr.decision import PageFacts
from etl.ocr.outcomes import Failure

# The header may stand behind a little rubbish: readers look that far.
HEADER_BYTES = 1024
# Beyond, a page is a drawing: what its first objects say is enough.
OBJECTS = 3_000
BEGINNINGS = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
    (b"PK\x03\x04", "an archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x1f\x8b", "a compressed file"),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is not read, as a kind and as a sentence."""

    failure: Failure
    reason: str


def refuse_file(path: Path, most_bytes: int) -> Refusal | None:
    """Return why the file is refused from its size and its first bytes, or None where it may be opened."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(HEADER_BYTES)
    except FileNotFoundError:
        return Refusal(Failure.MISSING, f"The file {path.name} does not exist.")
    except OSError as error:
        return Refusal(
            Failure.UNREADABLE, f"The file {path.name} cannot be read ({error.strerror or error})."
        )
    if size == 0:
        return Refusal(Failure.EMPTY, "The file is empty.")
    if size > most_bytes:
        return Refusal(
            Failure.TOO_LARGE, f"The file weighs {size / 1e6:.0f} MB; {most_bytes / 1e6:.0f} are allowed."
        )
    return None if b"%PDF-" in start else Refusal(Failure.NOT_PDF, _stranger(start))


def _stranger(start: bytes) -> str:
    plain = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for beginning, name in BEGINNINGS:
        if plain.startswith(beginning.lower()):
            return f"The file is {name}, not a PDF."
    return "The file is not a PDF: it does not start with %PDF-."


def page_facts(page: pypdfium2.PdfPage) -> PageFacts:
    """Return what lies on a page.

    Raises:
        pypdfium2.PdfiumError: the page's content cannot be loaded.
    """
    left, bottom, right, top = page.get_bbox()
    area = max(1.0, (right - left) * (top - bottom))
    objects = list(itertools.islice(page.get_objects(max_depth=4), OBJECTS))
    pictures = [_area(item.get_bounds()) for item in objects if item.type == raw.FPDF_PAGEOBJ_IMAGE]
    paths = sum(item.type == raw.FPDF_PAGEOBJ_PATH for item in objects)
    drawn = sum(item.type != raw.FPDF_PAGEOBJ_FORM for item in objects) + drawn_annotations(page)
    text = page_text(page)
    return PageFacts(text, min(1.0, max(pictures, default=0.0) / area), paths, drawn)


def _area(box: tuple[float, float, float, float]) -> float:
    return abs(box[2] - box[0]) * abs(box[3] - box[1])


def page_text(page: pypdfium2.PdfPage) -> str:
    """Return the text layer of a page as pdfium gives it."""
    layer = page.get_textpage()
    try:
        return str(layer.get_text_range())
    finally:
        layer.close()


def drawn_annotations(page: pypdfium2.PdfPage) -> int:
    """Return how many annotations may show something: all but links and pop-ups."""
    silent = {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP}
    drawn = 0
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if annotation:
            drawn += raw.FPDFAnnot_GetSubtype(annotation) not in silent
            raw.FPDFPage_CloseAnnot(annotation)
    return drawn
