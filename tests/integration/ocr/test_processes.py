"""The processes that open documents: bounded as a group, gone with their children, honest about trouble."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from etl.ocr import Limits, find_models
from etl.ocr.limits import MEGABYTE
from etl.ocr.pool import Pool, Request
from etl.ocr.process import ROOT, Death, group_memory
from tests import ocr_files as files

# Time for a child to start on a machine that is busy.
PATIENCE_SECONDS = 20


def read_request(path: Path, seconds: float, renderer: str = "pdfium") -> Request:
    keep = path.with_name("page.json")
    message = {"task": "read", "path": str(path), "page": 1, "renderer": renderer, "keep": str(keep)}
    return Request("a", message, seconds)


@pytest.fixture
def bomb(tmp_path: Path) -> Path:
    """Return a document that nobody ever finishes drawing."""
    return files.put(tmp_path, files.bomb())


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(1, find_models(), Limits()) as made:
        yield made


def descendants() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if "etl.ocr.worker" in " ".join(child.cmdline()) or child.name() == "pdftoppm"
    ]


def test_a_process_past_its_time_goes_with_its_children(pool: Pool, bomb: Path) -> None:
    pool.ask(Request("a", {"task": "open", "source": str(bomb), "folder": str(bomb.parent)}, 60))
    pool.wait()
    pool.ask(read_request(bomb, 4, "poppler"))
    until = time.monotonic() + PATIENCE_SECONDS
    while not any(child.name() == "pdftoppm" for child in descendants()) and time.monotonic() < until:
        time.sleep(0.02)
    before = descendants()
    assert {child.name() for child in before} > {"pdftoppm"}
    (reply,) = pool.wait()
    assert reply.death is Death.TIME
    _, alive = psutil.wait_procs(before, timeout=10)
    assert alive == []


def test_a_process_killed_from_outside_is_replaced(pool: Pool, bomb: Path, tmp_path: Path) -> None:
    pool.ask(read_request(bomb, 60))
    for child in descendants():
        child.kill()
    (reply,) = pool.wait()
    assert reply.death is Death.CRASH
    pool.ask(read_request(files.put(tmp_path, files.digital()), 60))
    (reply,) = pool.wait()
    assert reply.answer is not None
    assert reply.answer["outcome"]["decision"] == "keep"


def test_memory_of_children_counts(pool: Pool, bomb: Path) -> None:
    pool.ask(Request("a", {"task": "open", "source": str(bomb), "folder": str(bomb.parent)}, 60))
    pool.wait()
    (worker,) = descendants()
    alone = group_memory(worker.pid)
    pool.ask(read_request(bomb, 30, "poppler"))
    until = time.monotonic() + PATIENCE_SECONDS
    while group_memory(worker.pid) <= alone + 5 * MEGABYTE and time.monotonic() < until:
        time.sleep(0.02)
    assert group_memory(worker.pid) > alone + 5 * MEGABYTE


def asked(lines: list[dict[str, Any]], *command: str) -> subprocess.CompletedProcess[str]:
    """Run a worker by hand, in a group of its own, until its input ends."""
    return subprocess.run(
        [sys.executable, *command],
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
        start_new_session=True,
    )


def test_memory_is_bounded_by_the_system_too() -> None:
    code = (
        "from etl.ocr.limits import Limits; from etl.ocr.worker import bound_process\n"
        "bound_process(Limits(memory_bytes=200 * 1024 * 1024))\n"
        "try: bytearray(300 * 1024 * 1024)\n"
        "except MemoryError: print('refused')"
    )
    assert asked([], "-c", code).stdout == "refused\n"


def test_files_are_bounded_by_the_system_too(tmp_path: Path) -> None:
    code = (
        "from etl.ocr.limits import Limits; from etl.ocr.worker import bound_process\n"
        "from pathlib import Path\n"
        "bound_process(Limits(file_bytes=1000))\n"
        f"try: Path({str(tmp_path / 'large')!r}).write_bytes(b'x' * 5000)\n"
        "except OSError as error: print(error.strerror)"
    )
    assert asked([], "-c", code).stdout == "File too large\n"


def test_a_worker_ends_with_the_one_that_asks() -> None:
    hello = {"models": str(find_models()), "limits": Limits().to_dict()}
    done = asked([hello], "-m", "etl.ocr.worker")
    assert done.returncode == -9


def test_a_worker_is_not_for_people() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "etl.ocr.worker"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "started by `python -m etl ocr`" in done.stderr
