"""A page kept between its reading and the writing of its document comes back as it was."""

from pathlib import Path

import pytest

from etl.ocr import Decision, PageOutcome
from etl.ocr.kept_page import KeptPage, load_page
from etl.ocr.reading import Line, Reading, Word
from etl.ocr.work_folder import WorkFolder

OUTCOME = PageOutcome(3, Decision.READ, "The page has no text layer.", 92.4, 1.5)
LINES = (
    Line((Word("arrêté", (1, 2, 30, 40), 96.0), Word("préfet", (35, 2, 60, 40), 90.0)), (1, 2, 60, 40), 31.5),
    Line(
        (Word("marge", (90, 10, 99, 80), 50.0),),
        (90, 10, 99, 80),
        9.0,
        (-0.01, -4.0),
        90,
        ends_paragraph=True,
    ),
)
READ = KeptPage(
    OUTCOME, "arrêté préfet\nmarge", Reading(LINES), (0.36, 0.0, 0.0, -0.36, 0.0, 842.0), 3_868_706
)
KEPT = KeptPage(PageOutcome(1, Decision.KEEP, "The text layer is good.", None, 0.01), "Vu le code")


@pytest.mark.parametrize("page", [READ, KEPT], ids=["read", "kept"])
def test_a_page_comes_back_as_it_was(page: KeptPage, tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    page.save(path)
    assert load_page(path) == page
    assert [found.name for found in tmp_path.iterdir()] == ["page.json"]


@pytest.mark.parametrize("content", [None, "", "{}", '{"outcome": {}, "text": ""}'])
def test_a_page_that_was_not_finished_is_none(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert load_page(path) is None


def test_the_folder_is_of_the_bytes_and_of_the_engine(tmp_path: Path) -> None:
    first, same = WorkFolder.of(tmp_path, "aa", "engine 1"), WorkFolder.of(tmp_path, "aa", "engine 1")
    assert first.path == same.path
    others = {WorkFolder.of(tmp_path, "bb", "engine 1").path, WorkFolder.of(tmp_path, "aa", "engine 2").path}
    assert first.path not in others
    assert len(others) == 2


def test_a_finished_document_leaves_nothing(tmp_path: Path) -> None:
    folder = WorkFolder.of(tmp_path, "aa", "engine 1")
    folder.create()
    KEPT.save(folder.page_path(1))
    folder.remove()
    assert list(tmp_path.iterdir()) == []
