"""Step 1 on the real extraction of Île-de-France gives the known datasets, but for the marked decisions."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from etl.contracts import CLASSEMENT_COLUMNS, HIDDEN_RUBRIQUE
from etl.s3ic import transform_icpe
from tests.s3ic_extraction import LINES_FILE, SITES_FILE, TODAY, Result, published

pytestmark = pytest.mark.real_data
DATES = ("date_autorisation", "date_mise_en_service", "last_substantial_modif_date")


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="module")
def result(real_data: Path, output: Path) -> Result:
    return published(output, _transform(real_data, output))


def test_every_row_is_there_and_none_is_rejected(result) -> None:
    assert (len(result.installations), len(result.classements)) == (2164, 13113)
    assert result.rejects == []
    assert (result.files["installations_idf.csv"], result.files["classements_idf.csv"]) == (
        result.installations,
        result.classements,
    )
    assert len({tuple(row.values()) for row in result.classements}) == 13001


def test_installations_are_the_published_ones_but_for_the_decisions(result, real_data) -> None:
    expected = _rows(real_data / "idf" / "installations_idf.csv")
    for row in expected:
        row["last_inspection"] = _plausible(row["last_inspection"])
        if row["code_postal"].startswith(("97", "98")):
            row["num_dep"] = row["code_postal"][:3]
    assert result.installations == expected


def test_classements_are_the_published_ones_but_for_the_decisions(result, real_data) -> None:
    rows = _rows(real_data / "idf" / "classements_idf.csv")
    expected: Counter[tuple[str, ...]] = Counter()
    for values in {tuple(row.items()) for row in rows}:  # exact duplicates go
        row = dict(values)
        is_hidden = HIDDEN_RUBRIQUE in (row["rubrique"], row["rubrique_acte"])
        dates = {name: "" if is_hidden else _plausible(row[name]) for name in DATES}
        expected[tuple({**row, **dates}[name] for name in CLASSEMENT_COLUMNS)] += 1
    assert Counter(tuple(row[name] for name in CLASSEMENT_COLUMNS) for row in result.classements) == expected


def test_a_second_run_gives_the_same_bytes(result, real_data, output, tmp_path) -> None:
    before = {path.name: path.read_bytes() for path in output.glob("*_*.csv")}
    assert _transform(real_data, output, previous=result.report).outcome == "unchanged"
    _transform(real_data, tmp_path)
    for folder in (output, tmp_path):
        assert {path.name: path.read_bytes() for path in folder.glob("*_*.csv")} == before


def _transform(real_data: Path, output: Path, **options):
    return transform_icpe(
        establishments=real_data / "s3ic" / SITES_FILE,
        classements=real_data / "s3ic" / LINES_FILE,
        output=output,
        today=TODAY,
        **options,
    )


def _plausible(day: str) -> str:
    return day if "1850" <= day < "2031" else ""


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
