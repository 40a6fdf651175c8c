"""What lies on a page, as pdfium sees it."""

import itertools
import math

import pypdfium2
from pypdfium2 import raw

from etl.ocr.decision import PageFacts

# Beyond, a page is a drawing: what its first objects say is enough.
OBJECTS = 3_000


def page_facts(page: pypdfium2.PdfPage) -> PageFacts:
    """Return what lies on a page.

    Raises:
        pypdfium2.PdfiumError: the page's content cannot be loaded.
    """
    left, bottom, right, top = page.get_bbox()
    area = max(1.0, (right - left) * (top - bottom))
    objects = list(itertools.islice(page.get_objects(max_depth=4), OBJECTS))
    pictures = [item for item in objects if isinstance(item, pypdfium2.PdfImage)]
    largest = max((_area(item.get_bounds()) for item in pictures), default=0.0)
    paths = sum(item.type == raw.FPDF_PAGEOBJ_PATH for item in objects)
    drawn = sum(item.type != raw.FPDF_PAGEOBJ_FORM for item in objects) + drawn_annotations(page)
    return PageFacts(
        text=page_text(page),
        picture_share=min(1.0, largest / area),
        picture_pixels=max((math.prod(item.get_px_size()) for item in pictures), default=0),
        paths=paths,
        objects=drawn,
    )


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
