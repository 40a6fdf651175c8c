"""② What a morning and the national backlog cost: batches read, the index, the statuses of orders.

A batch goes its whole way (a source near by, the engine, a bucket that is a folder) on one process of the
engine, so that its figures are those of one core. The index is as large as the national one.
"""

import hashlib
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from pyarrow import parquet

from bench.cost_model import DOCUMENTS, Measured, told
from bench.measure import MEGABYTE, Cost, Row, measure
from bench.real_data import real_data_folder
from demo.aps.print_arretes import print_arretes
from etl.aps import index, shelf
from etl.aps.batches import split
from etl.aps.discovery import Wish, find_work
from etl.aps.index import Entry
from etl.aps.reading import Reader, Tally, read_batch
from etl.aps.statuses import ApPage, ApStatus
from etl.georisques import Remote, connected
from etl.ocr import Job, Options, find_models, read_documents
from launcher.georisques_server import Handler

NOW = datetime(2026, 3, 1, 7, tzinfo=UTC)
STATUSES = 2_000
PAGES = 10
PAGE_TEXT = "Les émissions sonores ne dépassent pas soixante décibels en limite de propriété. " * 30
SECONDS_PER_BATCH = 2.0  # `python -m bench --only cluster` measures it


def rows() -> Iterator[Row]:
    """Give a row for a batch, one for the morning's look at the index, one for statuses."""
    with TemporaryDirectory(prefix="envinorma-bench-") as folder:
        yield _batch(Path(folder))
        yield _morning(Path(folder) / "index")
        yield _statuses(Path(folder) / "statuses")


def order_id(number: int) -> str:
    """Return the n-th id of these benchmarks."""
    digest = hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()
    return f"A/{digest[-1]}/{digest}"


def orders_at_hand(folder: Path) -> list[Path]:
    """Return the real orders, or the demo's where the real ones are not at hand."""
    real = real_data_folder()
    return sorted((real / "aps").glob("*.pdf")) if real else sorted(print_arretes(folder / "demo"))


class _Quiet(Handler):
    """The local source, without a line for each request."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def source_of(pdfs: list[Path], served: Path) -> Iterator[Remote]:
    """Serve PDFs as documents of Géorisques on a local port."""
    for number, pdf in enumerate(pdfs):
        target = served / "documents" / f"{order_id(number)}.pdf"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(pdf.resolve())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(served)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield Remote(f"{url}/dump", f"{url}/documents", ("127.0.0.1",))
    finally:
        server.shutdown()
        server.server_close()


def _batch(folder: Path) -> Row:
    pdfs = orders_at_hand(folder)
    (batch,) = split([order_id(number) for number in range(len(pdfs))], {}, NOW)
    with source_of(pdfs, folder / "served") as remote, connected(remote) as session:
        (folder / "ap").mkdir()
        reader = Reader(folder / "ap", session, find_models(), folder / "work", processes=1)
        begun = time.perf_counter()
        tally = read_batch(reader, batch)
        seconds = time.perf_counter() - begun
    alone = measure(lambda: _engine_alone(pdfs, folder / "alone"))
    measured = _measured(tally, seconds)
    weight = sum(pdf.stat().st_size for pdf in pdfs) / tally.pages / 1e6
    return Row(
        name=f"② one batch, {len(pdfs)} orders, {tally.pages} pages, 1 process",
        cost=Cost(seconds, alone.peak_mb),
        limit="reading the same files from the disk, no source, no bucket",
        limit_seconds=alone.seconds,
        bound=1.15,
        note=f"{60 / measured.core_seconds_per_page:.0f} pages a minute per core, "
        f"{weight:.3f} MB a page, {measured.seconds_per_document:.2f} s a document "
        f"beside its pages; {told(measured)}",
    )


def _measured(tally: Tally, seconds: float) -> Measured:
    """Return the figures of one core; what is not spent on pages is spent on documents."""
    if not tally.pages or tally.failed:
        raise RuntimeError(f"The batch was not read as it should: {tally}")
    return Measured(
        core_seconds_per_page=tally.seconds / tally.pages,
        pages_per_document=tally.pages / tally.read,
        seconds_per_document=(seconds - tally.seconds) / tally.read,
        seconds_per_batch=SECONDS_PER_BATCH,
    )


def _engine_alone(pdfs: list[Path], target: Path) -> None:
    jobs = [Job(pdf, target, pdf.stem) for pdf in pdfs]
    for _ in read_documents(jobs, Options(find_models(), target / "work", processes=1)):
        pass


def _morning(bucket: Path) -> Row:
    """Return the row of loading the national index and finding nothing to do."""
    bucket.mkdir()
    known = {order_id(number): _entry(order_id(number)) for number in range(DOCUMENTS)}
    saving = measure(lambda: index.save_index(bucket, known))
    listed = dict.fromkeys(known, "2020-01-01")
    cost = measure(lambda: find_work(listed, index.load_index(bucket), Wish(), "engine", NOW), repeats=3)
    content = bucket / index.INDEX_KEY
    bare = measure(lambda: parquet.read_table(content).to_pylist(), repeats=3)
    return Row(
        name=f"② what is there to read, {DOCUMENTS:,} orders",
        cost=cost,
        limit="reading the lines of the index file",
        limit_seconds=bare.seconds,
        note=f"{content.stat().st_size / MEGABYTE:.1f} MB; written in {saving.seconds:.1f} s",
    )


def _statuses(bucket: Path) -> Row:
    """Return the row of an index made anew; the note tells how fast statuses are written."""
    bucket.mkdir()
    statuses = [_status(number) for number in range(STATUSES)]
    writing = measure(lambda: _put_all(bucket, statuses))
    cost = measure(lambda: index.rebuild_index(bucket))
    paths = [bucket / f"{status.georisques_id}.json" for status in statuses]
    bare = measure(lambda: [path.read_bytes() for path in paths])
    return Row(
        name=f"② index made anew, {STATUSES:,} orders of {PAGES} pages",
        cost=cost,
        limit="reading the same files, nothing else",
        limit_seconds=bare.seconds,
        note=f"{STATUSES / cost.seconds:,.0f} statuses a second read, {STATUSES / writing.seconds:,.0f} put",
    )


def _put_all(bucket: Path, statuses: Iterable[ApStatus]) -> None:
    for status in statuses:
        shelf.put(bucket, status, None)


def _entry(known: str) -> Entry:
    return Entry(
        known, "SUCCESS", None, hashlib.sha256(known.encode()).hexdigest(), "engine", 1, NOW, NOW, 9, 9, 90.0
    )


def _status(number: int) -> ApStatus:
    return ApStatus(
        georisques_id=order_id(number),
        status="SUCCESS",
        reason=f"{PAGES} pages: {PAGES} read.",
        failure=None,
        sha256=f"{number:064x}",
        engine="engine",
        attempts=1,
        first_seen_at=NOW,
        tried_at=NOW,
        read_at=NOW,
        size=1_000_000,
        seconds=5.0,
        pages=tuple(
            ApPage(page=place, decision="read", reason="", confidence=91.5, text=PAGE_TEXT)
            for place in range(1, PAGES + 1)
        ),
    )
