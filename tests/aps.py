"""Prefectoral orders for tests: the demo's own texts as orders whose documents were read."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from etl.aps.index import rebuild_index, save_index
from etl.aps.statuses import ApPage, ApStatus, pdf_key, status_key
from etl.contracts import AP_COLUMNS
from etl.database import Role, connect
from etl.ocr import Failure
from etl.settings import ROOT, Settings
from etl.sync import apply_aps, compare_aps

TEXTS = ROOT / "demo" / "aps" / "textes"
LINES_PER_PAGE = 30
READ_AT = datetime(2026, 11, 20, 7, tzinfo=UTC)
ENGINE = "tesseract for tests"
SIZE = 20_000
MARKS = "=#*|-"  # what a line of the demo's texts begins with says how it is typeset


@dataclass(frozen=True, slots=True)
class Ap:
    """A prefectoral order for tests; no pages and `ERROR` or `NOT_ATTEMPTED`: nothing was read of it."""

    georisques_id: str
    s3ic_id: str
    description: str
    dated_on: date | None = None
    pages: tuple[str, ...] = ()
    ocr_status: str = "SUCCESS"


def georisques_id_of(name: str, letter: str = "A") -> str:
    """Return an identifier of the source's form that belongs to a name."""
    digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    return f"{letter}/{digest[-1]}/{digest}"


def demo_aps() -> list[Ap]:
    """Return the demo's orders, read, in the order of their names."""
    return [_demo_ap(path) for path in sorted(TEXTS.glob("*.txt"))]


def _demo_ap(path: Path) -> Ap:
    head, _, body = path.read_text(encoding="utf-8").partition("\n%%\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    lines = [line.lstrip(MARKS).strip() for line in body.splitlines() if not line.startswith("%%")]
    pages = ["\n".join(lines[at : at + LINES_PER_PAGE]) for at in range(0, len(lines), LINES_PER_PAGE)]
    return Ap(
        georisques_id_of(path.stem),
        fields["site"],
        fields["titre"],
        date.fromisoformat(fields["date"]),
        tuple(pages),
    )


def status_of(ap: Ap, read_at: datetime = READ_AT) -> ApStatus:
    """Return the status of an order as a run would have left it."""
    is_read = ap.ocr_status == "SUCCESS"
    return ApStatus(
        georisques_id=ap.georisques_id,
        status="SUCCESS" if is_read else "ERROR",
        reason=f"{len(ap.pages)} pages: {len(ap.pages)} read." if is_read else "The file is cut short.",
        failure=None if is_read else Failure.CORRUPT,
        sha256=hashlib.sha256("\f".join(ap.pages).encode()).hexdigest(),
        engine=ENGINE,
        attempts=1,
        first_seen_at=read_at,
        tried_at=read_at,
        read_at=read_at if is_read else None,
        size=SIZE if is_read else None,
        seconds=1.0,
        pages=tuple(
            ApPage(page=number, decision="read" if text else "blank", reason="", confidence=90.5, text=text)
            for number, text in enumerate(ap.pages, start=1)
        ),
    )


def write_aps(folder: Path, aps: Sequence[Ap], read_at: datetime = READ_AT, dataset: str = "all") -> Path:
    """Lay out a folder as the buckets, as a run of update_aps leaves them, and return it.

    `misc/aps_*.csv` lists these orders; in `ap` lie statuses and PDFs of those that were attempted, whatever
    lay there before, and the index.
    """
    write_orders(folder / "ap", aps, read_at)
    write_list(folder / "misc", aps, dataset)
    return folder


def write_orders(bucket: Path, aps: Sequence[Ap], read_at: datetime = READ_AT) -> None:
    """Put the statuses and PDFs of these orders into a bucket, and bring its index up to all it holds."""
    bucket.mkdir(parents=True, exist_ok=True)
    for ap in aps:
        if ap.ocr_status != "NOT_ATTEMPTED":
            _write_order(bucket, ap, read_at)
    save_index(bucket, rebuild_index(bucket))


def _write_order(bucket: Path, ap: Ap, read_at: datetime) -> None:
    """Write what belongs to an order; what is the same already keeps its time."""
    found, status = bucket / status_key(ap.georisques_id), status_of(ap, read_at).to_bytes()
    if found.exists() and found.read_bytes() == status:
        return
    found.parent.mkdir(parents=True, exist_ok=True)
    if ap.ocr_status == "SUCCESS":
        (bucket / pdf_key(ap.georisques_id)).write_bytes(b"%PDF-1.7 for tests\n")
    found.write_bytes(status)


def write_list(misc: Path, aps: Sequence[Ap], dataset: str = "all") -> None:
    """Write the list of a dataset alone."""
    misc.mkdir(parents=True, exist_ok=True)
    with (misc / f"aps_{dataset}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(AP_COLUMNS)
        for ap in sorted(aps, key=lambda ap: (ap.s3ic_id, ap.georisques_id)):
            size = SIZE if ap.ocr_status == "SUCCESS" else ""
            dated_on = ap.dated_on.isoformat() if ap.dated_on else ""
            writer.writerow([ap.s3ic_id, ap.description, dated_on, ap.georisques_id, ap.ocr_status, size])


def load_aps(settings: Settings, aps: Sequence[Ap]) -> None:
    """Put these orders into the buckets of the settings (folders) and into the database, by the real sync.

    Orders loaded before and not given again are withdrawn, however many they are.
    """
    misc, bucket = (Path(settings.bucket_url(name)) for name in ("misc", "ap"))
    write_list(misc, aps)
    write_orders(bucket, aps)
    with connect(settings, Role.ETL) as connection:
        approved = compare_aps(connection, misc, bucket).files
        apply_aps(connection, misc, bucket, approved=approved)


def made_aps(count: int, pages: int = 2, version: str = "A") -> list[Ap]:
    """Return so many orders of different installations; the version stands in all that is said of them."""
    return [
        Ap(
            georisques_id_of(f"made {number}"),
            f"0058.{number:05d}",
            f"Arrêté {version} {number}",
            date(2000, 1, 1 + number % 28),
            tuple(f"Page {page} de l'arrêté {number}, version {version}." for page in range(1, pages + 1)),
        )
        for number in range(1, count + 1)
    ]
