"""Finished pages of documents under way, kept by content and engine: a killed run reads none twice."""

import hashlib
import shutil
from pathlib import Path
from typing import Self


class WorkFolder:
    """The kept pages of one document, a file each."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, root: Path, sha256: str, engine: str) -> Self:
        """Return the folder of a document as one engine reads it."""
        return cls(root / f"{sha256}-{hashlib.sha256(engine.encode()).hexdigest()[:12]}")

    def create(self) -> None:
        """Make the folder where it is not there.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        self.path.mkdir(parents=True, exist_ok=True)

    def page_path(self, page: int) -> Path:
        """Return where page `page` (from 1) is kept."""
        return self.path / f"page-{page:05}.json"

    def remove(self) -> None:
        """Forget the document: it is finished."""
        shutil.rmtree(self.path, ignore_errors=True)
