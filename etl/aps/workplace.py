"""Where batches work on this machine: `<RUN_DIR>/aps`.

`pages/` keeps the finished pages of documents under way (`etl.ocr`): after a kill, the next batch finds them;
`files/` holds what a batch downloads, and is emptied by the next one that finds its owner gone. Batches that
run at the same time on one machine lock the bytes they read, so that none is read by two of them at once.
"""

import fcntl
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from etl.settings import Settings

LOCK_SPACE = 2**60


@dataclass(slots=True)
class Workplace:
    """The folders of one batch.

    Attributes:
        pages: shared by all batches of the machine.
        files: of this batch alone.
    """

    pages: Path
    files: Path
    _locks: IO[bytes] = field(repr=False)

    def try_to_hold(self, sha256: str) -> bool:
        """Lock some bytes for this process; return False where another one of this machine holds them."""
        try:
            fcntl.lockf(self._locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _place(sha256))
        except (BlockingIOError, PermissionError):
            return False
        return True

    def hold(self, sha256: str) -> None:
        """Lock some bytes for this process, when their holder has finished with them."""
        fcntl.lockf(self._locks, fcntl.LOCK_EX, 1, _place(sha256))

    def release(self, sha256: str) -> None:
        """Let other processes have some bytes."""
        fcntl.lockf(self._locks, fcntl.LOCK_UN, 1, _place(sha256))


def work_root(settings: Settings) -> Path:
    """Return where batches work on this machine."""
    return settings.run_dir.absolute() / "aps"


@contextmanager
def workplace(root: Path) -> Iterator[Workplace]:
    """Give a batch its folders; its files go at the end, the pages of unfinished documents stay.

    Raises:
        OSError: the folder cannot be written.
    """
    pages, files = root / "pages", root / "files"
    pages.mkdir(parents=True, exist_ok=True)
    files.mkdir(exist_ok=True)
    _clear_abandoned(files)
    own = files / secrets.token_hex(4)
    with (root / "locks").open("ab") as locks, (files / f"{own.name}.lock").open("wb") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        own.mkdir()
        try:
            yield Workplace(pages, own, locks)
        finally:
            shutil.rmtree(own, ignore_errors=True)
            Path(mark.name).unlink(missing_ok=True)


def _clear_abandoned(files: Path) -> None:
    """Remove the files of batches that were killed: their lock ended with their process."""
    for mark in files.glob("*.lock"):
        with mark.open("rb") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(mark.with_suffix(""), ignore_errors=True)
            mark.unlink(missing_ok=True)


def _place(sha256: str) -> int:
    """Return the byte of the lock file that stands for some content."""
    return int(sha256, 16) % LOCK_SPACE
