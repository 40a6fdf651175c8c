"""`python -m etl ocr`: exit codes, the files it leaves, and no need of anything else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from etl.ocr.process import ROOT
from tests import ocr_files as files

BARE = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}


def ocr(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command with an environment that says nothing: no database, no variable."""
    command = [sys.executable, "-m", "etl", "ocr", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=BARE, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "bon.pdf").write_bytes(files.scan())
    (folder / "numérique.pdf").write_bytes(files.digital())
    (folder / "page web.pdf").write_bytes(b"<!DOCTYPE html><html></html>")
    return folder


def test_every_file_ends_with_a_status(inputs: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    done = ocr(*sorted(inputs.iterdir()), inputs / "absent.pdf", "--output", output)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert sorted(path.name for path in output.iterdir()) == [
        "absent.json",
        "bon.json",
        "bon.pdf",
        "bon.txt",
        "numérique.json",
        "numérique.pdf",
        "numérique.txt",
        "page web.json",
    ]
    lines = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert lines["bon"].startswith("SUCCESS. 1 page: 1 read.")
    assert lines["numérique"].startswith("SUCCESS. 1 page: 1 kept.")
    assert lines["page web"].startswith("ERROR. The file is a web page, not a PDF.")
    assert lines["absent"].startswith("ERROR. The file absent.pdf does not exist.")
    outcome = json.loads((output / "page web.json").read_text(encoding="utf-8"))
    assert (outcome["status"], outcome["failure"], outcome["pages"]) == ("ERROR", "not_pdf", [])


@pytest.mark.parametrize(("name", "code"), [("numérique.pdf", 0), ("page web.pdf", 1)])
def test_strict_tells_by_its_exit_code(name: str, code: int, inputs: Path, tmp_path: Path) -> None:
    done = ocr(inputs / name, "--output", tmp_path / "out", "--strict")
    assert done.returncode == code
    assert ("1 of 1 files could not be read" in done.stderr) == bool(code)


def test_files_that_would_overwrite_each_other_are_refused(inputs: Path, tmp_path: Path) -> None:
    twin = tmp_path / "bon.pdf"
    twin.write_bytes(files.digital())
    done = ocr(inputs / "bon.pdf", twin, "--output", tmp_path / "out")
    assert done.returncode == 1
    assert "would both be written to" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_a_sentence(inputs: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    done = ocr(inputs / "bon.pdf", "--output", tmp_path / "out")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_the_second_time_nothing_is_read(inputs: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    ocr(inputs / "bon.pdf", "--output", output)
    done = ocr(inputs / "bon.pdf", "--output", output)
    assert done.stdout.endswith("(as before)\n")


def test_without_a_model_the_sentence_says_what_to_install(inputs: Path, tmp_path: Path) -> None:
    done = ocr(inputs / "bon.pdf", "--output", tmp_path / "out", "--models", tmp_path)
    assert done.returncode == 1
    assert "Install the packages tesseract-ocr and tesseract-ocr-fra" in done.stderr
