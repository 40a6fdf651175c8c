"""The two files that step 4 loads: read once, checked, with the checksums of the very bytes read."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pyarrow as pa

from etl.contracts import read_classements, read_installations
from etl.distinct import column_of, is_among, texts_of
from etl.errors import RefusedError
from etl.reports import Report, published_report
from etl.storage import AnyPath, explained, finish_pending, sha256_of

Dataset = Literal["all", "idf", "sample"]
REPORT_FOLDERS = ("", "private/icpe")  # beside the files (command line), or where the bucket keeps it


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """One file: its name in the folder and its bytes."""

    key: str
    sha256: str
    data: bytes


@dataclass(frozen=True, slots=True)
class IcpeFiles:
    """The two files of one dataset; `dated_on` is the day of the extraction, where known."""

    dataset: Dataset
    installations: DatasetFile
    classements: DatasetFile
    dated_on: date | None

    @property
    def checksums(self) -> dict[str, str]:
        """Return the SHA-256 by file name: what an approval holds for."""
        return {file.key: file.sha256 for file in (self.installations, self.classements)}

    def described(self, rows: Mapping[str, int]) -> list[dict[str, Any]]:
        """Return what a report says of the files, with the count of rows of each."""
        return [
            {"key": file.key, "sha256": file.sha256, "bytes": len(file.data), "rows": rows[file.key]}
            for file in (self.installations, self.classements)
        ]


@dataclass(frozen=True, slots=True)
class IcpeTables:
    """The lines of both files, checked: columns of dictionary-encoded text."""

    installations: pa.Table
    classements: pa.Table


def checksums_of(folder: AnyPath, dataset: Dataset) -> dict[str, str]:
    """Return the SHA-256 by file name of the files that lie there now; a missing one is left out."""
    finish_pending(folder)
    return {key: sha256_of(folder / key) for key in _keys(dataset) if (folder / key).exists()}


def read_icpe(folder: AnyPath, dataset: Dataset) -> IcpeFiles:
    """Read the two files of a dataset, once.

    Raises:
        RefusedError: a file is missing, or is not the one that the transform reported.
    """
    finish_pending(folder)
    report = _report_of(folder)
    installations, classements = (_read(folder, key, report) for key in _keys(dataset))
    return IcpeFiles(dataset, installations, classements, report.dated_on if report else None)


def check_icpe(files: IcpeFiles) -> IcpeTables:
    """Parse and check both files.

    Raises:
        RefusedError: a file breaks its contract, or names an installation that the other does not have.
    """
    installations = read_installations(files.installations.data, files.installations.key)
    classements = read_classements(files.classements.data, files.classements.key)
    known = texts_of(column_of(installations, "s3ic_id"))
    strangers = ~is_among(column_of(classements, "s3ic_id"), known, of_empty=False)
    if strangers.any():
        row = int(strangers.argmax())
        raise RefusedError(
            f"{files.classements.key}, row {row + 1} (header not counted): its installation is not in "
            f"{files.installations.key}. Run the transform again."
        )
    return IcpeTables(installations, classements)


def _keys(dataset: Dataset) -> tuple[str, str]:
    return f"installations_{dataset}.csv", f"classements_{dataset}.csv"


def _report_of(folder: AnyPath) -> Report | None:
    found = (published_report(folder, private) for private in REPORT_FOLDERS)
    return next((report for report in found if report is not None), None)


def read_file(folder: AnyPath, key: str, maker: str) -> DatasetFile:
    """Read a dataset file, once.

    Raises:
        RefusedError: there is none; the sentence names the command that makes it.
    """
    try:
        with explained(folder / key):
            data = (folder / key).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise RefusedError(f"There is no {key} in {folder}. Run {maker} first, or name its folder.") from None
    return DatasetFile(key, hashlib.sha256(data).hexdigest(), data)


def _read(folder: AnyPath, key: str, report: Report | None) -> DatasetFile:
    file = read_file(folder, key, "transform-icpe")
    _refuse_other_bytes(key, file.sha256, report)
    return file


def _refuse_other_bytes(key: str, sha256: str, report: Report | None) -> None:
    reported = {file["key"]: file["sha256"] for file in report.files} if report else {}
    if reported.get(key, sha256) != sha256:
        raise RefusedError(
            f"{key} is not the file that report.json describes: it was changed after the transform. "
            "Run the transform again."
        )
