"""Prefectoral orders for tests: the demo's own texts as orders whose documents were read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from psycopg2.extras import execute_values

from etl.database import Role, connect
from etl.settings import ROOT, Settings

TEXTS = ROOT / "demo" / "aps" / "textes"
LINES_PER_PAGE = 30
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
    title: str | None = None


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


def load_aps(settings: Settings, aps: Sequence[Ap]) -> None:
    """Put these orders and their pages into a database."""
    rows = [
        (ap.georisques_id, ap.s3ic_id, ap.description, ap.title, ap.dated_on, ap.ocr_status, len(ap.pages))
        for ap in aps
    ]
    pages = [
        (ap.georisques_id, number, "read", 90.0, text)
        for ap in aps
        for number, text in enumerate(ap.pages, start=1)
    ]
    with connect(settings, Role.ETL) as connection, connection.cursor() as cursor:
        execute_values(
            cursor,
            "INSERT INTO aps (georisques_id, s3ic_id, description, title, dated_on, ocr_status, page_count)"
            " VALUES %s",
            rows,
        )
        execute_values(
            cursor,
            "INSERT INTO ap_pages (ap_id, page, decision, confidence, text, search)"
            " SELECT aps.id, page, decision, given.confidence, given.text,"
            " to_tsvector('french_unaccent', given.text)"
            " FROM (VALUES %s) AS given (georisques_id, page, decision, confidence, text)"
            " JOIN aps USING (georisques_id)",
            pages,
        )
        connection.commit()
