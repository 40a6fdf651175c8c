"""Step 1 as a whole: read, sort out, transform, check, publish, report."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from etl.contracts import check_classements, check_installations, is_hidden
from etl.errors import RefusedError
from etl.reports import REPORT_KEY, Report
from etl.s3ic.classements import published_classements
from etl.s3ic.datasets import write_datasets
from etl.s3ic.installations import published_installations
from etl.s3ic.reading import read_extraction
from etl.s3ic.rejection import Reject, sorted_out
from etl.s3ic.sources import CLASSEMENTS, ESTABLISHMENTS, Source
from etl.s3ic.writing import Written, write_rejects
from etl.storage import AnyPath, changed_keys, finish_pending, local_copy, publish

STEP = "transform_icpe"
DATASET = "icpe"
PRIVATE_FOLDER = "private/icpe"
REJECTS_KEY = "rejects.csv"
SMALLEST_SHARE = 0.98

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of one file: read = published + rejected + filtered."""

    read: int
    published: int
    rejected: Mapping[str, int]
    filtered: Mapping[str, int]
    dates_emptied: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Transformed:
    """Both datasets, checked, with the rejected lines and the counts of each file."""

    installations: pa.Table
    classements: pa.Table
    rejects: tuple[Reject, ...]
    counts: Mapping[str, Counts]


def transform_icpe(  # noqa: PLR0913  (keywords only, and each is a choice of the operator)
    *,
    establishments: AnyPath,
    classements: AnyPath,
    output: AnyPath,
    private: str = "",
    dated_on: date | None = None,
    previous: Report | None = None,
    accept_fewer_rows: bool = False,
    hidden_volume_rubriques: Sequence[str] = (),
    today: date | None = None,
    progress: Progress | None = None,
) -> Report:
    """Publish the datasets of an S3IC extraction and return the report of the run.

    Args:
        establishments: `s3ic-liste-etablissements.csv`, in a folder or a bucket.
        classements: `sic-liste-rubriques.csv`.
        output: folder of the six CSV files.
        private: its subfolder for `report.json` and `rejects.csv`; empty: beside the files.
        dated_on: date of the extraction; the day of the run where it is not known.
        previous: report of the last good run, which bounds how many rows may be missing.
        accept_fewer_rows: publish even if they are fewer than 98 % of the last run's.
        hidden_volume_rubriques: rubriques whose volumes are hidden as well (`hidden_rubriques`).
        today: the day that dates are compared with.
        progress: called with each stage in a few words.

    Raises:
        RefusedError: the extraction cannot be used; nothing was written.
        OSError: files cannot be written; what was published before is untouched.
    """
    started_at = datetime.now(UTC)
    tell = progress or (lambda _: None)
    today = today or started_at.date()
    finish_pending(output)
    with TemporaryDirectory(prefix="envinorma-transform-") as folder:
        workspace = Path(folder)
        transformed = _transformed(
            establishments, classements, workspace, today, hidden_volume_rubriques, tell
        )
        if not accept_fewer_rows:
            refuse_fewer_rows(transformed.counts, previous)
        tell("writing the datasets")
        files = write_datasets(transformed.installations, transformed.classements, workspace)
        changed = changed_keys(output, {key: written.sha256 for key, written in files.items()})
        report = _report_of(transformed, files, started_at, dated_on or today, is_changed=bool(changed))
        write_rejects(workspace / REJECTS_KEY, transformed.rejects)
        (workspace / REPORT_KEY).write_text(report.to_json(), encoding="utf-8")
        tell("publishing")
        places = {key: key for key in changed}
        places |= {key: f"{private}/{key}" if private else key for key in (REJECTS_KEY, REPORT_KEY)}
        publish(output, {place: workspace / key for key, place in places.items()})
    return report


