"""What files are given becomes jobs whose results never overwrite each other or their sources."""

from pathlib import Path

import pytest

from etl.errors import RefusedError
from etl.ocr import EngineMissingError, find_models
from etl.ocr.command import make_jobs
from etl.ocr.limits import Limits, usable_cores


def test_a_job_per_file_named_after_it(tmp_path: Path) -> None:
    jobs = make_jobs([Path("in/a.pdf"), Path("in/b.PDF"), Path("c")], tmp_path)
    assert [(job.source, job.folder, job.name) for job in jobs] == [
        (Path("in/a.pdf"), tmp_path, "a"),
        (Path("in/b.PDF"), tmp_path, "b"),
        (Path("c"), tmp_path, "c"),
    ]


def test_the_same_file_twice_is_one_job(tmp_path: Path) -> None:
    assert len(make_jobs([Path("in/a.pdf"), Path("in/../in/a.pdf")], tmp_path)) == 1


@pytest.mark.parametrize("other", ["other/a.pdf", "in/a.PDF", "in/a.txt"])
def test_two_files_of_one_name_are_refused(other: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"would both be written to .*a\.pdf"):
        make_jobs([Path("in/a.pdf"), Path(other)], tmp_path)


def test_a_result_on_top_of_its_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="overwritten by its own result"):
        make_jobs([tmp_path / "a.pdf"], tmp_path)


def test_without_the_french_model_the_sentence_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(EngineMissingError, match="tesseract-ocr-fra"):
        find_models(tmp_path)


def test_limits_survive_the_way_to_the_process() -> None:
    limits = Limits(pages=12, page_seconds=0.5)
    assert Limits.from_dict(limits.to_dict()) == limits


def test_at_least_one_core() -> None:
    assert usable_cores() >= 1
