"""The list of documents is published whole, in a folder and in a bucket, or yesterday's stays."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from etl import storage
from etl.contracts import AP_COLUMNS, DOCUMENT_COLUMNS, read_aps
from etl.errors import RefusedError
from etl.georisques import Dump, list_orders, write_aps
from etl.reports import Report
from etl.settings import Settings
from tests.icpe_files import classement, installation, s3ic_id, write_files
from tests.stand_ins.georisques import TYPES, documents_file, georisques_id, row

TODAY = date(2026, 3, 2)
SITES = [
    installation(1),
    installation(2, region="BRETAGNE"),
    installation(3),
    installation(8),  # in the sample
]
ROWS = [row(number, s3ic_id((1, 2, 3, 8)[number % 4])) for number in range(100)]
FILES = ("documents_all.csv", "documents_idf.csv", "documents_sample.csv", "georisques_ids.json")


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.s3)])
def misc(request: pytest.FixtureRequest, tmp_path: Path) -> storage.AnyPath:
    """An empty bucket `misc` where four installations are published."""
    files = write_files(tmp_path / "icpe", SITES, [classement(1)])
    if request.param == "folder":
        place: storage.AnyPath = tmp_path / "misc"
        (tmp_path / "misc").mkdir()
    else:
        object_store = request.getfixturevalue("object_store")
        name = object_store.new_bucket()
        settings = Settings(_env_file=None, **{**object_store.settings(), "misc_bucket": f"s3://{name}"})
        place = storage.bucket(settings, "misc")
    storage.publish(place, {"installations_all.csv": files / "installations_all.csv"})
    return place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as a bucket, for what does not depend on the place."""
    files = write_files(tmp_path / "misc", SITES, [classement(1)])
    (files / "classements_all.csv").unlink()
    return files


def dump_of(tmp_path: Path, rows: Iterable[dict[str, str]], types: str = TYPES) -> Dump:
    documents, kinds = tmp_path / "IC_documents.csv", tmp_path / "IC_types_document.csv"
    documents.write_bytes(documents_file(rows))
    kinds.write_text(types, encoding="utf-8")
    return Dump(documents, kinds, sha256="ab" * 32, bytes=1234, dated_on=date(2026, 3, 1))


def listed(tmp_path: Path, misc: storage.AnyPath, rows: Iterable[dict[str, str]] = ROWS, **options) -> Report:
    return list_orders(dump_of(tmp_path, rows), misc, today=TODAY, **options)


def table(misc: storage.AnyPath, key: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((misc / key).read_text(encoding="utf-8"))))


def content(misc: storage.AnyPath) -> dict[str, bytes | None]:
    return {key: storage.read_bytes(misc, key) for key in FILES}


def test_the_list_is_published_with_its_report(tmp_path, misc) -> None:
    report = listed(tmp_path, misc)
    documents = table(misc, "documents_all.csv")
    assert tuple(documents[0]) == DOCUMENT_COLUMNS
    assert len(documents) == 100
    assert {line["s3ic_id"] for line in table(misc, "documents_idf.csv")} == {
        s3ic_id(1),
        s3ic_id(3),
        s3ic_id(8),
    }
    assert {line["s3ic_id"] for line in table(misc, "documents_sample.csv")} == {
        known for number in (1, 2, 3, 8) if sum(map(ord, known := s3ic_id(number))) % 10 == 0
    }
    ids = json.loads((misc / "georisques_ids.json").read_text(encoding="utf-8"))
    assert ids == [line["url"].removesuffix(".pdf") for line in documents]
    kept = json.loads((misc / "private/georisques/report.json").read_text(encoding="utf-8"))
    assert Report.from_json(json.dumps(kept)) == report
    assert (report.step, report.dataset, report.outcome) == ("update_aps", "documents", "done")
    assert (report.rows_in, report.rows_out, report.dated_on) == (100, 100, date(2026, 3, 1))
    assert [entry["key"] for entry in report.files] == list(FILES)
    assert report.details["dump"] == {"sha256": "ab" * 32, "bytes": 1234, "others": []}


def test_the_same_list_changes_nothing(tmp_path, misc) -> None:
    first = listed(tmp_path, misc)
    before = content(misc)
    again = listed(tmp_path, misc, reversed(ROWS), previous=first)
    assert (again.outcome, content(misc)) == ("unchanged", before)


def test_what_is_left_out_is_counted_and_kept(tmp_path, misc) -> None:
    rows = [
        *ROWS,
        row(200, s3ic_id(1), code_s3ic="1"),
        row(201, s3ic_id(77)),
        row(202, s3ic_id(1), type_id_document="99"),
        row(203, s3ic_id(1), type_id_document="2", date_document="1814-11-23"),
        row(1, s3ic_id(2), id_document="1"),
    ]
    report = listed(tmp_path, misc, rows)
    assert report.rejected == {"malformed code_s3ic": 1}
    assert report.filtered == {
        "site not published": 1,
        "type not known": 1,
        "another line of the same document": 1,
    }
    counts = report.details["documents"]
    assert counts["read"] == counts["published"] + sum(report.rejected.values()) + sum(
        report.filtered.values()
    )
    assert counts["dates_emptied"] == {"date": 1}
    assert report.details["unknown_types"] == {"99": 1}
    assert "99" in report.message
    (reject,) = table(misc, "private/georisques/rejects.csv")
    assert (reject["file"], reject["line"], reject["reason"]) == (
        "IC_documents.csv",
        "101",
        "malformed code_s3ic",
    )