def refuse_fewer_rows(counts: Mapping[str, Counts], previous: Report | None) -> None:
    """Compare what was read and what would be published with the last good run.

    Raises:
        RefusedError: one of these is fewer than 98 % of the last run's.
    """
    for name, found in counts.items():
        before = previous.details.get(name, {}) if previous else {}
        for what, rows in (("read", found.read), ("published", found.published)):
            expected = int(before.get(what, 0))
            if rows < SMALLEST_SHARE * expected:
                raise RefusedError(
                    f"{name}: {rows} rows {what}, fewer than {SMALLEST_SHARE:.0%} of the {expected} of the "
                    "last good run. If that is right, accept fewer rows (--accept-fewer-rows)."
                )


def _transformed(
    establishments: AnyPath,
    classements: AnyPath,
    workspace: Path,
    today: date,
    hidden_volumes: Sequence[str],
    tell: Progress,
) -> Transformed:
    tell("reading the extraction")
    with ThreadPoolExecutor(max_workers=2) as both:
        reading_sites = both.submit(_sorted_out, establishments, ESTABLISHMENTS, workspace)
        reading_lines = both.submit(_sorted_out, classements, CLASSEMENTS, workspace)
        sites, bad_sites = reading_sites.result()
        lines, bad_lines = reading_lines.result()
    tell("applying the rules")
    installations, sites_left_out, inspections = published_installations(sites, today)
    _refuse_nothing(installations, establishments)
    check_installations(installations, "the installations to publish")
    published, lines_left_out, dates = published_classements(lines, installations, today, hidden_volumes)
    _refuse_nothing(published, classements)
    check_classements(published, "the classements to publish")
    counts = {
        ESTABLISHMENTS.name: _counts(sites, installations, bad_sites, sites_left_out, inspections),
        CLASSEMENTS.name: _counts(lines, published, bad_lines, lines_left_out, dates),
    }
    return Transformed(installations, published, (*bad_sites, *bad_lines), counts)


def _sorted_out(path: AnyPath, source: Source, workspace: Path) -> tuple[pa.Table, list[Reject]]:
    try:
        with local_copy(path, workspace) as local:
            return sorted_out(read_extraction(local, str(path), source))
    except FileNotFoundError:
        raise RefusedError(f"There is no file {path}. Check its address.") from None


def _refuse_nothing(table: pa.Table, path: AnyPath) -> None:
    if table.num_rows == 0:
        raise RefusedError(f"{path} holds nothing to publish. Check that it is the right extraction.")


def _counts(
    kept: pa.Table,
    published: pa.Table,
    rejects: Sequence[Reject],
    filtered: Mapping[str, int],
    dates_emptied: Mapping[str, int],
) -> Counts:
    rejected = dict(Counter(reject.reason for reject in rejects))
    return Counts(kept.num_rows + len(rejects), published.num_rows, rejected, filtered, dates_emptied)


def _report_of(
    transformed: Transformed,
    files: Mapping[str, Written],
    started_at: datetime,
    dated_on: date,
    *,
    is_changed: bool,
) -> Report:
    counts = transformed.counts
    sites, lines = counts[ESTABLISHMENTS.name], counts[CLASSEMENTS.name]
    rejected = {
        f"{name}: {reason}": rows for name, of in counts.items() for reason, rows in of.rejected.items()
    }
    filtered = {
        f"{name}: {reason}": rows for name, of in counts.items() for reason, rows in of.filtered.items()
    }
    return Report(
        step=STEP,
        dataset=DATASET,
        outcome="done" if is_changed else "unchanged",
        message=f"{sites.published} installations and {lines.published} classement lines"
        f"{'' if is_changed else ', the same as before'}; {len(transformed.rejects)} lines rejected.",
        started_at=started_at,
        finished_at=datetime.now(UTC),
        dated_on=dated_on,
        rows_in=sites.read + lines.read,
        rows_out=sites.published + lines.published,
        rejected=rejected,
        filtered={reason: rows for reason, rows in filtered.items() if rows},
        files=tuple({"key": key, **asdict(written)} for key, written in files.items()),
        details={name: asdict(of) for name, of in counts.items()}
        | {"hidden_lines": int(np.count_nonzero(is_hidden(transformed.classements)))},
    )
