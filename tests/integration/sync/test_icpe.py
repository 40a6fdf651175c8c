"""What a sync makes of its files: rows in service, ids kept, nothing written where nothing changed."""

from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.errors import RefusedError
from etl.reports import last_good_run
from etl.sync import apply_icpe
from tests.icpe_files import HIDDEN_LINE, classement, installation, s3ic_id, write_files, write_report

pytestmark = pytest.mark.postgres

SITES = range(1, 41)


def rows(connection: Connection, query: str, *values: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        found = cursor.fetchall()
    connection.rollback()
    return found


def ids(connection: Connection) -> dict[str, int]:
    return dict(rows(connection, "SELECT s3ic_id, id FROM installations WHERE owner_id IS NULL"))


def lines_of(connection: Connection, number: int) -> list[Any]:
    return rows(
        connection,
        "SELECT position, rubrique, volume FROM classements "
        "JOIN installations AS i ON i.id = installation_id "
        "WHERE i.owner_id IS NULL AND s3ic_id = %s ORDER BY position",
        s3ic_id(number),
    )


def versions(connection: Connection) -> list[Any]:
    """Every row with the transaction that wrote it."""
    return rows(
        connection,
        "SELECT 'i', id, xmin::text, ctid::text FROM installations "
        "UNION ALL SELECT 'c', id, xmin::text, ctid::text FROM classements ORDER BY 1, 2",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty installations with two lines each, one of them under a rubrique 47 in the first."""
    lines = [line for n in SITES for line in (classement(n), classement(n, "1510", volume="3.000"))]
    lines[1] |= HIDDEN_LINE
    return write_files(tmp_path / "files", map(installation, SITES), lines)


@pytest.fixture
def loaded(connection: Connection, folder: Path) -> Connection:
    apply_icpe(connection, folder)
    return connection


def test_first_load(connection: Connection, folder: Path) -> None:
    report = apply_icpe(connection, folder)
    assert (report.outcome, report.rows_in, report.rows_out, report.created) == ("done", 120, 120, 120)
    (row,) = rows(
        connection,
        "SELECT name, region, department, num_dep, city, code_postal, code_insee, code_naf, x_lambert93, "
        "y_lambert93, last_inspection::text, regime, seveso, family, active, owner_id, withdrawn_at "
        "FROM installations WHERE s3ic_id = %s",
        s3ic_id(2),
    )
    assert row == (
        "SITE 2", "ILE DE FRANCE", "SEINE ET MARNE", "77", "AMILLIS", "77120", "77002", "52.10B", 708143.0,
        6848356.0, "2021-03-18", "A", "NS", "Industries", "En fonctionnement", None, None,
    )  # fmt: skip
    (line,) = rows(
        connection,
        "SELECT position, rubrique, alinea, c.regime, activite, date_autorisation::text, "
        "date_mise_en_service, last_substantial_modif_date::text, state, rubrique_acte, alinea_acte, "
        "regime_acte, volume, unit "
        "FROM classements AS c JOIN installations AS i ON i.id = installation_id "
        "WHERE s3ic_id = %s AND position = 0",
        s3ic_id(2),
    )
    assert line == (
        0, "2510", "1", "A", "Exploitation de carrières", "2016-11-09", None, "2016-11-10",
        "En fonctionnement", "2510", "1", "A", "90.000", "m3",
    )  # fmt: skip
    assert lines_of(connection, 1) == [(0, "2510", "90.000"), (1, "47xx", None)]


def test_coordinates_for_maps(loaded: Connection) -> None:
    (place,) = rows(loaded, "SELECT DISTINCT longitude, latitude FROM installations")
    assert place == pytest.approx((3.11, 48.74), abs=0.01)  # west of Amillis, Seine-et-Marne


def test_the_report_is_kept_with_the_files_it_loaded(connection: Connection, folder: Path) -> None:
    write_report(folder, dated_on="2026-01-31")
    report = apply_icpe(connection, folder)
    kept = last_good_run(connection, "sync_icpe", "icpe")
    assert kept is not None
    assert kept.files == tuple(report.files)
    assert [file["rows"] for file in kept.files] == [40, 80]
    assert str(kept.dated_on) == "2026-01-31"
    assert kept.details["installations"]["created"] == 40


def test_again_without_change_writes_no_row(loaded: Connection, folder: Path) -> None:
    before = versions(loaded)
    report = apply_icpe(loaded, folder)
    assert (report.outcome, report.unchanged) == ("unchanged", 120)
    assert (report.created, report.updated, report.withdrawn, report.deleted) == (0, 0, 0, 0)
    assert versions(loaded) == before
    assert rows(loaded, "SELECT outcome FROM dataset_runs ORDER BY id") == [("done",), ("unchanged",)]


def test_only_what_differs_is_written(loaded: Connection, folder: Path) -> None:
    before = versions(loaded)
    sites = [installation(n) for n in SITES]
    sites[4]["city"] = "MELUN"
    lines = [line for n in SITES for line in (classement(n), classement(n, "1510", volume="3.000"))]
    lines[1] |= HIDDEN_LINE
    lines[11]["volume"] = ""
    report = apply_icpe(loaded, write_files(folder, sites, lines))
    assert (report.updated, report.created, report.deleted, report.unchanged) == (2, 0, 0, 118)
    assert len(set(versions(loaded)) - set(before)) == 2
    assert lines_of(loaded, 6) == [(0, "2510", "90.000"), (1, "1510", None)]


def test_lines_come_and_go_with_ids_of_the_others_kept(loaded: Connection, folder: Path) -> None:
    kept = ids(loaded)
    first_line_ids = rows(loaded, "SELECT id FROM classements WHERE position = 0 ORDER BY id")
    lines = [classement(n) for n in SITES]
    lines += [classement(1, **HIDDEN_LINE), *(classement(n, "1510", volume="3.000") for n in SITES[2:])]
    lines += [classement(40, "2910"), classement(40, "2921")]
    report = apply_icpe(loaded, write_files(folder, map(installation, SITES), lines))
    assert (report.created, report.deleted, report.updated) == (2, 1, 0)
    assert lines_of(loaded, 2) == [(0, "2510", "90.000")]
    assert [line[1] for line in lines_of(loaded, 40)] == ["2510", "1510", "2910", "2921"]
    assert ids(loaded) == kept
    assert rows(loaded, "SELECT id FROM classements WHERE position = 0 ORDER BY id") == first_line_ids


def test_identical_lines_are_all_kept(connection: Connection, folder: Path) -> None:
    apply_icpe(connection, write_files(folder, [installation(1)], [classement(1)] * 3))
    assert lines_of(connection, 1) == [(position, "2510", "90.000") for position in range(3)]


def test_an_installation_without_lines(connection: Connection, folder: Path) -> None:
    files = write_files(folder, [installation(n) for n in (1, 2, 3)], [classement(1), classement(3)])
    apply_icpe(connection, files)
    assert [len(lines_of(connection, n)) for n in (1, 2, 3)] == [1, 0, 1]
    assert apply_icpe(connection, files).outcome == "unchanged"


def test_texts_arrive_as_they_are(connection: Connection, folder: Path) -> None:
    name = 'L\'USINE "DU, NORD"; \\N \\. é™'
    files = write_files(folder, [installation(1, name=name, city="")], [classement(1, activite="a\nb")])
    apply_icpe(connection, files)
    assert rows(connection, "SELECT name, city FROM installations") == [(name, None)]
    assert rows(connection, "SELECT activite FROM classements") == [("a\nb",)]
    assert apply_icpe(connection, files).outcome == "unchanged"


def test_an_installation_without_name_has_an_empty_one(connection: Connection, folder: Path) -> None:
    files = write_files(folder, [installation(1, name="")], [classement(1)])
    apply_icpe(connection, files)
    assert rows(connection, "SELECT name FROM installations") == [("",)]
    assert apply_icpe(connection, files).outcome == "unchanged"


@pytest.mark.parametrize(
    "place", [{"lat": "", "lon": ""}, {"lat": "640000", "lon": "1790000"}, {"lat": "-1", "lon": "-1"}]
)
def test_a_place_that_lambert_93_cannot_hold_is_on_no_map(
    connection: Connection, folder: Path, place: dict[str, str]
) -> None:
    files = write_files(folder, [installation(1, **place)], [classement(1)])
    apply_icpe(connection, files)
    assert rows(connection, "SELECT longitude, latitude FROM installations") == [(None, None)]
    assert apply_icpe(connection, files).outcome == "unchanged"


def test_gone_installations_are_withdrawn_and_take_their_row_again(loaded: Connection, folder: Path) -> None:
    kept = ids(loaded)
    all_lines = [line for n in SITES for line in (classement(n), classement(n, "1510", volume="3.000"))]
    without_last = write_files(folder, map(installation, SITES[:-1]), all_lines[:-2])
    report = apply_icpe(loaded, without_last)
    assert (report.withdrawn, report.deleted) == (1, 0)
    withdrawn = "SELECT s3ic_id FROM installations WHERE withdrawn_at IS NOT NULL"
    assert rows(loaded, withdrawn) == [(s3ic_id(40),)]
    assert len(lines_of(loaded, 40)) == 2
    assert apply_icpe(loaded, without_last).outcome == "unchanged"

    all_lines[-1]["volume"] = "4.000"
    report = apply_icpe(loaded, write_files(folder, map(installation, SITES), all_lines))
    assert report.details["installations"]["returned"] == 1
    assert rows(loaded, withdrawn) == []
    assert ids(loaded) == kept
    assert lines_of(loaded, 40)[1] == (1, "1510", "4.000")


BROKEN = {
    "a rubrique 47 that shows": ([installation(1)], [classement(1, "4718")]),
    "a masked line that keeps a date": (
        [installation(1)],
        [classement(1, **(HIDDEN_LINE | {"date_mise_en_service": "2020-01-01"}))],
    ),
    "a line of an unknown installation": ([installation(1)], [classement(2)]),
    "an unknown regime": ([installation(1, regime="S")], [classement(1)]),
    "a day that does not exist": ([installation(1)], [classement(1, date_autorisation="2021-02-30")]),
    "a number beyond all numbers": ([installation(1, lat="9" * 400)], [classement(1)]),
    "a character that Postgres cannot hold": ([installation(1, name="a\0b")], [classement(1)]),
    "the same installation twice": ([installation(1), installation(1)], [classement(1)]),
    "no installation at all": ([], []),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_whole(loaded: Connection, tmp_path: Path, case: str) -> None:
    before = versions(loaded)
    with pytest.raises(RefusedError):
        apply_icpe(loaded, write_files(tmp_path / "broken", *BROKEN[case]))
    assert versions(loaded) == before
    assert rows(loaded, "SELECT count(*) FROM dataset_runs") == [(1,)]


def test_lines_out_of_order_are_refused(loaded: Connection, folder: Path) -> None:
    path = folder / "classements_all.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([header, *reversed(lines)]), encoding="utf-8")
    with pytest.raises(RefusedError, match=r"classements_all\.csv.*out of order"):
        apply_icpe(loaded, folder)


def test_a_missing_file_is_named(connection: Connection, folder: Path) -> None:
    with pytest.raises(RefusedError, match=r"There is no installations_idf\.csv in .*files"):
        apply_icpe(connection, folder, "idf")
    (folder / "classements_all.csv").unlink()
    with pytest.raises(RefusedError, match=r"There is no classements_all\.csv"):
        apply_icpe(connection, folder)


def test_files_that_the_report_does_not_describe_are_refused(connection: Connection, folder: Path) -> None:
    write_report(folder)
    apply_icpe(connection, folder)
    with (folder / "classements_all.csv").open("a", encoding="utf-8") as handle:
        handle.write("\n")
    with pytest.raises(
        RefusedError, match=r"classements_all\.csv is not the file that report\.json describes"
    ):
        apply_icpe(connection, folder)
