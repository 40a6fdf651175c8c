"""poppler through pdf2image: draws a page that pdfium cannot."""

import math
from pathlib import Path

import pikepdf
from pdf2image import convert_from_path
from pdf2image.exceptions import (
    PDFInfoNotInstalledError,
    PDFPageCountError,
    PDFPopplerTimeoutError,
    PDFSyntaxError,
)
from PIL import Image

from etl.ocr.raster import Box, Raster, drawing_dpi, page_matrix

LETTER: Box = (0.0, 0.0, 612.0, 792.0)


class PopplerError(Exception):
    """poppler could not draw the page either, or is not installed."""


def poppler_page(path: Path, page: int, most_pixels: int, seconds: float) -> Raster:
    """Return the picture of a page (counted from 1), grey, 200 dpi or what `most_pixels` allows.

    Raises:
        PopplerError: poppler failed, found no such page, or took longer than `seconds`.
        SheetTooLargeError: the page cannot be drawn finely enough to be read.
    """
    box, rotation = page_geometry(path, page)
    width, height = box[2] - box[0], box[3] - box[1]
    dpi = int(drawing_dpi(width, height, most_pixels))
    picture = _convert(path, page, dpi, seconds)
    return Raster(picture, dpi, page_matrix(box, rotation, *picture.size))


def _convert(path: Path, page: int, dpi: int, seconds: float) -> Image.Image:
    try:
        pictures = convert_from_path(
            path,
            dpi=dpi,
            first_page=page,
            last_page=page,
            grayscale=True,
            use_cropbox=True,
            timeout=math.ceil(seconds),
        )
    except PDFPopplerTimeoutError as error:
        raise PopplerError(f"poppler took longer than {seconds:.0f} s") from error
    except PDFInfoNotInstalledError as error:
        raise PopplerError("poppler is not installed (package poppler-utils)") from error
    except (PDFPageCountError, PDFSyntaxError, OSError, ValueError) as error:
        raise PopplerError("neither pdfium nor poppler can draw it") from error
    if not pictures:
        raise PopplerError("neither pdfium nor poppler can draw it")
    return pictures[0].convert("L")


def page_geometry(path: Path, page: int) -> tuple[Box, int]:
    """Return the visible box of a page and its clockwise rotation, by qpdf.

    Raises:
        PopplerError: qpdf cannot open the file or has no such page.
    """
    try:
        with pikepdf.open(path, access_mode=pikepdf.AccessMode.stream) as pdf:
            found = pdf.pages[page - 1]
            media, crop = _box(found.mediabox), _box(found.cropbox)
            rotation = int(found.rotation or 0) % 360
    except (pikepdf.PdfError, IndexError, ValueError, TypeError, AttributeError) as error:
        raise PopplerError("it is missing, or damaged beyond what can be mended") from error
    return _common_part(media, crop), rotation


def _box(values: pikepdf.Array) -> Box:
    left, bottom, right, top = (float(value) for value in values)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _common_part(media: Box, crop: Box) -> Box:
    """Return what a viewer shows: the crop box within the media box; US Letter where nothing is left."""
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if right > left and top > bottom else LETTER
