"""The real metadata of Île-de-France give the known orders, but for the marked decisions."""

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from etl.georisques import Dump, list_orders, write_aps
from etl.reports import Report
from etl.s3ic import transform_icpe
from tests.s3ic_extraction import LINES_FILE, SITES_FILE, TODAY

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def misc(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("misc")
    transform_icpe(
        establishments=real_data / "s3ic" / SITES_FILE,
        classements=real_data / "s3ic" / LINES_FILE,
        output=folder,
        private="private/icpe",
        today=TODAY,
    )
    return folder


@pytest.fixture(scope="module")
def report(real_data: Path, misc: Path) -> Report:
    source = real_data / "georisques"
    dump = Dump(
        source / "IC_documents.csv",
        source / "IC_types_document.csv",
        sha256="",
        bytes=0,
        dated_on=date(2021, 10, 1),
    )
    return list_orders(dump, misc, today=TODAY)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_line_is_accounted_for(report) -> None:
    assert (report.rows_in, report.rows_out) == (5193, 4406)
    assert report.filtered == {"site not published": 787}
    assert report.rejected == {}
    assert report.details["orders"]["published"] == 3693
    assert report.details["descriptions_mended"] == 73
    assert report.details["documents"]["dates_emptied"] == {"date": 2}
    assert report.message.startswith("3693 prefectoral orders of 1446 installations")


def test_the_orders_are_those_known_in_their_order_but_for_the_decisions(report, misc, real_data) -> None:
    known = rows_of(real_data / "idf" / "aps_idf.csv")
    statuses = {
        line["georisques_id"]: (line["ocr_status"], int(float(line["size"])) if line["size"] else None)
        for line in known
    }
    write_aps(misc, statuses)
    made = rows_of(misc / "aps_idf.csv")
    assert made == rows_of(misc / "aps_all.csv")
    differences: Counter[str] = Counter()
    for line, before in zip(made, known, strict=True):
        assert line["georisques_id"] == before["georisques_id"]
        for name, value in line.items():
            was = str(int(float(before[name]))) if name == "size" and before[name] else before[name]
            if value != was:
                differences[name] += 1
                assert is_decided(name, was, value), (name, was, value)
    assert differences == {"description": 73, "date": 2}
    assert [line["georisques_id"] for line in made] == json.loads(
        (misc / "georisques_ids.json").read_text(encoding="utf-8")
    )


def is_decided(name: str, was: str, value: str) -> bool:
    """Tell whether a value may differ: a date that cannot be true, or broken letters that became one."""
    if name == "date":
        return value == "" and was in {"0992-09-22", "1814-12-06"}
    unbroken = [text.encode("ascii", "ignore") for text in (was, value)]
    return name == "description" and unbroken[0] == unbroken[1] and len(value) < len(was)
