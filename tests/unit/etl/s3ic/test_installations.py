"""The rules of the installations."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from etl.s3ic.dates import plausible_dates
from etl.s3ic.installations import department_number
from tests.s3ic_extraction import line, site, transform

LINES = [line(0)]
ANCHOR = site(0)


@pytest.mark.parametrize(
    ("column", "given", "output", "expected"),
    [
        ("régime_etab_en_vigueur", "A", "regime", "A"),
        ("régime_etab_en_vigueur", "E", "regime", "E"),
        ("régime_etab_en_vigueur", "S", "regime", "A"),
        ("régime_etab_en_vigueur", "2", "regime", "A"),
        ("statut_seveso", "SSH", "seveso", "SH"),
        ("statut_seveso", "SSB", "seveso", "SB"),
        ("statut_seveso", "NS", "seveso", "NS"),
        ("statut_seveso", "", "seveso", ""),
        ("famille", "industrie", "family", "Industries"),
        ("famille", "carriere", "family", "Carrières"),
        ("famille", "volailles", "family", "Volailles"),
        ("famille", "bovins", "family", "Bovins"),
        ("famille", "porcs", "family", "Porcs"),
        ("état_de_l_activité", "En construction", "active", "En construction"),
        ("code_postal", "75011", "num_dep", "75"),
        ("code_postal", "20090", "num_dep", "20"),
        ("code_postal", "97410", "num_dep", "974"),
        ("code_postal", "98501", "num_dep", "985"),
        ("code_postal", "", "num_dep", ""),
        ("coordonnées_géographiques_x", "694200.50", "lat", "694200.50"),
        ("coordonnées_géographiques_y", "", "lon", ""),
        ("raison_sociale", 'SCIERIE "LE CLOS", PERE', "name", 'SCIERIE "LE CLOS", PERE'),
        ("raison_sociale", "GENERIS ", "name", "GENERIS "),
        ("date_inspection", "0019-12-09", "last_inspection", ""),
    ],
)
def test_what_becomes_of_a_value(tmp_path, column, given, output, expected) -> None:
    result = transform(tmp_path, [ANCHOR, site(1, **{column: given})], LINES)
    assert result.installations[1][output] == expected


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        *(({"régime_etab_en_vigueur": regime}, "regime") for regime in ("", "D", "DC", "NC", "1", "3")),
        *(
            ({"état_de_l_activité": state}, "state")
            for state in ("", "A l'arrêt", "Cessation déclarée", "Récolement fait")
        ),
        ({"régime_etab_en_vigueur": "D", "état_de_l_activité": ""}, "regime"),
    ],
)
def test_what_is_not_published_is_counted_once(tmp_path, changes, reason) -> None:
    result = transform(tmp_path, [ANCHOR, site(1, **changes)], [*LINES, line(1)])
    assert [row["s3ic_id"] for row in result.installations] == ["0099.00000"]
    assert result.report.filtered == {
        f"establishments: {reason} not published": 1,
        "classements: site not published": 1,
    }
    assert result.rejects == []


def test_one_row_per_site_with_the_last_value_of_each_column(tmp_path) -> None:
    rows = [
        site(1, raison_sociale="OLD", code_naf="52.10B", date_inspection=""),
        site(1, raison_sociale="NEW", code_naf="", date_inspection="2020-01-01", régime_etab_en_vigueur="D"),
        ANCHOR,
        site(1, raison_sociale="", code_naf="", date_inspection="", régime_etab_en_vigueur="E"),
    ]
    result = transform(tmp_path, rows, LINES)
    merged = result.installations[1]
    assert (merged["name"], merged["code_naf"], merged["last_inspection"], merged["regime"]) == (
        "NEW",
        "52.10B",
        "2020-01-01",
        "E",
    )
    assert result.report.filtered == {"establishments: another line of the same site": 2}


def test_rows_are_sorted_by_id_whatever_the_order_of_the_file(tmp_path) -> None:
    rows = [site(number) for number in (30, 4, 100, 9, 0)]
    forth = transform(tmp_path / "forth", rows, LINES).installations
    back = transform(tmp_path / "back", reversed(rows), LINES).installations
    assert forth == back
    assert [row["s3ic_id"][-3:] for row in forth] == ["000", "004", "009", "030", "100"]


def test_columns_the_step_does_not_know_are_left_alone(tmp_path) -> None:
    text = "\n".join(
        f"{row};{extra}" for row, extra in zip(_lines(site(0)), ("extra", "anything"), strict=True)
    )
    assert len(transform(tmp_path, text + "\n", LINES).installations) == 1


@pytest.mark.parametrize(
    ("day", "today", "kept"),
    [
        ("1849-12-31", date(2026, 1, 15), False),
        ("1850-01-01", date(2026, 1, 15), True),
        ("1814-11-23", date(2026, 1, 15), False),
        ("0219-06-01", date(2026, 1, 15), False),
        ("2031-01-15", date(2026, 1, 15), True),
        ("2031-01-16", date(2026, 1, 15), False),
        ("2033-02-28", date(2028, 2, 29), True),
        ("2033-03-01", date(2028, 2, 29), False),
        ("9999-12-31", date(2026, 1, 15), False),
    ],
)
def test_dates_before_1850_or_after_five_years_are_unknown(day, today, kept) -> None:
    column, emptied = plausible_dates(pa.array([day, None, day]).dictionary_encode(), today)
    assert column.to_pylist() == ([day, None, day] if kept else [None] * 3)
    assert emptied == (0 if kept else 2)


@pytest.mark.parametrize(
    ("code", "number"), [("75011", "75"), ("97133", "971"), ("98735", "987"), ("9", "9")]
)
def test_departments_overseas_have_three_characters(code, number) -> None:
    assert department_number(code) == number


def _lines(row: dict[str, str]) -> tuple[str, str]:
    return ";".join(row), ";".join(row.values())


def test_the_files_of_the_region_and_of_the_sample(tmp_path: Path) -> None:
    rows = [site(number, region="ILE DE FRANCE" if number % 2 else "BRUMAILLE") for number in range(40)]
    result = transform(tmp_path, rows, [line(number) for number in range(40)])
    for name in ("installations", "classements"):
        everything = result.files[f"{name}_all.csv"]
        odd = [row for row in everything if int(row["s3ic_id"][-1]) % 2]
        sampled = [row for row in everything if sum(map(ord, row["s3ic_id"])) % 10 == 0]
        assert result.files[f"{name}_idf.csv"] == odd
        assert result.files[f"{name}_sample.csv"] == sampled
        assert 0 < len(sampled) < len(everything)
