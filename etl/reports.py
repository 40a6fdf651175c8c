"""The report that ends every run of a step: what came in, what went out, and why lines were left out.

It is a row of `dataset_runs`, and a `report.json` beside the files for runs without a database.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Any, Literal, Self

from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from psycopg2.extras import Json, RealDictCursor

from etl.database import read_statement
from etl.errors import RefusedError
from etl.storage import AnyPath, explained, finish_pending

Outcome = Literal["done", "unchanged", "refused", "failed"]
REPORT_KEY = "report.json"


@dataclass(frozen=True, slots=True)
class Report:
    """One run of a step on a dataset; the fields are the columns of `dataset_runs`.

    `rejected` and `filtered` count lines by reason; each of `files` has key, sha256, bytes and rows;
    `details` holds what only this step knows.
    """

    step: str
    dataset: str
    outcome: Outcome
    started_at: datetime
    finished_at: datetime
    message: str = ""
    dated_on: date | None = None
    rows_in: int = 0
    rows_out: int = 0
    created: int = 0
    updated: int = 0
    withdrawn: int = 0
    deleted: int = 0
    unchanged: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    filtered: Mapping[str, int] = field(default_factory=dict)
    files: Sequence[Mapping[str, Any]] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the report as indented JSON; times and dates in ISO."""
        values = asdict(self)
        return json.dumps(values, ensure_ascii=False, indent=2, default=_iso) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote.

        Raises:
            ValueError: the text is no report.
        """
        try:
            values = json.loads(text)
            return cls.from_values(values)
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a report: {error}") from error

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Build a report from JSON values or a row of `dataset_runs`; columns of no field are left out."""
        known = {name: values[name] for name in _FIELD_NAMES if name in values}
        for name in ("started_at", "finished_at"):
            known[name] = _as(datetime, known[name])
        if known.get("dated_on") is not None:
            known["dated_on"] = _as(date, known["dated_on"])
        known["files"] = tuple(known.get("files", ()))
        return cls(**known)


_FIELD_NAMES = tuple(entry.name for entry in fields(Report))
_JSON_FIELDS = ("rejected", "filtered", "files", "details")


def record_run(connection: Connection, report: Report) -> int:
    """Insert the report into `dataset_runs` and return its id; the caller commits."""
    values = {name: getattr(report, name) for name in _FIELD_NAMES}
    for name in _JSON_FIELDS:
        values[name] = Json(list(values[name]) if name == "files" else dict(values[name]))
    with connection.cursor() as cursor:
        cursor.execute(read_statement("runs/record_run.sql"), values)
        row = cursor.fetchone()
    if row is None:
        raise RuntimeError("INSERT … RETURNING gave no row")
    return int(row[0])


def last_good_run(connection: Connection, step: str, dataset: str) -> Report | None:
    """Return the newest run of a step that ended `done` or `unchanged`, None where there is none."""
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(read_statement("runs/last_good_run.sql"), {"step": step, "dataset": dataset})
        row = cursor.fetchone()
    return Report.from_values(row) if row else None


def published_report(folder: AnyPath, private: str = "") -> Report | None:
    """Return the report that lies with the files of a folder, None where there is none.

    Args:
        folder: where the files are.
        private: the subfolder of the report and the rejects, empty for the folder itself.

    Raises:
        RefusedError: the file is there and is no report.
    """
    finish_pending(folder)
    path = folder / private / REPORT_KEY if private else folder / REPORT_KEY
    try:
        with explained(path):
            return Report.from_json(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError:
        raise RefusedError(f"{path} is not a report of this program. Remove it and start again.") from None


def _iso(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a report")


def _as(kind: type[date | datetime], value: Any) -> date | datetime:
    return value if isinstance(value, kind) else kind.fromisoformat(value)
