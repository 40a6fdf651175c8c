"""The list of documents as a whole: read, sort out, check, publish, report."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from etl.contracts import check_documents, read_installations
from etl.errors import RefusedError
from etl.georisques.document_types import read_types
from etl.georisques.documents import COLUMNS, Published, orders_of, published_documents, sorted_out, values_of
from etl.georisques.dump import Dump
from etl.georisques.rows import read_rows, refuse_too_many
from etl.reports import REPORT_KEY, Report
from etl.s3ic.datasets import write_by_dataset
from etl.s3ic.rejection import Reject
from etl.s3ic.transform import REJECTS_KEY, Counts, refuse_fewer_rows
from etl.s3ic.writing import Written, write_rejects
from etl.storage import AnyPath, changed_keys, finish_pending, publish, read_bytes

STEP = "update_aps"
DATASET = "documents"
PRIVATE_FOLDER = "private/georisques"
IDS_KEY = "georisques_ids.json"
SITES_KEY = "installations_all.csv"


@dataclass(frozen=True, slots=True)
class Listed:
    """What a dump lists: the documents, the orders among them, the rejected rows, and the counts."""

    documents: Published
    orders: pa.Table
    rejects: tuple[Reject, ...]
    counts: Mapping[str, Counts]


def list_orders(
    dump: Dump,
    misc: AnyPath,
    *,
    private: str = PRIVATE_FOLDER,
    previous: Report | None = None,
    accept_fewer_rows: bool = False,
    today: date | None = None,
) -> Report:
    """Publish what a dump lists of published installations, and return the report.

    Writes `documents_{all,idf,sample}.csv` and `georisques_ids.json` (ids of the prefectoral orders, in the
    order of the first), with `rejects.csv` and `report.json`.

    Args:
        dump: the files of the source.
        misc: where `installations_all.csv` lies, and the files go.
        private: its subfolder for the rejects and the report; empty: beside the files.
        previous: report of the last good listing, which bounds how much may be missing.
        accept_fewer_rows: publish even if fewer than 98 % of it are left.
        today: the day that dates are compared with.

    Raises:
        RefusedError: the dump cannot be used, or installations are not published yet; nothing was written.
        SettingsError, TransientError, OSError: the bucket cannot be read or written.
    """
    started_at = datetime.now(UTC)
    finish_pending(misc)
    installations = published_sites(misc)
    listed = read_listing(dump, installations, today or started_at.date())
    if not accept_fewer_rows:
        refuse_fewer_rows(listed.counts, previous)
    with TemporaryDirectory(prefix="envinorma-documents-") as folder:
        workspace = Path(folder)
        files = write_by_dataset("documents", listed.documents.table, installations, workspace)
        files[IDS_KEY] = _write_ids(listed.orders, workspace / IDS_KEY)
        changed = changed_keys(misc, {key: written.sha256 for key, written in files.items()})
        report = _report_of(dump, listed, files, started_at, is_changed=bool(changed))
        write_rejects(workspace / REJECTS_KEY, listed.rejects)
        (workspace / REPORT_KEY).write_text(report.to_json(), encoding="utf-8")
        places = {key: key for key in changed}
        places |= {key: f"{private}/{key}" if private else key for key in (REJECTS_KEY, REPORT_KEY)}
        publish(misc, {place: workspace / key for key, place in places.items()})
    return report


def published_sites(misc: AnyPath) -> pa.Table:
    """Return the installations that are published.

    Raises:
        RefusedError: there are none yet.
        SettingsError, TransientError: the bucket cannot be read.
    """
    content = read_bytes(misc, SITES_KEY)
    if content is None:
        raise RefusedError(
            f"There is no {SITES_KEY} in {misc}, so no installation is published that orders could be of. "
            "Run transform_icpe first."
        )
    return read_installations(content, SITES_KEY)


def read_listing(dump: Dump, installations: pa.Table, today: date) -> Listed:
    """Return what a dump lists of some installations; nothing is written.

    Raises:
        RefusedError: the dump cannot be used, or lists none of their orders.
    """
    types, bad_types = read_types(dump.types)
    rows, misfits = read_rows(dump.documents, COLUMNS)
    lines, malformed = sorted_out(rows, dump.documents.name)
    rejects = sorted([*misfits, *malformed], key=lambda reject: reject.line)
    read = len(rows) + len(misfits)
    refuse_too_many(rejects, read)
    sites = set(values_of(installations, "s3ic_id"))
    published = published_documents(lines, types, sites, today)
    orders = orders_of(published.table)
    if orders.num_rows == 0:
        raise RefusedError(f"{dump.documents.name} lists no prefectoral order of a published installation.")
    check_documents(published.table, "the documents to publish")
    reasons = dict(Counter(reject.reason for reject in rejects))
    dates = {"date": published.dates_emptied}
    counts = {
        "documents": Counts(read, published.table.num_rows, reasons, published.filtered, dates),
        "orders": Counts(orders.num_rows, orders.num_rows, {}, {}, {}),
    }
    return Listed(published, orders, (*bad_types, *rejects), counts)


def _write_ids(orders: pa.Table, path: Path) -> Written:
    content = (json.dumps(values_of(orders, "georisques_id"), indent=0) + "\n").encode()
    path.write_bytes(content)
    return Written(sha256(content).hexdigest(), len(content), orders.num_rows)


def _report_of(
    dump: Dump, listed: Listed, files: Mapping[str, Written], started_at: datetime, *, is_changed: bool
) -> Report:
    documents = listed.counts["documents"]
    sites = len(set(values_of(listed.orders, "installation_s3ic_id")))
    unknown = listed.documents.unknown_types
    warning = f" Types that have no name: {', '.join(sorted(unknown))}." if unknown else ""
    return Report(
        step=STEP,
        dataset=DATASET,
        outcome="done" if is_changed else "unchanged",
        message=f"{listed.orders.num_rows} prefectoral orders of {sites} installations"
        f"{'' if is_changed else ', the same as before'}; {len(listed.rejects)} lines rejected.{warning}",
        started_at=started_at,
        finished_at=datetime.now(UTC),
        dated_on=dump.dated_on,
        rows_in=documents.read,
        rows_out=documents.published,
        rejected=dict(documents.rejected),
        filtered=dict(documents.filtered),
        files=tuple({"key": key, **asdict(written)} for key, written in files.items()),
        details={name: asdict(of) for name, of in listed.counts.items()}
        | {
            "unknown_types": dict(unknown),
            "descriptions_mended": listed.documents.descriptions_mended,
            "dump": {"sha256": dump.sha256, "bytes": dump.bytes, "others": list(dump.others)},
        },
    )
