"""Step 1 as a whole: the demo, a second run, fewer rows, and sums that add up whatever comes in."""

import csv
import dataclasses
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl import contracts
from etl.errors import RefusedError
from etl.reports import Report, published_report
from etl.s3ic import rejection, transform_icpe
from etl.s3ic.sources import CLASSEMENTS, ESTABLISHMENTS
from tests.s3ic_extraction import (
    DEMO,
    LINES_FILE,
    SITES_FILE,
    TODAY,
    line,
    lines_text,
    site,
    sites_text,
    transform,
)


def transform_demo(output: Path, **options) -> Report:
    return transform_icpe(
        establishments=DEMO / SITES_FILE, classements=DEMO / LINES_FILE, output=output, today=TODAY, **options
    )


def test_the_demo_department(tmp_path) -> None:
    report = transform_demo(tmp_path, dated_on=date(2025, 12, 31))
    rows = {file["key"]: file["rows"] for file in report.files}
    assert rows == {
        "installations_all.csv": 64,
        "installations_idf.csv": 62,
        "installations_sample.csv": 2,
        "classements_all.csv": 374,
        "classements_idf.csv": 355,
        "classements_sample.csv": 14,
    }
    assert (report.outcome, report.dated_on, report.rows_in, report.rows_out) == (
        "done",
        date(2025, 12, 31),
        556,
        438,
    )
    assert sum(report.rejected.values()) == 8
    assert report.details["classements"]["dates_emptied"]["date_autorisation"] > 10
    assert report.details["establishments"]["dates_emptied"] == {"last_inspection": 1}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*rows, "rejects.csv", "report.json"])
    assert published_report(tmp_path) == report


def test_the_files_keep_their_contract(tmp_path) -> None:
    transform_demo(tmp_path)
    for dataset in ("all", "idf", "sample"):
        for name, read in (
            ("installations", contracts.read_installations),
            ("classements", contracts.read_classements),
        ):
            path = tmp_path / f"{name}_{dataset}.csv"
            data = path.read_bytes()
            assert read(data, path.name).num_rows == data.count(b"\n") - 1


def test_report_and_rejects_may_lie_in_a_subfolder(tmp_path) -> None:
    report = transform_demo(tmp_path, private="private/icpe")
    assert published_report(tmp_path) is None
    assert published_report(tmp_path, "private/icpe") == report
    assert (tmp_path / "private" / "icpe" / "rejects.csv").is_file()


def test_a_second_run_changes_no_byte_and_says_so(tmp_path) -> None:
    first = transform_demo(tmp_path)
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.glob("*_*.csv")}
    second = transform_demo(tmp_path, previous=first)
    after = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.glob("*_*.csv")}
    assert (before, second.outcome) == (after, "unchanged")
    assert "the same as before" in second.message
    assert second.files == first.files
    assert published_report(tmp_path) == second


def test_the_order_of_the_lines_does_not_matter(tmp_path) -> None:
    sites = [site(number) for number in range(30)]
    lines = [line(number % 30, quantité=f"{number}.000") for number in range(200)]
    forth = transform(tmp_path / "forth", sites, lines).report.files
    back = transform(tmp_path / "back", reversed(sites), reversed(lines)).report.files
    assert forth == back


MANY_SITES = [site(number) for number in range(100)]
MANY_LINES = [line(number, quantité=f"{number}.000") for number in range(100)]


@pytest.mark.parametrize(
    ("sites", "lines", "sentence"),
    [
        (MANY_SITES[:97], MANY_LINES, "establishments: 97 rows read, fewer than 98% of the 100"),
        (MANY_SITES, MANY_LINES[:97], "classements: 97 rows read, fewer than 98% of the 100"),
        (
            [
                *MANY_SITES[:97],
                *(site(number, famille="", régime_etab_en_vigueur="D") for number in (97, 98, 99)),
            ],
            MANY_LINES,
            "establishments: 97 rows published, fewer than 98% of the 100",
        ),
    ],
)
def test_fewer_rows_than_the_last_good_run_are_refused_unless_accepted(
    tmp_path, sites, lines, sentence
) -> None:
    first = transform(tmp_path, MANY_SITES, MANY_LINES)
    before = {path: path.read_bytes() for path in (tmp_path / "output").iterdir()}
    with pytest.raises(RefusedError, match=sentence):
        transform(tmp_path, sites, lines, previous=first.report)
    assert {path: path.read_bytes() for path in (tmp_path / "output").iterdir()} == before
    accepted = transform(tmp_path, sites, lines, previous=first.report, accept_fewer_rows=True)
    assert accepted.report.outcome == "done"


