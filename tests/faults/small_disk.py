"""A disk that can be filled: a small file system in memory."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MOUNT_SECONDS = 30
PAGE, BLOCK = 1 << 12, 1 << 16


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a file system of a size on a folder; only root may, elsewhere the test is skipped and says so."""
    folder.mkdir(parents=True)
    mounted = _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=711", "tmpfs", str(folder))
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        _run("umount", "--lazy", str(folder))


def fill(disk: Path, *, leave: int) -> Path:
    """Fill a disk but for a number of bytes, up to a page, and return the file that does it."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        while (room := _free(disk) - leave) >= PAGE:
            file.write(bytes(min(BLOCK, room // PAGE * PAGE)))
            file.flush()
    return ballast


def _free(disk: Path) -> int:
    facts = os.statvfs(disk)
    return facts.f_bavail * facts.f_frsize


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=MOUNT_SECONDS, check=False)
