"""The steps of `update_aps` that `dags/update_aps.py` and the command line share."""

import shutil
from datetime import date, datetime
from pathlib import Path

from etl.aps import runs
from etl.aps.batches import Batch, split
from etl.aps.discovery import Wish, find_work
from etl.aps.index import Index, look_up, save_index, stored_index, trusted_index
from etl.aps.listing import listed_orders
from etl.aps.runs import Run
from etl.georisques import Session, fetch_dump, list_orders
from etl.reports import Report
from etl.storage import AnyPath


def fetch(
    session: Session,
    misc: AnyPath,
    root: Path,
    *,
    previous: Report | None,
    accept_fewer_rows: bool,
) -> Report:
    """Fetch the dump, publish what it lists, and return the report; a broken download is resumed next time.

    Raises:
        RefusedError: the dump cannot be used, or lists too little; nothing was written.
        SettingsError, TransientError, OSError: source, disk or bucket cannot be used.
    """
    folder = root / "dump"
    folder.mkdir(parents=True, exist_ok=True)
    dump = fetch_dump(session, folder)
    report = list_orders(dump, misc, previous=previous, accept_fewer_rows=accept_fewer_rows)
    shutil.rmtree(folder, ignore_errors=True)
    return report


def discover(
    misc: AnyPath,
    bucket: AnyPath,
    name: str,
    wish: Wish,
    *,
    engine: str,
    began_at: datetime,
    dated_on: date | None = None,
) -> list[Batch]:
    """Return the batches of a run, after writing down what it takes on.

    Args:
        misc: where `etl.georisques` has published what the source lists.
        bucket: `ap`.
        name: of the run; a run of the same name that did not come to its end is taken up again.
        wish: what a person asked for.
        engine: name of the engine that reads.
        began_at: when the run began.
        dated_on: date of the source.

    Raises:
        RefusedError: what is listed cannot be read, or an order asked for is not listed.
        SettingsError, TransientError, OSError: the buckets cannot be read or written.
    """
    listed = listed_orders(misc)
    before = set(stored_index(bucket) or ())
    index = refreshed_index(bucket, listed, began_at)
    work = find_work(listed, index, wish, engine, began_at)
    run = Run(
        name=name,
        began_at=began_at,
        dated_on=dated_on,
        listed=len(listed),
        new=len(listed.keys() - before),
        removed=len(before - listed.keys()),
        work=work.ids,
        kinds=work.kinds,
        left=work.left,
    )
    runs.begin(bucket, run)
    sizes = {known: entry.size for known in work.ids if (entry := index.get(known)) and entry.size}
    return split(work.ids, sizes, began_at, anew=bool(wish.ids) and wish.redo)


def refreshed_index(bucket: AnyPath, listed: dict[str, str], now: datetime) -> Index:
    """Return the index, true of the statuses: those of runs that never ended, and of orders it does not know.

    An order that came back to the source after its files were deleted has no line, and so is looked up.

    Raises:
        SettingsError, TransientError, OSError: the bucket cannot be read or written.
    """
    index = trusted_index(bucket)
    doubtful = {known for known in listed if known not in index} | runs.unsettled(bucket, now)
    found = look_up(bucket, sorted(doubtful), skip_missing=True)
    if found:
        index |= found
        save_index(bucket, index)
    return index
