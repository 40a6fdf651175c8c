"""A document with nothing read is the same bytes; one that cannot be written is an error of its own."""

from pathlib import Path

import pikepdf
import pytest

from etl.ocr import Decision, PageOutcome
from etl.ocr.assembly import AssemblyError, write_searchable
from etl.ocr.kept_page import KeptPage
from etl.ocr.models import FONT, find_models
from etl.ocr.reading import Line, Reading, Word
from etl.ocr.work_folder import WorkFolder
from tests import ocr_files as files

READING = Reading((Line((Word("arrêté", (100, 100, 200, 130), 95.0),), (100, 100, 200, 130), 30.0),))


def kept(folder: WorkFolder, *decisions: Decision) -> WorkFolder:
    """Return the folder with a page of each decision in it."""
    folder.create()
    for number, decision in enumerate(decisions, start=1):
        reading = READING if decision is Decision.READ else None
        outcome = PageOutcome(number, decision, "So.", None, 0.1)
        KeptPage(outcome, "arrêté", reading, (0.36, 0, 0, -0.36, 0, 842)).save(folder.page_path(number))
    return folder


def write(source: bytes, folder: WorkFolder, pages: int) -> Path:
    path = folder.path.parent / "source.pdf"
    path.write_bytes(source)
    target = folder.path.parent / "target.pdf"
    write_searchable(path, folder, pages, target, (find_models() / FONT).read_bytes())
    return target


@pytest.mark.parametrize("decision", [Decision.KEEP, Decision.BLANK, Decision.FAILED])
def test_without_a_page_read_the_bytes_are_the_same(decision: Decision, tmp_path: Path) -> None:
    folder = kept(WorkFolder(tmp_path / "work"), decision, decision)
    assert write(files.two_pages(), folder, 2).read_bytes() == files.two_pages()


def test_only_pages_that_were_read_get_a_layer(tmp_path: Path) -> None:
    target = write(files.two_pages(), kept(WorkFolder(tmp_path / "work"), Decision.KEEP, Decision.READ), 2)
    with pikepdf.open(target) as pdf:
        fonts = ["/EnvinormaOCR" in page.resources.get("/Font", {}) for page in pdf.pages]
    assert fonts == [False, True]


def test_one_font_serves_all_pages(tmp_path: Path) -> None:
    source = files.saved(files.scanned(files.picture(), files.picture()))
    with pikepdf.open(
        write(source, kept(WorkFolder(tmp_path / "work"), Decision.READ, Decision.READ), 2)
    ) as pdf:
        first, second = (page.resources.Font["/EnvinormaOCR"].objgen for page in pdf.pages)
    assert first == second


@pytest.mark.parametrize("source", [b"%PDF-1.7\n", files.protected(files.scan(), files.Password("secret"))])
def test_what_cannot_be_taken_apart_is_an_error(source: bytes, tmp_path: Path) -> None:
    with pytest.raises(AssemblyError, match="could not be laid under the pages"):
        write(source, kept(WorkFolder(tmp_path / "work"), Decision.READ), 1)


def test_a_page_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    folder = kept(WorkFolder(tmp_path / "work"), Decision.BLANK, Decision.READ)
    with pytest.raises(AssemblyError):
        write(files.scan(), folder, 2)
