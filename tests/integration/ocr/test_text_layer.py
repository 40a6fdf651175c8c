"""The words under a page lie where they are printed, however the sheet came, and the page is untouched."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from demo.aps.typesetting import HEIGHT, WIDTH, Run, text_width
from etl.ocr import Decision, Limits, find_models
from etl.ocr.assembly import write_searchable
from etl.ocr.kept_page import load_page
from etl.ocr.page_reader import PageReader
from etl.ocr.tesserocr_engine import TesserocrEngine
from etl.ocr.work_folder import WorkFolder
from tests import ocr_files as files

# Points: a third of a letter's width. Boxes come from pixels of a third of a point.
TOLERANCE = 2.0
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Sheet:
    """A way a page comes: its bytes, and where a point of the printed page lies on it (in its own units)."""

    source: Callable[[], bytes]
    place: Callable[[float, float], tuple[float, float]] = lambda x, y: (x, y)
    tolerance: float = TOLERANCE


def _scan(change: Callable[[Image.Image], Image.Image], rotate: int = 0) -> Callable[[], bytes]:
    return lambda: files.saved(files.scanned(change(files.picture()), rotate=rotate))


def _turned(turn: Image.Transpose, rotate: int = 0) -> Callable[[], bytes]:
    return _scan(lambda picture: picture.transpose(turn), rotate)


def _moved(left: float, bottom: float) -> Callable[[], bytes]:
    """Return the scan on a page whose units start elsewhere."""

    def change(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        leaf.obj.MediaBox = pikepdf.Array([left, bottom, left + WIDTH, bottom + HEIGHT])
        leaf.obj.Contents = pdf.make_stream(f"q {WIDTH} 0 0 {HEIGHT} {left} {bottom} cm /Im0 Do Q".encode())

    return lambda: files.with_page(change)


def _cropped() -> bytes:
    def change(_: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        leaf.obj.CropBox = pikepdf.Array([30, 400, 580, 830])

    return files.with_page(change)


def _inherited() -> bytes:
    """Return a scan whose box, rotation and resources are those of the page tree."""

    def change(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        for key in ("/MediaBox", "/Resources"):
            pdf.Root.Pages[key] = leaf.obj[key]
            del leaf.obj[key]

    return files.with_page(change)


def _askew(degrees: float) -> Callable[[], bytes]:
    return _scan(lambda picture: picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255))


TURN = Image.Transpose
SHEETS = {
    "bilevel": Sheet(files.scan),
    "grey": Sheet(files.grey_scan),
    "layers": Sheet(files.layered_scan),
    "upside down": Sheet(_turned(TURN.ROTATE_180), lambda x, y: (WIDTH - x, HEIGHT - y)),
    "on its left side": Sheet(_turned(TURN.ROTATE_90), lambda x, y: (HEIGHT - y, x)),
    "on its right side": Sheet(_turned(TURN.ROTATE_270), lambda x, y: (y, WIDTH - x)),
    "marked as turned 90": Sheet(_turned(TURN.ROTATE_90, 90), lambda x, y: (HEIGHT - y, x)),
    "marked as turned 180": Sheet(_turned(TURN.ROTATE_180, 180), lambda x, y: (WIDTH - x, HEIGHT - y)),
    "marked as turned 270": Sheet(_turned(TURN.ROTATE_270, 270), lambda x, y: (y, WIDTH - x)),
    "units from elsewhere": Sheet(_moved(-100, 250), lambda x, y: (x - 100, y + 250)),
    "cropped": Sheet(_cropped),
    "inherited": Sheet(_inherited),
    "garbled layer": Sheet(files.garbled),
    "open lock": Sheet(lambda: files.protected(files.scan(), files.Password(""))),
}


@pytest.fixture(scope="module")
def reader() -> PageReader:
    return PageReader(TesserocrEngine(find_models()), Limits())


def searchable(reader: PageReader, source: bytes, folder: Path) -> tuple[Path, Path]:
    """Return the document as it was and with its layer."""
    before, after = folder / "before.pdf", folder / "after.pdf"
    before.write_bytes(source)
    work = WorkFolder(folder / "work")
    work.create()
    page = reader.read(before, 1)
    reader.close()
    assert page.outcome.decision is Decision.READ, page.outcome.reason
    page.save(work.page_path(1))
    write_searchable(before, work, 1, after, (find_models() / "pdf.ttf").read_bytes())
    return before, after


def printed_box(word: str) -> Box:
    """Return where a word was printed: left, baseline, right, baseline, in points of the upright page."""
    run = next(run for run in files.page().runs if word in run.text)
    left = run.x + text_width(run.text[: run.text.index(word)], run.font, run.size)
    return left, run.y, left + text_width(word, run.font, run.size), run.y


def found_box(path: Path, word: str) -> Box:
    """Return the box of a word in the text of a PDF: left, bottom, right, top."""
    with pypdfium2.PdfDocument(path) as document:
        layer = document[0].get_textpage()
        found = layer.search(word).get_next()
        assert found is not None, f"« {word} » is not in the text"
        boxes = [layer.get_charbox(index, loose=True) for index in range(found[0], sum(found))]
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


@pytest.mark.parametrize("name", SHEETS)
def test_words_lie_where_they_are_printed(name: str, reader: PageReader, tmp_path: Path) -> None:
    sheet = SHEETS[name]
    _, after = searchable(reader, sheet.source(), tmp_path)
    for word in ("Considérant", "émissions", "secrétaire"):
        left, baseline, right, _ = printed_box(word)
        ends = [sheet.place(left, baseline), sheet.place(right, baseline)]
        box = found_box(after, word)
        for x, y in ends:
            assert box[0] - TOLERANCE <= x <= box[2] + TOLERANCE, (word, ends, box)
            assert box[1] - TOLERANCE <= y <= box[3] + TOLERANCE, (word, ends, box)
        length = max(abs(ends[0][0] - ends[1][0]), abs(ends[0][1] - ends[1][1]))
        assert max(box[2] - box[0], box[3] - box[1]) == pytest.approx(length, abs=2 * TOLERANCE)


@pytest.mark.parametrize("degrees", [-1.8, 1.2])
def test_words_of_a_sheet_askew_follow_its_lines(degrees: float, reader: PageReader, tmp_path: Path) -> None:
    _, after = searchable(reader, _askew(degrees)(), tmp_path)
    for word in ("Considérant", "diurne"):
        left, baseline, _, _ = printed_box(word)
        x, y = _rotated(left, baseline, degrees)
        box = found_box(after, word)
        assert box[0] == pytest.approx(x, abs=2 * TOLERANCE)
        assert box[1] - TOLERANCE <= y <= box[3] + TOLERANCE


def _rotated(x: float, y: float, degrees: float) -> tuple[float, float]:
    matrix = (
        pikepdf.Matrix()
        .translated(WIDTH / 2, HEIGHT / 2)
        .rotated(degrees)
        .translated(-WIDTH / 2, -HEIGHT / 2)
    )
    return matrix.transform((x, y))


@pytest.mark.parametrize("name", ["bilevel", "grey", "layers", "marked as turned 90", "cropped", "inherited"])
def test_nothing_changes_for_the_eye(name: str, reader: PageReader, tmp_path: Path) -> None:
    before, after = searchable(reader, SHEETS[name].source(), tmp_path)
    pictures = []
    for path in (before, after):
        with pypdfium2.PdfDocument(path) as document:
            pictures.append(document[0].render(scale=1).to_pil())
    assert ImageStat.Stat(ImageChops.difference(*pictures)).sum == [0, 0, 0]


@pytest.mark.parametrize("name", ["bilevel", "grey", "layers"])
def test_the_scan_is_not_encoded_anew(name: str, reader: PageReader, tmp_path: Path) -> None:
    def pictures(path: Path) -> list[tuple[str, bytes]]:
        with pikepdf.open(path) as pdf:
            found = [item for item in pdf.objects if isinstance(item, pikepdf.Stream) and "/Width" in item]
            return sorted((str(item.Filter), item.read_raw_bytes()) for item in found)

    before, after = searchable(reader, SHEETS[name].source(), tmp_path)
    assert pictures(before) == pictures(after) != []


@pytest.mark.parametrize("viewer", [files.pdfium_text, files.poppler_text])
@pytest.mark.parametrize(
    "name", ["bilevel", "grey", "layers", "marked as turned 180", "marked as turned 270"]
)
def test_what_is_selected_comes_out_in_order_with_its_spaces(
    name: str, viewer: Callable[[Path], str], reader: PageReader, tmp_path: Path
) -> None:
    _, after = searchable(reader, SHEETS[name].source(), tmp_path)
    page = load_page(WorkFolder(tmp_path / "work").page_path(1))
    assert page is not None
    assert viewer(after).split() == page.text.split()


def test_an_unusable_layer_is_replaced(reader: PageReader, tmp_path: Path) -> None:
    _, after = searchable(reader, files.garbled(), tmp_path)
    with pypdfium2.PdfDocument(after) as document:
        text = document[0].get_textpage().get_text_range()
    assert "ghtz" not in text
    assert "prescriptions" in text


def test_an_unusable_layer_in_a_form_is_replaced(reader: PageReader, tmp_path: Path) -> None:
    def change(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        form = pdf.make_stream(
            b"BT 3 Tr /F1 9 Tf 60 500 Td (" + b"qzx wrtk bdf kkp xxq ghtz " * 9 + b") Tj ET"
        )
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        form.BBox = pikepdf.Array([0, 0, 595, 842])
        form.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        leaf.resources.XObject[pikepdf.Name.Old] = form
        leaf.contents_add(pdf.make_stream(b"/Old Do"))

    _, after = searchable(reader, files.with_page(change), tmp_path)
    with pypdfium2.PdfDocument(after) as document:
        assert "ghtz" not in document[0].get_textpage().get_text_range()


def test_text_that_shows_is_never_taken_away(reader: PageReader, tmp_path: Path) -> None:
    def change(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        leaf.obj.Resources[pikepdf.Name.Font] = pikepdf.Dictionary(F1=font)
        content = b"q BT 3 Tr ET Q BT /F1 9 Tf 60 20 Td (Tampon 2021) Tj 3 Tr (cache) Tj 0 Tr (visible) Tj ET"
        leaf.contents_add(pdf.make_stream(content))

    _, after = searchable(reader, files.with_page(change), tmp_path)
    with pypdfium2.PdfDocument(after) as document:
        text = document[0].get_textpage().get_text_range()
    assert "Tampon 2021" in text
    assert "visible" in text
    assert "cache" not in text


def test_the_result_is_sound_and_opens_at_its_first_page(reader: PageReader, tmp_path: Path) -> None:
    _, after = searchable(reader, files.scan(), tmp_path)
    with pikepdf.open(after) as pdf:
        assert pdf.is_linearized
        assert pdf.check_pdf_syntax() == []


def test_signs_beyond_the_keyboard_survive(tmp_path: Path) -> None:
    from pikepdf import Matrix

    from etl.ocr.reading import Line, Word
    from etl.ocr.text_layer import add_font, lay_under

    words = ("≤", "m³", "cœur", "€", "d’œuvre", "𝄞")
    boxes = [(60 + 90 * index, 100, 140 + 90 * index, 130) for index in range(len(words))]
    line = Line(
        tuple(Word(word, box, 90.0) for word, box in zip(words, boxes, strict=True)),
        (60, 100, 600, 130),
        30.0,
    )
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
    lay_under(
        pdf,
        pdf.pages[0],
        add_font(pdf, (find_models() / "pdf.ttf").read_bytes()),
        [line],
        Matrix(1, 0, 0, -1, 0, HEIGHT),
    )
    buffer = io.BytesIO()
    pdf.save(buffer)
    with pypdfium2.PdfDocument(buffer.getvalue()) as document:
        text = document[0].get_textpage().get_text_range()
    # The last takes two units of UTF-16, which the layer does not hold.
    assert text.split() == ["≤", "m³", "cœur", "€", "d’œuvre", "\ufffd"]


def test_the_tolerance_is_less_than_a_letter() -> None:
    run: Run = files.page().runs[-1]
    assert text_width("n", run.font, run.size) > 2 * TOLERANCE
