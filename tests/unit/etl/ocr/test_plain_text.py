"""The text of a document: page by page, a form feed between, whatever became of a page."""

from pathlib import Path

from etl.ocr import Decision, PageOutcome
from etl.ocr.kept_page import KeptPage
from etl.ocr.outputs import Outputs
from etl.ocr.plain_text import copy_unchanged, write_text
from etl.ocr.work_folder import WorkFolder


def kept(folder: WorkFolder, texts: dict[int, str]) -> WorkFolder:
    """Return the folder with these pages in it."""
    folder.create()
    for number, text in texts.items():
        KeptPage(PageOutcome(number, Decision.READ, "Read.", 90.0, 1.0), text).save(folder.page_path(number))
    return folder


def test_a_form_feed_stands_between_pages(tmp_path: Path) -> None:
    folder = kept(WorkFolder(tmp_path / "work"), {1: "Arrêté\ndu préfet", 2: "", 3: "Article 1"})
    write_text(folder, 3, tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_bytes().decode("utf-8") == "Arrêté\ndu préfet\f\fArticle 1\n"


def test_a_page_that_was_lost_is_an_empty_one(tmp_path: Path) -> None:
    write_text(kept(WorkFolder(tmp_path / "work"), {2: "deux"}), 3, tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").split("\f") == ["", "deux", "\n"]


def test_a_text_of_megabytes_is_written_whole(tmp_path: Path) -> None:
    text = "prescription " * 400_000
    write_text(kept(WorkFolder(tmp_path / "work"), {1: text, 2: "fin"}), 2, tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == f"{text}\ffin\n"


def test_without_a_layer_the_document_is_copied_beside_its_text(tmp_path: Path) -> None:
    source = tmp_path / "source.pdf"
    source.write_bytes(b"%PDF-1.7 as it was")
    outputs = Outputs(tmp_path, "a")
    copy_unchanged(source, kept(WorkFolder(tmp_path / "work"), {1: "lu"}), 1, outputs)
    assert outputs.aside(outputs.pdf).read_bytes() == source.read_bytes()
    assert outputs.aside(outputs.text).read_text(encoding="utf-8") == "lu\n"
