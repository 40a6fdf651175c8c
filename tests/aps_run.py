"""Orders at a stand-in of Géorisques, and what reads them into a bucket: for the tests of `etl.aps`."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pikepdf

from etl import s3ic
from etl.aps.batches import Batch, split
from etl.aps.reading import Reader
from etl.georisques import connected
from etl.ocr import Limits, engine_name, find_models
from etl.settings import ROOT
from etl.storage import AnyPath
from tests.ocr_files import digital, grey_scan, saved
from tests.stand_ins.georisques import GeorisquesStandIn, georisques_id, row


@cache
def order_pdf(number: int) -> bytes:
    """Return the n-th born-digital order: the same page, other bytes."""
    return _numbered(digital(), number)


@cache
def scanned_order(number: int, pages: int = 1) -> bytes:
    """Return the n-th scanned order of so many pages, which takes an engine to read."""
    return _numbered(grey_scan(), number, pages)


def _numbered(source: bytes, number: int, pages: int = 1) -> bytes:
    with pikepdf.open(io.BytesIO(source)) as pdf:
        for _ in range(pages - 1):
            pdf.pages.append(pdf.pages[0])
        pdf.docinfo["/Title"] = f"Order {number}"
        return saved(pdf, deterministic_id=True)


def transform_demo(output: Path) -> None:
    """Publish the installations of the demo, which the orders are of."""
    inputs = ROOT / "demo/s3ic"
    s3ic.transform_icpe(
        establishments=inputs / "s3ic-liste-etablissements.csv",
        classements=inputs / "sic-liste-rubriques.csv",
        output=output,
    )


def publish_list(georisques: GeorisquesStandIn, misc: Path, numbers: Sequence[int]) -> None:
    """Let the source list these orders, of one published installation after the other."""
    sites = [line["s3ic_id"] for line in _lines(misc / "installations_all.csv")]
    georisques.set_dump(row(number, sites[number % len(sites)]) for number in numbers)


def published_states(misc: Path) -> dict[str, str]:
    """Return the state of each order in `aps_all.csv`."""
    return {line["georisques_id"]: line["ocr_status"] for line in _lines(misc / "aps_all.csv")}


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def serve(georisques: GeorisquesStandIn, numbers: Sequence[int]) -> list[str]:
    """Put born-digital orders at the source; return their ids."""
    for number in numbers:
        georisques.documents[georisques_id(number)] = order_pdf(number)
    return [georisques_id(number) for number in numbers]


@contextmanager
def reading(georisques: GeorisquesStandIn, bucket: AnyPath, root: Path, **limits: float) -> Iterator[Reader]:
    """Give what reads the stand-in's documents into a bucket."""
    with connected(georisques.remote(**limits)) as session:
        yield Reader(bucket, session, find_models(), root, processes=1, limits=Limits())


def one_batch(ids: Sequence[str], began_at: datetime | None = None, *, anew: bool = False) -> Batch:
    """Return a batch of these orders, of a run that begins now."""
    (batch,) = split(ids, {}, began_at or datetime.now(UTC), anew=anew)
    return batch


def engine() -> str:
    """Return the name of this machine's engine."""
    return engine_name(find_models())


def begun_documents(kept: Path) -> list[Path]:
    """Return the folders of kept pages that have the first page of a document and two more."""
    firsts = kept.glob("*/page-00001.json")
    return [first.parent for first in firsts if len(list(first.parent.glob("page-*.json"))) >= 3]
