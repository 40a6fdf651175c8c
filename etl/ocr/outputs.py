"""The files of a document: `NAME.pdf`, `NAME.txt`, and `NAME.json`, which vouches for them and comes last."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from etl.ocr.outcomes import DocumentOutcome, Status, load_outcome


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the files of one document go."""

    folder: Path
    name: str

    @property
    def pdf(self) -> Path:
        """The searchable document."""
        return self.folder / f"{self.name}.pdf"

    @property
    def text(self) -> Path:
        """Its text, a form feed between pages."""
        return self.folder / f"{self.name}.txt"

    @property
    def outcome(self) -> Path:
        """What is said of it."""
        return self.folder / f"{self.name}.json"

    def aside(self, path: Path) -> Path:
        """Return where a file is written before it takes its name."""
        return path.with_name(f".{path.name}.part")

    def valid_outcome(self, sha256: str, engine: str) -> DocumentOutcome | None:
        """Return the outcome kept here if it is true of these bytes and this engine, final, and complete."""
        outcome = load_outcome(self.outcome)
        if outcome is None or (outcome.sha256, outcome.engine) != (sha256, engine) or not outcome.is_final:
            return None
        if outcome.status is Status.SUCCESS and not (self.pdf.is_file() and self.text.is_file()):
            return None
        return outcome

    def publish(self, outcome: DocumentOutcome) -> None:
        """Give the files written aside their names, then write the outcome; for a failure, the outcome alone.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        self.outcome.unlink(missing_ok=True)
        for path in (self.pdf, self.text):
            if outcome.status is Status.SUCCESS:
                os.replace(self.aside(path), path)  # noqa: PTH105 - Path.replace is the same call
            else:
                path.unlink(missing_ok=True)
        aside = self.aside(self.outcome)
        aside.write_text(outcome.to_json(), encoding="utf-8")
        os.replace(aside, self.outcome)  # noqa: PTH105

    def copy_from(self, other: "Outputs", outcome: DocumentOutcome) -> None:
        """Publish copies of another document's files: it has the same bytes.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        if outcome.status is Status.SUCCESS:
            shutil.copyfile(other.pdf, self.aside(self.pdf))
            shutil.copyfile(other.text, self.aside(self.text))
        self.publish(outcome)

    def discard_parts(self) -> None:
        """Remove what was written aside and will not be published."""
        for path in (self.pdf, self.text, self.outcome):
            with suppress(OSError):
                self.aside(path).unlink(missing_ok=True)


def finished_documents(folders: Iterable[Path], engine: str) -> dict[str, Outputs]:
    """Return the documents that this engine has finished in some folders, by the hash of their bytes."""
    found: dict[str, Outputs] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.json")):
            outputs = Outputs(folder, path.stem)
            outcome = load_outcome(path)
            if outcome and outcome.sha256 and outputs.valid_outcome(outcome.sha256, engine):
                found.setdefault(outcome.sha256, outputs)
    return found
