"""The three files of a document: complete or not there, and true of the bytes they were made from."""

from pathlib import Path

import pytest

from etl.ocr import Decision, DocumentOutcome, Failure, PageOutcome
from etl.ocr.outcomes import failed, summarise
from etl.ocr.outputs import Outputs, finished_documents

ENGINE = "an engine"
SHA256 = "cd" * 32
SUCCESS = summarise([PageOutcome(1, Decision.READ, "Read.", 91.0, 1.0)], SHA256, ENGINE)
ENCRYPTED = failed(Failure.ENCRYPTED, "Locked.", SHA256, ENGINE)
CRASHED = failed(Failure.CRASHED, "Died.", SHA256, ENGINE)


def published(folder: Path, outcome: DocumentOutcome, name: str = "a") -> Outputs:
    outputs = Outputs(folder, name)
    outputs.aside(outputs.pdf).write_bytes(b"%PDF-")
    outputs.aside(outputs.text).write_text("arrêté\f", encoding="utf-8")
    outputs.publish(outcome)
    outputs.discard_parts()
    return outputs


def test_a_success_has_three_files_and_nothing_else(tmp_path: Path) -> None:
    published(tmp_path, SUCCESS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "a.pdf", "a.txt"]


def test_a_failure_has_its_outcome_only_even_where_a_success_was(tmp_path: Path) -> None:
    published(tmp_path, SUCCESS)
    published(tmp_path, ENCRYPTED)
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize(
    ("outcome", "sha256", "engine", "is_valid"),
    [
        (SUCCESS, SHA256, ENGINE, True),
        (ENCRYPTED, SHA256, ENGINE, True),
        (CRASHED, SHA256, ENGINE, False),
        (SUCCESS, "ef" * 32, ENGINE, False),
        (SUCCESS, SHA256, "another engine", False),
    ],
)
def test_an_outcome_is_valid_for_the_same_bytes_and_engine(
    outcome: DocumentOutcome, sha256: str, engine: str, is_valid: bool, tmp_path: Path
) -> None:
    found = published(tmp_path, outcome).valid_outcome(sha256, engine)
    assert found == (outcome if is_valid else None)


@pytest.mark.parametrize("lost", ["a.pdf", "a.txt", "a.json"])
def test_a_success_with_a_file_missing_is_not_valid(lost: str, tmp_path: Path) -> None:
    outputs = published(tmp_path, SUCCESS)
    (tmp_path / lost).unlink()
    assert outputs.valid_outcome(SHA256, ENGINE) is None


def test_a_copy_is_as_good_as_the_first(tmp_path: Path) -> None:
    other = Outputs(tmp_path, "b")
    other.copy_from(published(tmp_path, SUCCESS), SUCCESS)
    assert other.valid_outcome(SHA256, ENGINE) == SUCCESS
    assert other.text.read_text(encoding="utf-8") == "arrêté\f"


def test_finished_documents_are_found_by_their_bytes(tmp_path: Path) -> None:
    outputs = published(tmp_path, SUCCESS)
    (tmp_path / "unrelated.json").write_text('{"a": 1}', encoding="utf-8")
    assert finished_documents([tmp_path, tmp_path / "nowhere"], ENGINE) == {SHA256: outputs}
    assert finished_documents([tmp_path], "another engine") == {}
