"""Pictures of pages: grey, about 200 dpi, with the way back from a pixel to the page."""

import math
from dataclasses import dataclass

import numpy as np
import pypdfium2
from pikepdf import Matrix, Rectangle
from PIL import Image, ImageOps
from pypdfium2 import raw

from etl.ocr.inspection import drawn_annotations

DPI = 200
# A scan within these is handed over as it is: making 200 of it would cost time and bring nothing.
AS_IT_IS = (140, 240)
# The engine's time goes by the length of lines: letters pressed together this much take a quarter less and
# are read nearly as well; not where they are so coarse that strokes would run together.
CONDENSED = 0.7
LEAST_CONDENSED_DPI = 180
# Below this, print of ten points is three pixels high.
LEAST_DPI = 40
# The engine takes no side longer than this.
LONGEST_SIDE = 32_000
# Ink is looked for in the inner part of the page: edges carry the scanner's shadow.
EDGE = 0.03
TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Raster:
    """A grey picture, its resolution from top to bottom, and the matrix from its pixels to the page."""

    picture: Image.Image
    dpi: int
    to_page: Matrix


def page_raster(page: pypdfium2.PdfPage, most_pixels: int) -> Raster:
    """Return the picture of a page: the scan it consists of, else the page drawn by pdfium.

    Raises:
        pypdfium2.PdfiumError: pdfium cannot decode a picture without which the page is empty.
        SheetTooLargeError: the page cannot be drawn finely enough to be read.
        MemoryError: there is no memory for it.
    """
    scan = embedded_scan(page, most_pixels)
    if scan is None:
        drawn = drawn_page(page, most_pixels)
        if is_uniform(drawn):
            _require_decodable(page)
        return drawn
    return scan if AS_IT_IS[0] <= scan.dpi <= AS_IT_IS[1] else _resized(scan, most_pixels)


def is_uniform(raster: Raster) -> bool:
    """Whether the picture has a single shade, as a page has whose picture could not be decoded."""
    darkest, lightest = raster.picture.getextrema()
    return darkest == lightest


def _require_decodable(page: pypdfium2.PdfPage) -> None:
    """Decode every picture of a page: drawing passes over one that it cannot decode, this raises."""
    for item in page.get_objects(max_depth=3):
        if isinstance(item, pypdfium2.PdfImage):
            item.get_bitmap()


def drawn_page(page: pypdfium2.PdfPage, most_pixels: int) -> Raster:
    """Return the page drawn by pdfium with all that lies on it, 200 dpi or what `most_pixels` allows.

    Raises:
        SheetTooLargeError: at what is allowed, nothing could be read.
    """
    width, height = page.get_size()
    dpi = drawing_dpi(width, height, most_pixels)
    picture = page.render(scale=dpi / 72, grayscale=True, limit_image_cache=True).to_pil().convert("L")
    return Raster(picture, round(dpi), page_matrix(page.get_bbox(), page.get_rotation(), *picture.size))


def drawing_dpi(width: float, height: float, most_pixels: int) -> float:
    """Return the resolution for a page of this size in points: 200, less where that would be too large.

    Raises:
        SheetTooLargeError: less than a letter needs would be left.
    """
    inches = max(width, 1.0) / 72, max(height, 1.0) / 72
    dpi = min(DPI, math.sqrt(most_pixels / (inches[0] * inches[1])), LONGEST_SIDE / max(inches))
    if dpi < LEAST_DPI:
        metres = [side * 0.0254 for side in inches]
        raise SheetTooLargeError(
            f"it measures {metres[0]:.1f} by {metres[1]:.1f} m, too large to make out letters"
        )
    return dpi


class SheetTooLargeError(Exception):
    """A page is so large that it cannot be drawn finely enough to be read."""


def page_matrix(box: Box, rotation: int, width: int, height: int) -> Matrix:
    """Return the matrix from the pixels of a page's picture to the page's units.

    `box` is what the picture shows (left, bottom, right, top), `rotation` the page's clockwise /Rotate.
    """
    left, bottom, right, top = box
    across, up = right - left, top - bottom
    if rotation == 90:
        return Matrix(0, up / width, across / height, 0, left, bottom)
    if rotation == 180:
        return Matrix(-across / width, 0, 0, up / height, right, bottom)
    if rotation == 270:
        return Matrix(0, -up / width, -across / height, 0, right, top)
    return Matrix(across / width, 0, 0, -up / height, left, top)


def embedded_scan(page: pypdfium2.PdfPage, most_pixels: int) -> Raster | None:
    """Return the picture a page consists of, upright as the page shows it, or None where it has to be drawn.

    Drawn are pages with anything beside the one picture (layers, stamps, annotations), and those whose
    picture does not fill the page, is masked, mirrored, askew or too large.
    """
    objects = list(page.get_objects(max_depth=3))
    shown = [item for item in objects if item.type != raw.FPDF_PAGEOBJ_FORM]
    if len(shown) != 1 or not isinstance(shown[0], pypdfium2.PdfImage) or drawn_annotations(page):
        return None
    image = shown[0]
    pixels = image.get_px_size()
    if (
        shown != objects
        or not 0 < pixels[0] * pixels[1] <= most_pixels
        or raw.FPDFPageObj_HasTransparency(image)
    ):
        return None
    to_page = _pixels_to_page(image.get_matrix().get(), pixels)
    turn = _turn_upright(page, to_page, pixels)
    return None if turn is None else _load(image, to_page, turn)