@pytest.mark.parametrize(
    ("rows", "types", "sentence"),
    [
        (ROWS[:50], TYPES, "documents: 50 rows read, fewer than 98% of the 100"),
        (ROWS[:97], TYPES, "documents: 97 rows read, fewer than 98%"),
        (
            [line | {"type_id_document": "2"} if number < 3 else line for number, line in enumerate(ROWS)],
            TYPES,
            "orders: 97 rows read, fewer than 98% of the 100",
        ),
        (
            [line | {"code_s3ic": s3ic_id(9)} if number < 3 else line for number, line in enumerate(ROWS)],
            TYPES,
            "documents: 97 rows published",
        ),
        ([line | {"type_id_document": "2"} for line in ROWS], TYPES, "lists no prefectoral order"),
        ([line | {"more": "x"} for line in ROWS], TYPES, "100 of 100 rows would be rejected"),
        ([], TYPES, "is empty"),
        (ROWS, TYPES.replace("préfectoral", "municipal"), "names no type"),
    ],
)
def test_a_source_that_is_not_what_it_was_leaves_yesterdays_list(
    tmp_path, folder, rows, types, sentence
) -> None:
    previous = listed(tmp_path, folder)
    before = content(folder)
    with pytest.raises(RefusedError, match=sentence):
        list_orders(dump_of(tmp_path, rows, types), folder, previous=previous, today=TODAY)
    assert content(folder) == before


def test_a_smaller_source_can_be_accepted(tmp_path, folder) -> None:
    previous = listed(tmp_path, folder)
    report = listed(tmp_path, folder, ROWS[:50], previous=previous, accept_fewer_rows=True)
    assert (report.outcome, report.rows_out) == ("done", 50)


def test_98_percent_are_enough(tmp_path, folder) -> None:
    previous = listed(tmp_path, folder)
    assert listed(tmp_path, folder, ROWS[:98], previous=previous).rows_out == 98


def test_installations_come_first(tmp_path) -> None:
    (tmp_path / "misc").mkdir()
    with pytest.raises(RefusedError, match=r"no installations_all\.csv.*Run transform_icpe first"):
        listed(tmp_path, tmp_path / "misc")
    assert list((tmp_path / "misc").iterdir()) == []


def test_orders_follow_the_list_and_the_statuses(tmp_path, misc) -> None:
    rows = [*ROWS[:4], row(4, s3ic_id(1), type_id_document="2")]
    listed(tmp_path, misc, rows)
    read, failed, other = georisques_id(0), georisques_id(1), georisques_id(2)
    written = write_aps(
        misc, {read: ("SUCCESS", 199_821), failed: ("ERROR", None), "A/0/" + "0" * 32: ("ERROR", None)}
    )
    assert list(written) == ["aps_all.csv", "aps_idf.csv", "aps_sample.csv"]
    lines = {line["georisques_id"]: line for line in table(misc, "aps_all.csv")}
    assert tuple(lines[read]) == AP_COLUMNS
    assert len(lines) == written["aps_all.csv"].rows == 4
    assert (lines[read]["ocr_status"], lines[read]["size"]) == ("SUCCESS", "199821")
    assert (lines[failed]["ocr_status"], lines[failed]["size"]) == ("ERROR", "")
    assert (lines[other]["ocr_status"], lines[other]["size"]) == ("NOT_ATTEMPTED", "")
    for key, file in written.items():
        data = storage.read_bytes(misc, key)
        assert data is not None
        assert read_aps(data, key).num_rows == file.rows
    assert {line["installation_s3ic_id"] for line in table(misc, "aps_idf.csv")} == {
        s3ic_id(1), s3ic_id(3), s3ic_id(8),
    }  # fmt: skip


def test_orders_that_do_not_change_are_not_written(tmp_path, folder) -> None:
    listed(tmp_path, folder)
    first = write_aps(folder, {})
    stamps = {path.name: path.stat().st_mtime_ns for path in folder.glob("aps_*.csv")}
    assert write_aps(folder, {}) == first
    assert {path.name: path.stat().st_mtime_ns for path in folder.glob("aps_*.csv")} == stamps


@pytest.mark.parametrize(
    "status", [("SUCCESS", None), ("ERROR", 5), ("NOT_ATTEMPTED", 5), ("DONE", None), ("SUCCESS", -1)]
)
def test_a_status_that_cannot_be_is_refused_and_nothing_is_written(tmp_path, folder, status) -> None:
    listed(tmp_path, folder)
    with pytest.raises(RefusedError, match=r"aps_all\.csv, row 1"):
        write_aps(folder, dict.fromkeys(map(georisques_id, range(100)), status))
    assert list(folder.glob("aps_*.csv")) == []


def test_orders_without_a_list_are_refused(folder) -> None:
    with pytest.raises(RefusedError, match=r"no documents_all\.csv"):
        write_aps(folder, {})
