"""From the pixels of a picture back to its page, however it is turned; what is drawn and what is taken."""

import io

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Matrix, Name
from PIL import Image, ImageChops, ImageOps, ImageStat

from demo.aps.scanner import add_scan, fax, jpeg
from demo.aps.typesetting import Page, Run
from etl.ocr.decision import INK_CELLS
from etl.ocr.raster import (
    CONDENSED,
    LEAST_CONDENSED_DPI,
    Raster,
    SheetTooLargeError,
    black_on_white,
    condensed,
    drawing_dpi,
    drawn_page,
    embedded_scan,
    ink_cells,
    page_matrix,
    page_raster,
    tilted,
    turned,
)
from tests import ocr_files as files

PIXELS = 16_000_000
A4 = (595.0, 842.0)
TURNS = {
    0: None,
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


def first_page(source: bytes) -> pypdfium2.PdfPage:
    return pypdfium2.PdfDocument(source)[0]


def page_of(box: tuple[float, ...], rotate: int, crop: tuple[float, ...] | None = None) -> bytes:
    """Return a page with a black square of 20 points, 100 right of its lower left corner and 200 above."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=A4)
    leaf = pdf.pages[0].obj
    leaf.MediaBox, leaf.Rotate = Array(list(box)), rotate
    if crop:
        leaf.CropBox = Array(list(crop))
    leaf.Contents = pdf.make_stream(f"{box[0] + 100} {box[1] + 200} 20 20 re f".encode())
    return files.saved(pdf)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("box", [(0, 0, 595, 842), (-50, 30, 545, 872), (1000, 1000, 1842, 1595)])
@pytest.mark.parametrize("cut", [0, 40])
def test_the_matrix_leads_from_what_pdfium_draws_to_the_page(
    box: tuple[float, float, float, float], rotate: int, cut: int
) -> None:
    crop = (box[0] + cut, box[1] + cut, box[2] - cut, box[3]) if cut else None
    page = first_page(page_of(box, rotate, crop))
    raster = drawn_page(page, PIXELS)
    rows, columns = np.nonzero(np.asarray(raster.picture) < 128)
    middle = (float(columns.mean()) + 0.5, float(rows.mean()) + 0.5)
    assert raster.to_page.transform(middle) == pytest.approx((box[0] + 110, box[1] + 210), abs=0.5)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_the_matrix_of_a_whole_page_maps_its_corners(rotate: int) -> None:
    width, height = (842, 595) if rotate in {90, 270} else (595, 842)
    matrix = page_matrix((0, 0, 595, 842), rotate, width, height)
    ends = [matrix.transform((x, y)) for x in (0, width) for y in (0, height)]
    corners = {(round(x), round(y)) for x, y in ends}
    assert corners == {(0, 0), (595, 0), (0, 842), (595, 842)}


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_turn_can_be_undone_by_its_matrix(degrees: int) -> None:
    picture = Image.new("L", (30, 20), 255)
    picture.putpixel((4, 7), 0)
    result = turned(Raster(picture, 200, Matrix()), degrees)
    rows, columns = np.nonzero(np.asarray(result.picture) == 0)
    back = result.to_page.transform((float(columns[0]) + 0.5, float(rows[0]) + 0.5))
    assert back == pytest.approx((4.5, 7.5))


@pytest.mark.parametrize("degrees", [-3.0, 0.7, 5.0])
def test_a_tilt_can_be_undone_by_its_matrix(degrees: float) -> None:
    picture = Image.new("L", (400, 600), 255)
    picture.paste(0, (100, 150, 110, 160))
    result = tilted(Raster(picture, 200, Matrix()), degrees)
    rows, columns = np.nonzero(np.asarray(result.picture) < 128)
    back = result.to_page.transform((float(columns.mean()) + 0.5, float(rows.mean()) + 0.5))
    assert back == pytest.approx((105, 155), abs=0.6)


def test_condensed_letters_can_be_found_on_the_page() -> None:
    picture = Image.new("L", (400, 600), 255)
    picture.paste(0, (100, 150, 120, 160))
    result = condensed(Raster(picture, 200, Matrix()))
    assert result.picture.size == (round(CONDENSED * 400), 600)
    rows, columns = np.nonzero(np.asarray(result.picture) < 128)
    middle = (float(columns.mean()) + 0.5, float(rows.mean()) + 0.5)
    assert result.to_page.transform(middle) == pytest.approx((110, 155), abs=0.8)


@pytest.mark.parametrize("size", [(1, 1), (2, 900)])
def test_the_narrowest_picture_stays_one(size: tuple[int, int]) -> None:
    assert min(condensed(Raster(Image.new("L", size), 200, Matrix())).picture.size) >= 1


def test_a_coarse_picture_is_not_condensed() -> None:
    coarse = Raster(files.picture(), LEAST_CONDENSED_DPI - 1, Matrix())
    assert condensed(coarse) is coarse


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_scan_is_taken_as_it_is_and_shown_as_the_page_shows_it(rotate: int) -> None:
    turn = TURNS[rotate]
    picture = files.picture() if turn is None else files.picture().transpose(turn)
    page = first_page(files.saved(files.scanned(picture, rotate=rotate)))
    taken, drawn = embedded_scan(page, PIXELS), drawn_page(page, PIXELS)
    assert taken is not None
    assert taken.picture.size == files.picture().size
    difference = ImageChops.difference(taken.picture, drawn.picture.resize(taken.picture.size))
    assert ImageStat.Stat(difference).mean[0] < 4
    assert taken.to_page.transform((0, 0)) == pytest.approx(drawn.to_page.transform((0, 0)), abs=1)


@pytest.mark.parametrize("decode", [None, [1, 0]])
def test_shades_turned_round_by_the_document_are_turned_round_here_too(decode: list[int] | None) -> None:
    picture = files.picture() if decode is None else ImageOps.invert(files.picture())

    def change(_: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        if decode:
            leaf.resources.XObject.Im0.Decode = Array(decode)

    page = first_page(files.with_page(change, files.saved(files.scanned(picture))))
    raster = embedded_scan(page, PIXELS)
    assert raster is not None
    assert ImageStat.Stat(raster.picture).mean[0] > 200


def _with_stamp(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
    leaf.contents_add(pdf.make_stream(b"0 0 30 30 re f"))


def _small(_: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
    leaf.obj.MediaBox = Array([0, 0, 900, 1200])


def _askew(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
    leaf.obj.Contents = pdf.make_stream(b"q 590 50 -50 840 40 0 cm /Im0 Do Q")


def _mirrored(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
    leaf.obj.Contents = pdf.make_stream(b"q -595 0 0 842 595 0 cm /Im0 Do Q")


def _annotated(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
    leaf.obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([0, 0, 9, 9]))])


@pytest.mark.parametrize(
    "change", [_with_stamp, _small, _askew, _mirrored, _annotated], ids=lambda f: f.__name__
)
def test_a_page_that_is_more_or_less_than_its_scan_is_drawn(change: object) -> None:
    assert embedded_scan(first_page(files.with_page(change)), PIXELS) is None  # type: ignore[arg-type]


def test_layers_are_drawn_together() -> None:
    page = first_page(files.layered_scan())
    assert embedded_scan(page, PIXELS) is None
    assert ink_cells(page_raster(page, PIXELS)) > 1000


def test_a_scan_with_links_only_is_taken_as_it_is() -> None:
    def change(_: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        leaf.obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))])

    assert embedded_scan(first_page(files.with_page(change)), PIXELS) is not None


@pytest.mark.parametrize(("dpi", "expected"), [(100, 200), (150, 150), (200, 200), (300, 200), (600, 200)])
def test_only_far_resolutions_are_brought_to_200(dpi: int, expected: int) -> None:
    pdf = pikepdf.new()
    add_scan(pdf, [jpeg(files.picture(dpi), 60)], A4)
    raster = page_raster(first_page(files.saved(pdf)), 40_000_000)
    assert raster.dpi == pytest.approx(expected, abs=1)
    assert raster.to_page.transform(raster.picture.size) == pytest.approx((595, 0), abs=1)


def test_a_coarse_scan_of_a_large_sheet_is_not_blown_up_past_the_limit() -> None:
    pdf = pikepdf.new()
    add_scan(pdf, [fax(files.black_and_white(files.picture()))], (2000, 2828))
    raster = page_raster(first_page(files.saved(pdf)), 4_000_000)
    assert raster.picture.width * raster.picture.height <= 4_010_000
    assert raster.to_page.transform(raster.picture.size) == pytest.approx((2000, 0), abs=1)


def test_a_picture_too_large_to_take_is_drawn_smaller() -> None:
    pdf = pikepdf.new()
    add_scan(pdf, [fax(files.black_and_white(files.picture(300)))], A4)
    raster = page_raster(first_page(files.saved(pdf)), 2_000_000)
    assert raster.picture.width * raster.picture.height <= 2_010_000


@pytest.mark.parametrize(
    ("size", "expected"),
    [((595, 842), 200), ((842, 1191), 200), ((2384, 3370), 101.6), ((3000, 50), 200), ((12_000, 200), 186)],
)
def test_drawing_dpi(size: tuple[float, float], expected: float) -> None:
    assert drawing_dpi(*size, PIXELS) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("size", [(50_000, 50_000), (3, 10**9)])
def test_a_sheet_too_large_to_be_read_is_refused(size: tuple[float, float]) -> None:
    with pytest.raises(SheetTooLargeError, match="too large to make out letters"):
        drawing_dpi(*size, PIXELS)


def test_ink_is_found_where_there_is_some() -> None:
    def ink(picture: Image.Image) -> int:
        return ink_cells(Raster(picture, 200, Matrix()))

    paper = Image.new("L", (1654, 2339), 250)
    dusty = paper.copy()
    for x, y in ((300, 300), (800, 1500), (900, 200)):
        dusty.putpixel((x, y), 0)
    assert (ink(paper), ink(dusty)) == (0, 0)
    assert ink(files.picture()) > 1000
    assert ink(files.picture_of(Page(runs=[Run(290, 40, "Helvetica", 8, "- 2 -")]))) > INK_CELLS


def test_a_negative_is_turned_round_and_nothing_else() -> None:
    negative = Raster(ImageOps.invert(files.picture()), 200, Matrix())
    assert ImageStat.Stat(black_on_white(negative).picture).mean[0] > 200
    positive = Raster(files.picture(), 200, Matrix())
    assert black_on_white(positive) is positive


def test_a_bitmap_outlives_its_page() -> None:
    with pypdfium2.PdfDocument(files.grey_scan()) as document:
        page = document[0]
        taken, drawn = page_raster(page, PIXELS), drawn_page(page, PIXELS)
        page.close()
    buffer = io.BytesIO()
    taken.picture.save(buffer, "PNG")
    drawn.picture.save(buffer, "PNG")
    assert buffer.tell() > 10_000
