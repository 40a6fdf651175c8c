"""Dataset files of our own making for tests of the sync: a few installations and their lines."""

import csv
import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from etl.contracts import CLASSEMENT_COLUMNS, INSTALLATION_COLUMNS

Row = dict[str, str]

HIDDEN_LINE: Row = {
    "rubrique": "47xx",
    "regime": "NC",
    "rubrique_acte": "47xx",
    "regime_acte": "NC",
    **dict.fromkeys(
        ("alinea", "alinea_acte", "activite", "volume", "unit", "date_autorisation", "date_mise_en_service"),
        "",
    ),
    "last_substantial_modif_date": "",
}


def s3ic_id(number: int) -> str:
    """Return the id of the n-th installation of the tests."""
    return f"{58 + number // 100_000:04d}.{number % 100_000:05d}"


def installation(number: int, **changes: str) -> Row:
    """Return the n-th installation, in the columns of the file."""
    row = {
        "s3ic_id": s3ic_id(number),
        "num_dep": "77",
        "region": "ILE DE FRANCE",
        "department": "SEINE ET MARNE",
        "city": "AMILLIS",
        "name": f"SITE {number}",
        "lat": "708143",
        "lon": "6848356",
        "last_inspection": "2021-03-18",
        "regime": "A",
        "seveso": "NS",
        "family": "Industries",
        "active": "En fonctionnement",
        "code_postal": "77120",
        "code_insee": "77002",
        "code_naf": "52.10B",
    }
    return row | changes


def classement(number: int, rubrique: str = "2510", **changes: str) -> Row:
    """Return a line of the n-th installation, in the columns of the file."""
    row = {
        "s3ic_id": s3ic_id(number),
        "rubrique": rubrique,
        "alinea": "1",
        "regime": "A",
        "activite": "Exploitation de carrières",
        "date_autorisation": "2016-11-09",
        "date_mise_en_service": "",
        "last_substantial_modif_date": "2016-11-10",
        "state": "En fonctionnement",
        "rubrique_acte": rubrique,
        "alinea_acte": "1",
        "regime_acte": "A",
        "volume": "90.000",
        "unit": "m3",
    }
    return row | changes


def write_files(
    folder: Path, installations: Iterable[Row], classements: Iterable[Row], dataset: str = "all"
) -> Path:
    """Write both files of a dataset, sorted by installation, and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / f"installations_{dataset}.csv", INSTALLATION_COLUMNS, installations)
    _write(folder / f"classements_{dataset}.csv", CLASSEMENT_COLUMNS, classements)
    return folder


def write_report(folder: Path, **changes: str) -> None:
    """Write the report.json that a transform leaves beside its files, with the checksums they have now."""
    files = [
        {"key": path.name, "sha256": sha256(path.read_bytes()).hexdigest()}
        for path in sorted(folder.glob("*.csv"))
    ]
    report = {
        "step": "transform_icpe",
        "dataset": "icpe",
        "outcome": "done",
        "started_at": "2026-01-01T00:00:00+00:00",
        "finished_at": "2026-01-01T00:00:01+00:00",
        "files": files,
    }
    (folder / "report.json").write_text(json.dumps(report | changes), encoding="utf-8")


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["s3ic_id"]))
