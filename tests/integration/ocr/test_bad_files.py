"""Every bad file ends with a status and a reason; none hangs, takes others down or leaves anything behind."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from etl.ocr import Decision, Limits, Result, Status
from etl.ocr.batch import Job, Options, read_documents
from etl.ocr.models import find_models
from etl.ocr.outcomes import load_outcome
from etl.ocr.process import group_memory
from tests import ocr_files as files
from tests.integration.ocr.bad_files import BAD_FILES, BadFile

# One worker of the tests reads the corpus, once, on all cores.
pytestmark = pytest.mark.xdist_group("bad_files")

# Small enough that what never ends ends soon, large enough for a good page on a machine that is busy.
LIMITS = replace(Limits(), page_seconds=12, inspection_seconds=20, assembly_seconds=30)
# The whole corpus and one good scan; four times what it takes on a quiet machine of two cores.
ENOUGH_SECONDS = 240


@dataclass(frozen=True)
class Batch:
    """How a batch ended: results by name, seconds, and bytes of the largest reading process."""

    results: Mapping[str, Result]
    seconds: float
    highest_memory: int


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """Everything in one batch, the good scan last."""
    folder = tmp_path_factory.mktemp("bad")
    inputs, outputs = folder / "in", folder / "out"
    inputs.mkdir()
    good = inputs / "good.pdf"
    good.write_bytes(files.grey_scan())
    paths = [*(bad.put(inputs) for bad in BAD_FILES), good]
    jobs = [Job(path, outputs, path.name) for path in paths]
    begun = time.monotonic()
    with highest_memory() as highest:
        results = list(read_documents(jobs, Options(find_models(), folder / "work", 2, LIMITS)))
    seconds = time.monotonic() - begun
    return Batch({result.job.name: result for result in results}, seconds, max(highest))


@contextmanager
def highest_memory() -> Iterator[list[int]]:
    """Give a list that fills with the memory of the largest reading process and its children, in bytes."""
    highest = [0]
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(0.03):
            with suppress(psutil.NoSuchProcess):
                pids = [child.pid for child in psutil.Process().children()]
                highest.append(max(highest[-1], max(map(group_memory, pids), default=0)))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    yield highest
    is_over.set()
    thread.join(10)


@pytest.mark.parametrize("bad", BAD_FILES, ids=lambda bad: bad.name)
def test_a_bad_file_ends_as_it_should(bad: BadFile, batch: Batch) -> None:
    result = batch.results[bad.name]
    outcome = result.outcome
    assert outcome.reason
    assert outcome.failure == bad.failure, outcome.reason
    assert bad.says in outcome.reason
    if bad.failure is None:
        assert outcome.status is Status.SUCCESS
        assert tuple(page.decision for page in outcome.pages) == bad.pages, outcome.pages
        assert all(page.reason for page in outcome.pages)


@pytest.mark.parametrize("bad", BAD_FILES, ids=lambda bad: bad.name)
def test_a_bad_file_leaves_the_right_files(bad: BadFile, batch: Batch) -> None:
    job = batch.results[bad.name].job
    written = {path.suffix for path in job.folder.glob(f"{job.name}.*") if path.stem == job.name}
    assert written == ({".json"} if bad.failure else {".json", ".pdf", ".txt"})
    assert load_outcome(job.folder / f"{job.name}.json") == batch.results[bad.name].outcome


@pytest.mark.parametrize(
    "name",
    [
        bad.name
        for bad in BAD_FILES
        if Decision.READ in bad.pages and bad.name not in {"no-box.pdf", "box-without-size.pdf"}
    ],
)
def test_what_was_read_was_read_well(name: str, batch: Batch) -> None:
    job = batch.results[name].job
    text = (job.folder / f"{job.name}.txt").read_text(encoding="utf-8")
    assert [word for word in files.WORDS if word not in text] == []


def test_no_text_has_a_sign_that_nothing_can_take(batch: Batch) -> None:
    """Postgres refuses NUL, and a form feed would be another page."""
    folder = batch.results["good.pdf"].job.folder
    for path in folder.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        pages = len(batch.results[path.stem].outcome.pages)
        assert text.count("\f") == pages - 1, path.name
        assert not [char for char in set(text) if ord(char) < 32 and char not in "\n\t\f"], path.name


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len({bad.name for bad in BAD_FILES}) == len(BAD_FILES) >= 40


def test_the_good_one_is_none_the_worse(batch: Batch) -> None:
    outcome = batch.results["good.pdf"].outcome
    assert outcome.status is Status.SUCCESS
    assert outcome.pages[0].confidence is not None
    assert outcome.pages[0].confidence > 85


def test_no_file_takes_more_memory_than_promised(batch: Batch) -> None:
    assert 0 < batch.highest_memory < 700e6


def test_nothing_hangs_and_nothing_stays(batch: Batch, tmp_path: Path) -> None:
    assert len(batch.results) == len(BAD_FILES) + 1
    assert batch.seconds < ENOUGH_SECONDS
    left = [
        child for child in psutil.Process().children(recursive=True) if "etl.ocr" in " ".join(child.cmdline())
    ]
    assert left == []
    folder = batch.results["good.pdf"].job.folder
    assert not list(folder.glob(".*.part"))
    assert not list((folder.parent / "work").glob("*"))
