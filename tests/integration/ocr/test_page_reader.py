"""A page that one program cannot draw, or one engine is not there to read, is read by the other."""

from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from etl.ocr import Decision, Limits, find_models
from etl.ocr.page_reader import PageReader
from etl.ocr.poppler import PopplerError, poppler_page
from etl.ocr.raster import SheetTooLargeError, drawn_page
from etl.ocr.tesseract_program import TesseractProgram
from etl.ocr.tesserocr_engine import TesserocrEngine
from etl.ocr.worker import load_engine
from tests import ocr_files as files
from tests.integration.ocr.test_text_layer import SHEETS

PIXELS = 16_000_000


@pytest.fixture(scope="module")
def reader() -> PageReader:
    return PageReader(TesserocrEngine(find_models()), Limits())


@pytest.mark.parametrize(
    "name", ["bilevel", "layers", "marked as turned 90", "units from elsewhere", "cropped"]
)
def test_poppler_draws_what_pdfium_draws(name: str, tmp_path: Path) -> None:
    path = files.put(tmp_path, SHEETS[name].source())
    drawn = poppler_page(path, 1, PIXELS, 30)
    with pypdfium2.PdfDocument(path) as document:
        other = drawn_page(document[0], PIXELS)
    assert drawn.picture.size == pytest.approx(other.picture.size, abs=2)
    for corner in ((0, 0), (drawn.picture.width, drawn.picture.height)):
        assert drawn.to_page.transform(corner) == pytest.approx(other.to_page.transform(corner), abs=1)


def test_a_page_that_pdfium_cannot_draw_is_drawn_by_poppler(
    reader: PageReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise pypdfium2.PdfiumError("Failed to load page.")

    monkeypatch.setattr("etl.ocr.page_reader.page_raster", fail)
    page = reader.read(files.put(tmp_path, files.scan()), 1)
    assert page.outcome.decision is Decision.READ
    assert "It was drawn by poppler." in page.outcome.reason
    assert "prescriptions" in page.text


def test_without_poppler_either_the_page_says_so(
    reader: PageReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    page = reader.read(files.put(tmp_path, files.scan()), 1, "poppler")
    assert page.outcome.decision is Decision.FAILED
    assert "poppler is not installed" in page.outcome.reason


@pytest.mark.parametrize("page", [2, 99])
def test_a_page_that_is_not_there_is_an_error(page: int, tmp_path: Path) -> None:
    with pytest.raises(PopplerError, match="missing, or damaged"):
        poppler_page(files.put(tmp_path, files.scan()), page, PIXELS, 30)


def test_poppler_has_its_time(tmp_path: Path) -> None:
    with pytest.raises(PopplerError, match="poppler took longer than 1 s"):
        poppler_page(files.put(tmp_path, files.bomb()), 1, PIXELS, 1)


def test_a_sheet_too_large_is_one_for_poppler_too(tmp_path: Path) -> None:
    with pytest.raises(SheetTooLargeError):
        poppler_page(files.put(tmp_path, files.with_page(_enlarge)), 1, PIXELS, 30)


def _enlarge(_: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
    leaf.obj.MediaBox = pikepdf.Array([0, 0, 90_000, 90_000])


def test_the_engine_is_the_library_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(load_engine(find_models()), TesserocrEngine)
    monkeypatch.setattr("etl.ocr.worker.has_tesserocr", lambda: False)
    assert isinstance(load_engine(find_models()), TesseractProgram)


@pytest.mark.parametrize("name", ["bilevel", "upside down", "on its left side"])
def test_the_program_reads_what_the_library_reads(name: str, tmp_path: Path) -> None:
    page = PageReader(TesseractProgram(find_models()), Limits()).read(
        files.put(tmp_path, SHEETS[name].source()), 1
    )
    assert page.outcome.decision is Decision.READ
    assert [word for word in files.WORDS if word not in page.text] == []


def test_a_source_that_goes_away_is_trouble_not_a_page(reader: PageReader, tmp_path: Path) -> None:
    path = files.put(tmp_path, files.scan())
    path.unlink()
    with pytest.raises(OSError, match=r"a\.pdf"):
        reader.read(path, 1)
