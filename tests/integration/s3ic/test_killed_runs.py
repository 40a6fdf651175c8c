"""A transform killed (SIGKILL) before any of its operations on its output leaves a whole set in service."""

import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from etl import storage
from etl.reports import published_report
from etl.s3ic import transform_icpe
from etl.storage import sha256_of
from tests.s3ic_extraction import DEMO, LINES_FILE, SITES_FILE, TODAY

TIMEOUT_SECONDS = 60
OPERATIONS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"}
NO_LONGER_THERE = "DISTILLERIE DU SUREAU"


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Fresh processes that have loaded the step already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["etl.s3ic"])
    return context


@pytest.fixture
def old_set(tmp_path: Path) -> Path:
    """A folder with the datasets of the demo but for one site."""
    text = (DEMO / SITES_FILE).read_text("utf-8").splitlines(keepends=True)
    sites = tmp_path / "older.csv"
    sites.write_text("".join(line for line in text if NO_LONGER_THERE not in line), encoding="utf-8")
    output = tmp_path / "old"
    transform_icpe(establishments=sites, classements=DEMO / LINES_FILE, output=output, today=TODAY)
    return output


def transform_and_die(output: str, killed_before: int) -> None:
    """Transform the demo; SIGKILL before the n-th operation on the output folder."""
    done = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal done
        if event in OPERATIONS and str(arguments[0]).startswith(output) and not _is_reading(event, arguments):
            done += 1
            if done == killed_before:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    transform_icpe(
        establishments=DEMO / SITES_FILE, classements=DEMO / LINES_FILE, output=Path(output), today=TODAY
    )


def _is_reading(event: str, arguments: tuple[object, ...]) -> bool:
    return event == "open" and not int(str(arguments[2])) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)


def checksums(folder: Path) -> dict[str, str]:
    """The datasets of a folder, by their bytes (the report tells times)."""
    return {path.name: sha256_of(path) for path in sorted(folder.glob("*_*.csv"))}


def killed_runs(processes: ForkServerContext, old: Path, folder: Path) -> Iterator[tuple[int, Path]]:
    """Give the output folder after each possible kill, until a run has no operation left to die before."""
    for point in range(1, 200):
        output = folder / f"killed-{point}"
        if old.exists():
            shutil.copytree(old, output)
        run = processes.Process(target=transform_and_die, args=(str(output), point))
        run.start()
        run.join(TIMEOUT_SECONDS)
        if run.exitcode == 0:
            assert point > 20, "the run should have had more operations than that"
            return
        assert run.exitcode == -signal.SIGKILL
        yield point, output
    pytest.fail("the run never came to its end")


def test_the_old_or_the_new_set_is_in_service_after_any_kill(processes, old_set, tmp_path) -> None:
    old = checksums(old_set)
    new = checksums(_demo(tmp_path / "new"))
    seen = set()
    for point, output in killed_runs(processes, old_set, tmp_path):
        if not any(output.glob(".pending-*/manifest.json")):
            assert checksums(output) in (old, new), f"killed before operation {point}"
        storage.finish_pending(output)
        assert checksums(output) in (old, new), f"killed before operation {point}"
        seen.add(checksums(output) == new)
        report = published_report(output)
        assert report is not None
        assert {file["key"]: file["sha256"] for file in report.files} == checksums(output)
        _demo(output)
        assert checksums(output) == new
        assert list(output.glob(".pending-*")) == []
    assert seen == {False, True}


def test_a_first_run_killed_anywhere_leaves_nothing_or_everything(processes, tmp_path) -> None:
    new = checksums(_demo(tmp_path / "new"))
    for point, output in killed_runs(processes, tmp_path / "nothing", tmp_path):
        storage.finish_pending(output)
        assert checksums(output) in ({}, new), f"killed before operation {point}"
        _demo(output)
        assert checksums(output) == new


def _demo(output: Path) -> Path:
    transform_icpe(
        establishments=DEMO / SITES_FILE, classements=DEMO / LINES_FILE, output=output, today=TODAY
    )
    return output
