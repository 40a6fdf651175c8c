"""A batch: results as they end, nothing read twice, nothing lost when a process or the run is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import psutil
import pytest
from PIL import Image

from demo.aps.scanner import add_scan, fax
from etl.errors import RefusedError
from etl.ocr import (
    Decision,
    Failure,
    Job,
    Limits,
    Options,
    Result,
    Status,
    engine_name,
    find_models,
    read_documents,
)
from etl.ocr.pool import Pool
from etl.ocr.process import ROOT
from tests import ocr_files as files

PAGES = 4
QUICK = replace(Limits(), page_seconds=10, inspection_seconds=20, assembly_seconds=30)


def several_pages(count: int = PAGES) -> bytes:
    return files.saved(files.scanned(*[files.picture()] * count))


def options(folder: Path, limits: Limits = QUICK, processes: int = 2) -> Options:
    return Options(find_models(), folder / "work", processes, limits)


def read(folder: Path, sources: dict[str, bytes], limits: Limits = QUICK) -> dict[str, Result]:
    """Read some documents into `folder/out` and return the results by name."""
    jobs = []
    for name, content in sources.items():
        source = folder / "in" / f"{name}.pdf"
        source.parent.mkdir(exist_ok=True)
        source.write_bytes(content)
        jobs.append(Job(source, folder / "out", name))
    return {result.job.name: result for result in read_documents(jobs, options(folder, limits))}


def text(folder: Path, name: str) -> str:
    return (folder / "out" / f"{name}.txt").read_text(encoding="utf-8")


def test_pages_come_in_order_with_a_form_feed_between(tmp_path: Path) -> None:
    result = read(tmp_path, {"a": files.two_pages()})["a"]
    assert [page.page for page in result.outcome.pages] == [1, 2]
    parts = text(tmp_path, "a").split("\f")
    assert len(parts) == 2
    assert all("prescriptions" in part for part in parts)
    assert result.outcome.engine == engine_name(find_models())


def test_a_document_with_text_is_kept_byte_for_byte(tmp_path: Path) -> None:
    read(tmp_path, {"a": files.digital()})
    assert (tmp_path / "out" / "a.pdf").read_bytes() == files.digital()


def test_jobs_that_would_overwrite_each_other_are_refused(tmp_path: Path) -> None:
    jobs = [Job(tmp_path / name, tmp_path / "out", "a") for name in ("a.pdf", "b.pdf")]
    with pytest.raises(RefusedError, match=r"out/a\.pdf"):
        list(read_documents(jobs, options(tmp_path)))


def test_no_secret_reaches_the_processes_that_open_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    with Pool(1, find_models(), QUICK):
        (process,) = reading_processes()
        seen = process.environ()
    assert "DATABASE_URL" not in seen
    assert seen["OMP_THREAD_LIMIT"] == "1"


def test_the_same_bytes_are_read_once(tmp_path: Path) -> None:
    first = read(tmp_path, {"a": files.scan(), "b": files.scan()})
    assert first["a"].outcome == first["b"].outcome
    written = (tmp_path / "out" / "a.pdf").stat().st_mtime_ns
    again = read(tmp_path, {"a": files.scan(), "another-name": files.scan()})
    assert [again[name].is_reused for name in ("a", "another-name")] == [True, True]
    assert (tmp_path / "out" / "a.pdf").stat().st_mtime_ns == written
    assert text(tmp_path, "another-name") == text(tmp_path, "a")


def test_other_bytes_or_another_engine_are_read_again(tmp_path: Path) -> None:
    read(tmp_path, {"a": files.scan()})
    path = tmp_path / "out" / "a.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace("envinorma-ocr", "envinorma-ocr 0."), encoding="utf-8"
    )
    assert not read(tmp_path, {"a": files.scan()})["a"].is_reused
    assert not read(tmp_path, {"a": files.grey_scan()})["a"].is_reused


def test_a_permanent_failure_is_not_tried_again(tmp_path: Path) -> None:
    locked = files.protected(files.scan(), files.Password("secret"))
    assert not read(tmp_path, {"a": locked})["a"].is_reused
    assert read(tmp_path, {"a": locked})["a"].is_reused


def test_a_success_that_fails_later_leaves_its_outcome_only(tmp_path: Path) -> None:
    read(tmp_path, {"a": files.scan()})
    read(tmp_path, {"a": b"<html>"})
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.json"]


def test_a_document_past_its_time_keeps_what_was_read(tmp_path: Path) -> None:
    limits = replace(QUICK, document_seconds=0.01)
    outcome = read(tmp_path, {"a": several_pages(8)}, limits)["a"].outcome
    decisions = [page.decision for page in outcome.pages]
    assert outcome.status is Status.SUCCESS
    assert decisions[0] is Decision.READ
    assert decisions[-1] is Decision.FAILED
    assert "had taken its" in outcome.pages[-1].reason


def test_a_document_past_its_pixels_keeps_what_was_read(tmp_path: Path) -> None:
    limits = replace(QUICK, document_pixels=1)
    outcome = read(tmp_path, {"a": several_pages(8)}, limits)["a"].outcome
    assert outcome.pages[0].decision is Decision.READ
    assert outcome.pages[-1].decision is Decision.FAILED


@pytest.mark.parametrize(
    ("limits", "failure"),
    [
        (replace(QUICK, file_bytes=1000), Failure.TOO_LARGE),
        (replace(QUICK, pages=3), Failure.TOO_MANY_PAGES),
        (replace(QUICK, page_seconds=-30), Failure.NOTHING_READ),
        (replace(QUICK, inspection_seconds=-30), Failure.TOO_SLOW),
    ],
    ids=["size", "pages", "page time", "opening time"],
)
def test_a_limit_has_its_failure(limits: Limits, failure: Failure, tmp_path: Path) -> None:
    assert read(tmp_path, {"a": several_pages()}, limits)["a"].outcome.failure is failure


def test_a_page_that_takes_too_much_memory_is_given_up(tmp_path: Path) -> None:
    sheet = Image.new("L", (5000, 6600), 255)
    for x in range(0, 4500, 1654):
        for y in range(0, 6000, 2339):
            sheet.paste(files.picture(), (x, y))
    pdf = pikepdf.new()
    add_scan(pdf, [fax(files.black_and_white(sheet))], (1800, 2376))
    limits = replace(QUICK, memory_bytes=180 * 1024 * 1024, page_pixels=40_000_000, page_seconds=30)
    results = read(tmp_path, {"huge": files.saved(pdf), "good": files.scan()}, limits)
    assert results["huge"].outcome.failure is Failure.NOTHING_READ
    assert "memory" in results["huge"].outcome.reason
    assert results["good"].outcome.status is Status.SUCCESS


def test_a_disk_that_takes_nothing_is_a_transient_failure(tmp_path: Path) -> None:
    """The folder of kept pages is taken away while the document is read."""
    source = tmp_path / "a.pdf"
    source.write_bytes(several_pages())
    work = tmp_path / "work"
    batch = read_documents([Job(source, tmp_path / "out", "a")], options(tmp_path))
    blocked = _when(lambda: bool(list(work.glob("*"))), lambda: _block(work))
    (result,) = list(batch)
    assert blocked()
    assert result.outcome.failure is Failure.NOT_WRITTEN
    assert not result.outcome.is_final


def _block(work: Path) -> None:
    """Put a file where the folder of the document is."""
    (folder,) = work.glob("*")
    for kept in folder.iterdir():
        kept.unlink()
    folder.rmdir()
    folder.write_bytes(b"")


def _when(
    condition: Callable[[], bool], action: Callable[[], None], seconds: float = 30
) -> Callable[[], bool]:
    """Do something in the background once a condition holds; the result tells whether it was done."""
    import threading

    done: list[bool] = []

    def wait() -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if condition():
                action()
                done.append(True)
                return
            time.sleep(0.01)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()

    def was_done() -> bool:
        thread.join(seconds)
        return bool(done)

    return was_done


def reading_processes() -> list[psutil.Process]:
    found = psutil.Process().children(recursive=True)
    return [child for child in found if "etl.ocr.worker" in " ".join(child.cmdline())]


def kill_one() -> None:
    reading_processes()[0].kill()


def test_a_killed_process_costs_no_page(tmp_path: Path) -> None:
    """The page under way is tried once more, by other means; the others never notice."""
    killed = _when(
        lambda: len(list((tmp_path / "work").glob("*/page-*.json"))) >= 2,
        kill_one,
    )
    outcome = read(tmp_path, {"a": several_pages(6), "b": files.grey_scan()})
    assert killed()
    assert [page.decision for page in outcome["a"].outcome.pages] == [Decision.READ] * 6
    assert outcome["b"].outcome.status is Status.SUCCESS


def test_leaving_early_ends_the_processes_and_keeps_the_pages(tmp_path: Path) -> None:
    sources = [tmp_path / "a.pdf", tmp_path / "b.pdf"]
    sources[0].write_bytes(files.digital())
    sources[1].write_bytes(several_pages(8))
    batch = read_documents([Job(path, tmp_path / "out", path.stem) for path in sources], options(tmp_path))
    assert next(batch).job.name == "a"
    batch.close()  # type: ignore[attr-defined]  # read_documents is a generator
    assert reading_processes() == []
    assert not list((tmp_path / "out").glob(".*"))


@pytest.fixture
def run_alone(tmp_path: Path) -> Callable[[], subprocess.Popen[str]]:
    """Start the command line on a document of several pages."""
    source = tmp_path / "a.pdf"
    source.write_bytes(several_pages(8))
    command = [sys.executable, "-m", "etl", "ocr", str(source), "--output", str(tmp_path / "out")]

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)

    return start


def test_a_killed_run_loses_only_the_pages_under_way(
    run_alone: Callable[[], subprocess.Popen[str]], tmp_path: Path
) -> None:
    work = tmp_path / "out" / ".ocr-work"
    first = run_alone()
    try:
        until = time.monotonic() + 60
        while len(list(work.glob("*/page-*.json"))) < 3 and time.monotonic() < until:
            time.sleep(0.02)
        workers = psutil.Process(first.pid).children(recursive=True)
    finally:
        os.kill(first.pid, signal.SIGKILL)
        first.communicate(timeout=10)
    kept = {path.name: path.stat().st_mtime_ns for path in work.glob("*/page-*.json")}
    seconds = {
        json.loads(path.read_text(encoding="utf-8"))["outcome"]["page"]: json.loads(
            path.read_text(encoding="utf-8")
        )["outcome"]["seconds"]
        for path in work.glob("*/page-*.json")
    }
    assert len(kept) >= 3
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == [], "the processes of a killed run outlive it"

    second = run_alone()
    output, _ = second.communicate(timeout=120)
    assert second.returncode == 0
    assert "8 pages: 8 read" in output
    pages = json.loads((tmp_path / "out" / "a.json").read_text(encoding="utf-8"))["pages"]
    assert {page["page"]: page["seconds"] for page in pages if page["page"] in seconds} == seconds
    assert not work.exists()
