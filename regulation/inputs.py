"""Files that the batch commands read, the classements (CSV) and the requests (JSON lines).

Each reader raises `InputError` with one French sentence that names the file and the line.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, NamedTuple

from regulation.classement import Classement, Regime
from regulation.condition_file import read_parameters
from regulation.order_file import read_cid
from regulation.reading import ReadingError, decode, field, iso_date, one_of, system_reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from regulation.conditions import Parameter, Value

_COLUMNS = ("s3ic_id", "rubrique", "regime", "alinea", "date_autorisation", "date_mise_en_service", "volume")
_read_regime = one_of(Regime, "régime")


class InputError(ValueError):
    """A file that cannot be used; the text is a French sentence for the person who gave it."""


def read_classements(file: Path) -> dict[str, list[Classement]]:
    """Classements by installation, in the order of the file, from a CSV of `classements_*.csv`'s form.

    Raises:
        InputError: no such file, not UTF-8, a column missing, or a line with a bad regime or date.
    """
    found: dict[str, list[Classement]] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream, strict=True)
            _refuse_missing_columns(file, rows.fieldnames or ())
            for row in rows:
                try:
                    found.setdefault(_s3ic_id(row), []).append(_classement(row))
                except ReadingError as error:
                    raise InputError(f"{file}, ligne {rows.line_num}, {error}.") from error
    except OSError as error:
        raise InputError(f"{file} : impossible à lire ({system_reason(error)}).") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} : n'est pas en UTF-8.") from error
    except csv.Error as error:
        raise InputError(f"{file} : n'est pas un CSV lisible ({error}).") from error
    return found


def _refuse_missing_columns(file: Path, columns: Sequence[str]) -> None:
    missing = [column for column in _COLUMNS if column not in columns]
    if missing:
        hint = "les colonnes sont séparées par des virgules"
        raise InputError(f"{file} : colonne absente : {', '.join(missing)} ({hint}).")


def _s3ic_id(row: dict[str, str]) -> str:
    if any(row[column] is None for column in _COLUMNS) or None in row:
        raise ReadingError("le nombre de colonnes n'est pas celui de l'en-tête")
    if not row["s3ic_id"].strip():
        raise ReadingError("s3ic_id est vide").within("colonne s3ic_id")
    return row["s3ic_id"]


def _classement(row: dict[str, str]) -> Classement:
    return Classement(
        rubrique=row["rubrique"],
        regime=field(row, "regime", _read_regime),
        alinea=row["alinea"],
        date_autorisation=field(row, "date_autorisation", _read_optional_date),
        date_mise_en_service=field(row, "date_mise_en_service", _read_optional_date),
        volume=row["volume"],
    )


def _read_optional_date(value: object) -> date | None:
    return iso_date(value) if value else None


class Request(NamedTuple):
    """A line of a request file: which order, under which parameters."""

    line: int
    cid: str
    parameters: dict[Parameter, Value]


def read_requests(file: Path) -> Iterator[Request]:
    """Requests of a personalisation, one JSON object on each line; empty lines are passed over.

    Raises:
        InputError: while iterating: no such file, or a line that is no request.
    """
    try:
        with file.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield _request(file, number, line)
    except OSError as error:
        raise InputError(f"{file} : impossible à lire ({system_reason(error)}).") from error


def _request(file: Path, number: int, line: bytes) -> Request:
    try:
        document = decode(line)
        return Request(
            number, field(document, "cid", read_cid), field(document, "parameters", read_parameters)
        )
    except ReadingError as error:
        raise InputError(f"{file}, ligne {number}, {error}.") from error
