"""Small S3IC extractions of our own making, and what step 1 makes of them."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from etl.reports import Report
from etl.s3ic import transform_icpe
from etl.s3ic.sources import CLASSEMENTS, ESTABLISHMENTS

Row = dict[str, str]
TODAY = date(2026, 1, 15)
SITES_FILE = "s3ic-liste-etablissements.csv"
LINES_FILE = "sic-liste-rubriques.csv"
DEMO = Path(__file__).parent.parent / "demo" / "s3ic"


def site(number: int, **changes: str) -> Row:
    """Return the n-th establishment, published unless a change says otherwise."""
    row = {
        "code_s3ic": f"0099.{number:05d}",
        "region": "ILE DE FRANCE",
        "département": "VAL DE BRUME",
        "commune_principale": "BRUMEVAL",
        "raison_sociale": f"SITE {number}",
        "coordonnées_géographiques_x": "694200",
        "coordonnées_géographiques_y": "6812400",
        "date_inspection": "2024-03-18",
        "régime_etab_en_vigueur": "A",
        "statut_seveso": "NS",
        "famille": "industrie",
        "état_de_l_activité": "En fonctionnement",
        "code_postal": "99000",
        "code_insee_commune": "99001",
        "code_naf": "52.10B",
    }
    return row | changes


def line(number: int, rubrique: str = "2910", **changes: str) -> Row:
    """Return a classement line of the n-th establishment, published unless a change says otherwise."""
    row = {
        "code_s3ic": f"0099.{number:05d}",
        "rubrique_envigueur": rubrique,
        "alinéa_envigueur": "A-1",
        "régime_envigueur": "A",
        "libellé_court_envigueur": "Combustion",
        "date_acte_rub_en_vigueur": "2016-11-09",
        "date_début_exploitation_rub": "2007-04-20",
        "date_dernière_modification_notable_rub": "2018-03-19",
        "état_technique": "En fonctionnement",
        "rubrique_autorisé": rubrique,
        "alinéa_autorisé": "#",
        "régime_autorisé": "A",
        "quantité": "90.000",
        "unité": "MW",
    }
    return row | changes


def sites_text(rows: Iterable[Row]) -> str:
    """Return the file of establishments."""
    return _text(list(ESTABLISHMENTS.outputs), rows)


def lines_text(rows: Iterable[Row]) -> str:
    """Return the file of classement lines."""
    return _text(list(CLASSEMENTS.outputs), rows)


@dataclass(frozen=True)
class Result:
    """What step 1 published: rows by file, the rejected lines, the report."""

    files: Mapping[str, list[Row]]
    rejects: list[Row]
    report: Report

    @property
    def installations(self) -> list[Row]:
        """The rows of installations_all.csv."""
        return self.files["installations_all.csv"]

    @property
    def classements(self) -> list[Row]:
        """The rows of classements_all.csv."""
        return self.files["classements_all.csv"]


def write_extraction(
    folder: Path, sites: str | bytes | Iterable[Row], lines: str | bytes | Iterable[Row]
) -> tuple[Path, Path]:
    """Write both files (given as text, bytes or rows) and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / SITES_FILE, folder / LINES_FILE
    for path, content, text_of in zip(paths, (sites, lines), (sites_text, lines_text), strict=True):
        text = content if isinstance(content, str | bytes) else text_of(content)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return paths


def transform(
    folder: Path, sites: str | bytes | Iterable[Row], lines: str | bytes | Iterable[Row], **options: Any
) -> Result:
    """Run step 1 on an extraction of these rows."""
    establishments, classements = write_extraction(folder / "input", sites, lines)
    output = folder / "output"
    report = transform_icpe(
        establishments=establishments, classements=classements, output=output, **{"today": TODAY, **options}
    )
    return published(output, report)


def published(output: Path, report: Report) -> Result:
    """Read what lies in an output folder."""
    files = {file["key"]: rows_of(output / file["key"]) for file in report.files}
    return Result(files, rows_of(output / "rejects.csv"), report)


def rows_of(path: Path) -> list[Row]:
    """Return the rows of a comma-separated file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _text(columns: list[str], rows: Iterable[Row]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
