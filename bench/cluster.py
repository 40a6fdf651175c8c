"""② The same orders read by one Celery worker, then by two, behind Redis: `make bench-cluster`.

Each worker that reads has one core of this machine. Limit: half of what one of them took. The pool `ocr`
decides how many read at the same time, so that both runs are of the same cluster.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.backlog import order_id, orders_at_hand, source_of
from bench.database import fresh_databases
from bench.measure import Cost, Row, peak_mb
from etl.aps.batches import MOST_DOCUMENTS
from etl.s3ic import transform_icpe
from etl.settings import ROOT, Settings
from launcher.airflow import OCR_POOL
from launcher.airflow_cluster import AirflowCluster
from launcher.database import metadata_url
from launcher.dump import pack_dump

READERS = 2
ORDERS = READERS * MOST_DOCUMENTS
START_SECONDS = 300
RUN_SECONDS = 1500
TYPES = b"1;Arr\xc3\xaat\xc3\xa9 pr\xc3\xa9fectoral\n"


@dataclass(frozen=True)
class Ran:
    """A run.

    Attributes:
        seconds: from its start to its end.
        reading: from the start of its first batch to the end of its last.
        pages: that were read.
        between: seconds from the end of a batch to the start of the one after it.
    """

    seconds: float
    reading: float
    pages: int
    between: float


def rows() -> Iterator[Row]:
    """Give the row of two workers beside one."""
    with TemporaryDirectory(prefix="envinorma-bench-") as name:
        folder = Path(name)
        pdfs = copies(orders_at_hand(folder), folder / "copies")
        with source_of(pdfs, folder / "served") as remote, cluster(folder, remote.dump_url) as running:
            write_dump(folder / "served" / "dump", running.misc)
            alone = running.read(workers=1)
            together = running.read(workers=READERS)
    yield Row(
        name=f"② {ORDERS} orders, {together.pages} pages, {READERS} workers",
        cost=Cost(together.reading, peak_mb()),
        limit=f"one worker, divided by {READERS}",
        limit_seconds=alone.reading / READERS,
        bound=1.25,
        note=f"one worker {alone.reading:.0f} s, {alone.between:.1f} s between two batches; "
        f"whole runs {alone.seconds:.0f} and {together.seconds:.0f} s",
    )


def copies(pdfs: list[Path], folder: Path) -> list[Path]:
    """Return as many orders as the benchmark reads, each with bytes of its own."""
    folder.mkdir()
    made = []
    for number in range(ORDERS):
        path = folder / f"{number}.pdf"
        path.write_bytes(pdfs[number % len(pdfs)].read_bytes() + b"\n%% copy %d\n" % number)
        made.append(path)
    return made


def write_dump(target: Path, misc: Path) -> None:
    """Write the list that the source gives: an order for each document, of one site after the other."""
    lines = (misc / "installations_all.csv").read_text(encoding="utf-8").splitlines()[1:]
    sites = [line.partition(",")[0] for line in lines]
    rows_of_dump = "".join(
        f"{number};{sites[number % len(sites)]};1;Order {number};{order_id(number)}.pdf;2020-01-01\n"
        for number in range(ORDERS)
    )
    target.write_bytes(pack_dump({"IC_documents.csv": rows_of_dump.encode(), "IC_types_document.csv": TYPES}))


@dataclass(frozen=True)
class Running:
    """A cluster that reads."""

    airflow: AirflowCluster
    misc: Path

    def read(self, *, workers: int) -> Ran:
        """Read all orders anew, at most so many batches at the same time."""
        api = self.airflow.api
        api.set_pool(OCR_POOL, workers)
        conf = {"ids": [order_id(number) for number in range(ORDERS)], "redo": True}
        begun = time.perf_counter()
        run_id = api.trigger("update_aps", conf)
        if api.wait_for_run("update_aps", run_id, RUN_SECONDS) != "success":
            raise RuntimeError(f"The run {run_id} failed; the logs are in {self.airflow.log_dir}")
        seconds = time.perf_counter() - begun
        tasks = api.task_instances("update_aps", run_id)
        starts, ends = (
            sorted(moment(task[end]) for task in tasks if task["task_id"] == "read")
            for end in ("start_date", "end_date")
        )
        path = f"/dags/update_aps/dagRuns/{run_id}/taskInstances/publish/xcomEntries/return_value"
        pages = pages_of(api.call("GET", path))
        return Ran(seconds, ends[-1] - starts[0], pages, max(0.0, starts[-1] - ends[-2]))


def moment(text: str) -> float:
    """Return a moment of the API as seconds."""
    return datetime.fromisoformat(text).timestamp()


def pages_of(entry: dict[str, object]) -> int:
    """Return how many pages a run read, from what its task `publish` gave back."""
    value = entry["value"]
    if not isinstance(value, dict):
        raise TypeError(f"The task publish gave back {value!r}")
    return int(value["details"]["pages"])


@contextmanager
def cluster(folder: Path, dump_url: str) -> Iterator[Running]:
    """Start a cluster whose source is a local one, with the demo's installations published."""
    with fresh_databases() as new_database:
        base = dump_url.removesuffix("/dump")
        settings = Settings(
            _env_file=None,
            **new_database().model_dump(exclude_none=True)
            | {
                "georisques_dump_url": dump_url,
                "georisques_documents_url": f"{base}/documents",
                "georisques_hosts": "127.0.0.1",
            },
        )
        misc, ap = (Path(settings.bucket_url(name)) for name in ("misc", "ap"))
        ap.mkdir(parents=True)
        inputs = ROOT / "demo/s3ic"
        transform_icpe(
            establishments=inputs / "s3ic-liste-etablissements.csv",
            classements=inputs / "sic-liste-rubriques.csv",
            output=misc,
        )
        home = folder / "airflow"
        with AirflowCluster(
            settings, home, metadata_url=metadata_url(settings), readers=READERS, is_pinned=True
        ) as airflow:
            airflow.api.wait_for_dag("update_aps", START_SECONDS)
            airflow.api.unpause("update_aps")
            yield Running(airflow, misc)
        shutil.rmtree(home, ignore_errors=True)