def _pixels_to_page(
    matrix: tuple[float, float, float, float, float, float], pixels: tuple[int, int]
) -> Matrix:
    """Return the matrix from an image's pixels to the page: PDF puts images on a unit square, y upwards."""
    return Matrix(1 / pixels[0], 0, 0, -1 / pixels[1], 0, 1) @ Matrix(*matrix)


def _turn_upright(page: pypdfium2.PdfPage, to_page: Matrix, pixels: tuple[int, int]) -> int | None:
    """Return the anticlockwise turn that shows the image as the page does; None if it does not fill it."""
    width, height = page.get_size()
    shown = to_page @ page_matrix(page.get_bbox(), page.get_rotation(), round(width), round(height)).inverse()
    covered = shown.transform(Rectangle(0, 0, *pixels))
    margin = 0.02 * max(width, height)
    gaps = covered.llx, covered.lly, width - covered.urx, height - covered.ury
    if any(abs(gap) > margin for gap in gaps):
        return None
    angle = math.degrees(math.atan2(-shown.b, shown.a)) % 360
    turn = round(angle / 90) * 90
    is_mirrored = shown.a * shown.d - shown.b * shown.c <= 0
    return None if is_mirrored or abs(angle - turn) > 0.05 else turn % 360


def _load(image: pypdfium2.PdfImage, to_page: Matrix, turn: int) -> Raster | None:
    # The picture shares its memory with the bitmap: converting it makes a copy that outlives the page.
    bitmap = image.get_bitmap()
    picture = bitmap.to_pil().convert("L")
    if picture.size != image.get_px_size() or bitmap.format == raw.FPDFBitmap_BGRA:
        return None
    units = math.hypot(to_page.a, to_page.b)
    return turned(Raster(picture, round(72 / units), to_page), turn)


def turned(raster: Raster, degrees: int) -> Raster:
    """Return the raster turned anticlockwise by 0, 90, 180 or 270 degrees."""
    if degrees % 360 == 0:
        return raster
    picture = raster.picture.transpose(TURNS[degrees % 360])
    width, height = picture.size
    back = {
        90: Matrix(0, 1, -1, 0, height, 0),
        180: Matrix(-1, 0, 0, -1, width, height),
        270: Matrix(0, -1, 1, 0, 0, width),
    }[degrees % 360]
    return Raster(picture, raster.dpi, back @ raster.to_page)


def tilted(raster: Raster, degrees: float) -> Raster:
    """Return the raster turned anticlockwise about its centre, same size, white where nothing was."""
    picture = raster.picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    x, y = picture.width / 2, picture.height / 2
    back = Matrix().translated(-x, -y) @ _rotation(degrees) @ Matrix().translated(x, y)
    return Raster(picture, raster.dpi, back @ raster.to_page)


def _rotation(degrees: float) -> Matrix:
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return Matrix(cosine, sine, -sine, cosine, 0, 0)


def condensed(raster: Raster) -> Raster:
    """Return the raster with its letters pressed together sideways, or the very same where it is coarse."""
    if raster.dpi < LEAST_CONDENSED_DPI:
        return raster
    width, height = raster.picture.size
    narrow = max(1, round(CONDENSED * width))
    picture = raster.picture.resize((narrow, height), Image.Resampling.BICUBIC)
    return Raster(picture, raster.dpi, Matrix(width / narrow, 0, 0, 1, 0, 0) @ raster.to_page)


def _resized(raster: Raster, most_pixels: int) -> Raster:
    """Return the raster at 200 dpi, or at what `most_pixels` allows."""
    width, height = raster.picture.size
    factor = drawing_dpi(72 * width / raster.dpi, 72 * height / raster.dpi, most_pixels) / raster.dpi
    size = max(1, round(width * factor)), max(1, round(height * factor))
    way = Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC
    back = Matrix(width / size[0], 0, 0, height / size[1], 0, 0)
    return Raster(raster.picture.resize(size, way), round(raster.dpi * factor), back @ raster.to_page)


def black_on_white(raster: Raster) -> Raster:
    """Return the raster, its shades turned round where it is a negative, as microfilms are."""
    if _median(np.asarray(raster.picture.reduce(8))) >= 128:
        return raster
    return Raster(ImageOps.invert(raster.picture), raster.dpi, raster.to_page)


def _median(levels: np.ndarray) -> float:
    return float(np.median(levels)) if levels.size else 255.0


def ink_cells(raster: Raster) -> int:
    """Return how many cells of half a millimetre carry ink, edges left out; single specks do not count."""
    step = max(1, round(raster.dpi / 50))
    cells = np.asarray(raster.picture.reduce(step))
    top, side = round(cells.shape[0] * EDGE), round(cells.shape[1] * EDGE)
    inner = cells[top : cells.shape[0] - top, side : cells.shape[1] - side]
    return int(np.count_nonzero(inner < _median(inner) - 60))
