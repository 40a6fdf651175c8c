"""Reports go to the table of runs and come back, and to a file and come back."""

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest

from etl.errors import RefusedError
from etl.reports import Report, last_good_run, published_report, record_run

STARTED_AT = datetime(2026, 1, 15, 7, 0, 0, 123456, tzinfo=UTC)
REPORT = Report(
    step="transform_icpe",
    dataset="icpe",
    outcome="done",
    message="64 installations « accentuées »",
    started_at=STARTED_AT,
    finished_at=STARTED_AT + timedelta(seconds=3),
    dated_on=date(2025, 12, 31),
    rows_in=558,
    rows_out=438,
    created=1,
    updated=2,
    withdrawn=3,
    deleted=4,
    unchanged=5,
    rejected={"classements: wrong field count": 2},
    filtered={"establishments: regime not published": 18},
    files=({"key": "installations_all.csv", "sha256": "0" * 64, "bytes": 9927, "rows": 64},),
    details={"establishments": {"read": 108}},
)
BARE = Report(
    step="sync_icpe", dataset="icpe", outcome="refused", started_at=STARTED_AT, finished_at=STARTED_AT
)


@pytest.mark.parametrize("report", [REPORT, BARE])
def test_json_keeps_everything(report) -> None:
    assert Report.from_json(report.to_json()) == report


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"step": "x"}', REPORT.to_json().replace("07:00", "25:00")]
)
def test_what_is_no_report_is_refused(tmp_path, text) -> None:
    (tmp_path / "report.json").write_text(text, encoding="utf-8")
    with pytest.raises(RefusedError, match=r"report\.json is not a report"):
        published_report(tmp_path)


def test_a_folder_without_a_report_has_none(tmp_path) -> None:
    assert published_report(tmp_path) is None
    assert published_report(tmp_path / "nowhere") is None


@pytest.mark.postgres
@pytest.mark.parametrize("report", [REPORT, dataclasses.replace(BARE, outcome="unchanged")])
def test_the_table_of_runs_keeps_everything(connection, report) -> None:
    assert record_run(connection, report) > 0
    assert last_good_run(connection, report.step, report.dataset) == report


@pytest.mark.postgres
def test_the_last_good_run_is_the_newest_that_went_well(connection) -> None:
    assert last_good_run(connection, "transform_icpe", "icpe") is None
    older = dataclasses.replace(REPORT, finished_at=STARTED_AT + timedelta(seconds=1))
    later = STARTED_AT + timedelta(hours=1)
    for report in (
        REPORT,
        older,
        dataclasses.replace(REPORT, outcome="refused", finished_at=later),
        dataclasses.replace(REPORT, outcome="failed", finished_at=later),
        dataclasses.replace(REPORT, dataset="aps", finished_at=later),
        dataclasses.replace(REPORT, step="sync_icpe", finished_at=later),
    ):
        record_run(connection, report)
    assert last_good_run(connection, "transform_icpe", "icpe") == REPORT