def test_one_row_in_fifty_may_be_gone(tmp_path) -> None:
    first = transform(tmp_path, MANY_SITES, MANY_LINES)
    transform(tmp_path, MANY_SITES[:98], MANY_LINES[:98], previous=first.report)


def test_the_last_good_run_counts_even_if_its_report_comes_from_elsewhere(tmp_path) -> None:
    report = transform(tmp_path, MANY_SITES, MANY_LINES).report
    told = Report.from_json(json.dumps(json.loads(report.to_json())))
    with pytest.raises(RefusedError, match="97 rows read"):
        transform(tmp_path / "other", MANY_SITES[:97], MANY_LINES, previous=told)
    stranger = dataclasses.replace(report, details={})
    assert (
        transform(tmp_path / "other", MANY_SITES[:97], MANY_LINES, previous=stranger).report.outcome == "done"
    )


SITE_CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "code_s3ic": st.sampled_from(["0099.00001", "0099.00002", "0099.00003", "99.1", ""]),
        "raison_sociale": st.text(alphabet='aé;"\n ', max_size=6),
        "coordonnées_géographiques_x": st.sampled_from(["1", "1.5", "x", ""]),
        "date_inspection": st.sampled_from(["2020-02-29", "2021-02-29", "1814-11-23", ""]),
        "régime_etab_en_vigueur": st.sampled_from(["A", "E", "S", "D", "Z", ""]),
        "état_de_l_activité": st.sampled_from(["En fonctionnement", "A l'arrêt", "Ouvert", ""]),
    },
)
LINE_CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "code_s3ic": st.sampled_from(["0099.00001", "0099.00002", "0099.99999", "x"]),
        "rubrique_envigueur": st.sampled_from(["2910", "4718", "47xx", "253", "abc", ""]),
        "rubrique_autorisé": st.sampled_from(["2910", "4725", "1"]),
        "libellé_court_envigueur": st.text(alphabet='aé;"\n ', max_size=6),
        "quantité": st.sampled_from(["1.000", "2.000", "trois", ""]),
        "date_acte_rub_en_vigueur": st.sampled_from(["2020-01-01", "1814-11-23", "2020-13-01"]),
        "état_technique": st.sampled_from(["En fonctionnement", "Reprise", "?"]),
    },
)
CUT = st.integers(min_value=1, max_value=20)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sites=st.lists(st.tuples(SITE_CHANGES, CUT), max_size=8),
    lines=st.lists(st.tuples(LINE_CHANGES, CUT), max_size=12),
)
def test_every_line_is_published_filtered_or_rejected(tmp_path_factory, monkeypatch, sites, lines) -> None:
    """Sums add up for each file, rejected lines are those of the file, and what is hidden stays hidden."""
    monkeypatch.setattr(rejection, "LARGEST_SHARE", 1.0)
    texts = {
        ESTABLISHMENTS.name: sites_text([site(7)])
        + _written([(site(2, **changes), cut) for changes, cut in sites]),
        CLASSEMENTS.name: lines_text([line(7)])
        + _written([(line(1, unité="SECRET", **changes), cut) for changes, cut in lines]),
    }
    result = transform(tmp_path_factory.mktemp("sums"), *texts.values())
    for name, text in texts.items():
        counts = result.report.details[name]
        records = list(csv.reader(io.StringIO(text), delimiter=";"))[1:]
        assert counts["read"] == len(records)
        out = sum(counts["rejected"].values()) + sum(counts["filtered"].values())
        assert counts["read"] == counts["published"] + out
        for reject in (row for row in result.rejects if row["file"] == name):
            start = text.split("\n", int(reject["line"]) - 1)[-1]
            assert start.startswith(reject["text"]) or ";47xx;;NC;;;;;" in reject["text"]
    report = result.report
    assert report.rows_in == report.rows_out + sum(report.filtered.values()) + sum(report.rejected.values())
    assert sum(report.rejected.values()) == len(result.rejects)
    for row in result.classements:
        assert (row["rubrique"] == "47xx") <= (row["unit"] == "")


def _written(rows: list[tuple[dict[str, str], int]]) -> str:
    """Return lines of a file; those cut short lack their last fields."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", lineterminator="\n").writerows(
        list(row.values())[:cut] for row, cut in rows
    )
    return stream.getvalue()
