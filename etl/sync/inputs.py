"""The two files that step 4 loads: read once, checked, with the checksums of the very bytes read."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from etl.contracts import read_classements, read_installations
from etl.errors import RefusedError
from etl.reports import Report, published_report
from etl.storage import AnyPath, explained, finish_pending, sha256_of

Dataset = Literal["all", "idf", "sample"]
REPORT_FOLDERS = ("", "private/icpe")  # beside the files (command line), or where the bucket keeps it


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """One file: its name in the folder, its bytes, its lines as checked text columns."""

    key: str
    sha256: str
    data: bytes
    table: pa.Table

    def described(self) -> dict[str, Any]:
        """Return what a report says of the file."""
        return {"key": self.key, "sha256": self.sha256, "bytes": len(self.data), "rows": self.table.num_rows}


@dataclass(frozen=True, slots=True)
class IcpeInputs:
    """Installations and classements of one dataset; `dated_on` is the day of the extraction, where known."""

    dataset: Dataset
    installations: DatasetFile
    classements: DatasetFile
    dated_on: date | None

    @property
    def files(self) -> tuple[DatasetFile, DatasetFile]:
        """Return both files."""
        return self.installations, self.classements

    @property
    def checksums(self) -> dict[str, str]:
        """Return the SHA-256 by file name: what an approval holds for."""
        return {file.key: file.sha256 for file in self.files}


def checksums_of(folder: AnyPath, dataset: Dataset) -> dict[str, str]:
    """Return the SHA-256 by file name of the files that lie there now; a missing one is left out."""
    finish_pending(folder)
    keys = [f"{kind}_{dataset}.csv" for kind in ("installations", "classements")]
    return {key: sha256_of(folder / key) for key in keys if (folder / key).exists()}


def read_icpe(folder: AnyPath, dataset: Dataset) -> IcpeInputs:
    """Read and check the two files of a dataset.

    Raises:
        RefusedError: a file is missing, breaks its contract, is not the one that the transform reported, or
            names an installation that the other does not have.
    """
    finish_pending(folder)
    report = _report_of(folder)
    installations = _read(folder, f"installations_{dataset}.csv", report, read_installations)
    classements = _read(folder, f"classements_{dataset}.csv", report, read_classements)
    _refuse_unknown_installations(installations, classements)
    return IcpeInputs(dataset, installations, classements, report.dated_on if report else None)


def _report_of(folder: AnyPath) -> Report | None:
    found = (published_report(folder, private) for private in REPORT_FOLDERS)
    return next((report for report in found if report is not None), None)


def _read(
    folder: AnyPath, key: str, report: Report | None, parse: Callable[[bytes, str], pa.Table]
) -> DatasetFile:
    try:
        with explained(folder / key):
            data = (folder / key).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise RefusedError(
            f"There is no {key} in {folder}. Run transform-icpe first, or name its folder."
        ) from None
    sha256 = hashlib.sha256(data).hexdigest()
    _refuse_other_bytes(key, sha256, report)
    return DatasetFile(key, sha256, data, parse(data, key))


def _refuse_other_bytes(key: str, sha256: str, report: Report | None) -> None:
    reported = {file["key"]: file["sha256"] for file in report.files} if report else {}
    if reported.get(key, sha256) != sha256:
        raise RefusedError(
            f"{key} is not the file that report.json describes: it was changed after the transform. "
            "Run the transform again."
        )


def _refuse_unknown_installations(installations: DatasetFile, classements: DatasetFile) -> None:
    known = pc.is_in(classements.table["s3ic_id"], value_set=installations.table["s3ic_id"].combine_chunks())
    row = pc.index(known, False).as_py()
    if row >= 0:
        raise RefusedError(
            f"{classements.key}, row {row + 1} (header not counted): its installation is not in "
            f"{installations.key}. Run the transform again."
        )
