"""Ministerial orders: row ④ of the table of speeds, and the page of an installation's orders.

④ `sync_ams` of an archive into an empty database, then the same again. Every file is read and checked both
times; of what did not change no alinea is written. Limit: decoding the JSON of the archive.

The page shows all applicable orders of an installation, for a seeded sample of installations and the one that
has most. It is asked through the site, with its session, database, headers and compression. Limit: the same
HTML from memory through the same stack, compression included.

With ENVINORMA_DATA the real archive and Île-de-France; without it the demo's (then without the original's
figures). On a loaded machine compare the seconds of CPU, which the notes give.
"""

import json
import random
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from pydantic import SecretStr
from upath import UPath

from bench.database import NewDatabase, fresh_databases
from bench.generate_icpe import CLASSEMENTS_FILE, ESTABLISHMENTS_FILE
from bench.measure import Cost, Row, measure, measure_once
from bench.order_pages import measure_pages
from bench.real_data import orders_archive, real_data_folder
from etl.database import Role, connect
from etl.s3ic import transform_icpe
from etl.settings import ROOT, Settings
from etl.sync import apply_ams, apply_icpe
from regulation.applicability import OrderIndex
from regulation.archive import entries, read_orders
from regulation.inputs import read_classements

REPEATS = 3
SAMPLE = 200
SEED = 20260301
SYNC_LIMIT = "decoding the JSON of the archive"
PAGE_LIMIT = "the same HTML from memory through the same stack"
ORIGINAL_FIRST, ORIGINAL_AGAIN = 34.0, 43.0
ORIGINAL_PAGE = {"p50": 0.432, "p95": 1.574}
PAGE_BOUND = 6
SECRET = SecretStr("a secret of the benchmarks, which serve nobody")


@dataclass(frozen=True)
class Case:
    """An archive of orders and an extraction of installations."""

    name: str
    archive: Path
    raw: Path
    is_real: bool

    def original(self, seconds: float) -> float | None:
        """Return what the original took, which was measured on the real data alone."""
        return seconds if self.is_real else None


def rows() -> Iterator[Row]:
    """Give the rows of the sync, then those of the page."""
    with TemporaryDirectory() as folder, fresh_databases() as new_database:
        case = _case(Path(folder))
        yield from _sync_rows(case, new_database)
        yield from _page_rows(case, Path(folder) / "icpe", new_database())


def _case(folder: Path) -> Case:
    data, archive = real_data_folder(), orders_archive(folder)
    if data:
        return Case("real orders, real Île-de-France", archive, data / "s3ic", is_real=True)
    return Case("the demo's orders and department", archive, ROOT / "demo" / "s3ic", is_real=False)


# ---- the sync ----


def _sync_rows(case: Case, new_database: NewDatabase) -> Iterator[Row]:
    files = [entry.data for entry in entries(case.archive)]
    limit = measure(lambda: [json.loads(data) for data in files], repeats=REPEATS, warm=True).seconds
    first, again = [], []
    for _ in range(REPEATS):
        settings = new_database()
        first.append(_sync(case, settings, outcome="done"))
        again.append(_sync(case, settings, outcome="unchanged"))
    size = f"{len(files)} orders, {sum(map(len, files)) / 1_000_000:.0f} MB"
    for what, measured, original in (
        ("first sync of", first, ORIGINAL_FIRST),
        ("sync without change of", again, ORIGINAL_AGAIN),
    ):
        cost = Cost(min(cost.seconds for cost, _ in measured), max(cost.peak_mb for cost, _ in measured))
        yield Row(
            name=f"④ {what} {size}",
            cost=cost,
            limit=SYNC_LIMIT,
            limit_seconds=limit,
            original_seconds=case.original(original),
            note=f"{min(cpu for _, cpu in measured):.2f} s of CPU in our process",
        )


def _sync(case: Case, settings: Settings, *, outcome: str) -> tuple[Cost, float]:
    """Return the cost of a sync that must have this outcome, and its seconds of CPU in this process."""
    reports = []
    with connect(settings, Role.ETL) as connection:
        started = time.process_time()
        cost = measure_once(lambda: reports.append(apply_ams(connection, UPath(case.archive))))
        cpu = time.process_time() - started
    assert [report.outcome for report in reports] == [outcome]
    return cost, cpu


# ---- the page ----


def _page_rows(case: Case, files: Path, settings: Settings) -> Iterator[Row]:
    _load(case, files, settings)
    settings = settings.model_copy(update={"secret_key": SECRET})
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:  # its memory is that of a site, nothing else
        pages = alone.submit(measure_pages, settings, _paths(case, files)).result()
    ours, limit = pages.ours, pages.limit
    note = (
        f"{statistics.median(ours.wire) / 1000:.0f} kB on the wire at the median, "
        f"{max(ours.wire) / 1000:.0f} at most; most orders at once: {ours.seconds[-1] * 1000:.0f} ms; "
        f"parsed orders take {pages.parsed_mb:.0f} MB"
    )
    for label, part in (("p50", 0.50), ("p95", 0.95)):
        yield Row(
            name=f"orders page with all applicable orders, {case.name}, {label}",
            cost=Cost(quantile(ours.seconds, part), pages.resident_mb),
            limit=PAGE_LIMIT,
            limit_seconds=quantile(limit.seconds, part),
            bound=PAGE_BOUND,
            original_seconds=case.original(ORIGINAL_PAGE[label]),
            note=f"{quantile(ours.cpu, part) * 1000:.0f} ms of CPU; {note}",
        )


def _load(case: Case, files: Path, settings: Settings) -> None:
    transform_icpe(
        establishments=UPath(case.raw / ESTABLISHMENTS_FILE),
        classements=UPath(case.raw / CLASSEMENTS_FILE),
        output=UPath(files),
    )
    with connect(settings, Role.ETL) as connection:
        apply_icpe(connection, files, "all")
    with connect(settings, Role.ETL) as connection:
        apply_ams(connection, UPath(case.archive))


def _paths(case: Case, files: Path) -> list[str]:
    """Return the addresses of the sample, the installation with most orders last."""
    index = OrderIndex(read_orders(case.archive))
    chosen = {
        site: [listed.order.cid for listed in index.list_orders(lines) if listed.applicable]
        for site, lines in read_classements(files / "classements_all.csv").items()
    }
    sites = sorted(site for site, cids in chosen.items() if cids)
    sample = random.Random(SEED).sample(sites, min(SAMPLE, len(sites)))
    largest = max(sites, key=lambda site: len(chosen[site]))
    return [
        f"/installations/{site}/arretes?{urlencode({'am': chosen[site]}, doseq=True)}"
        for site in [*sample, largest]
    ]


def quantile(values: list[float], part: float) -> float:
    """Return the value that the part (0 to 1) of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]
