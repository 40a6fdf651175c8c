"""`python -m etl update-aps`: the steps of `update_aps` one after the other, without Airflow and database."""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from etl.aps import closing, runs
from etl.aps.batches import Batch
from etl.aps.discovery import Wish
from etl.aps.reading import Reader, read_batch
from etl.aps.update import discover, fetch
from etl.aps.workplace import work_root
from etl.errors import TransientError
from etl.georisques import PRIVATE_FOLDER, Remote, connected
from etl.ocr import engine_name, find_models
from etl.reports import Report, published_report
from etl.settings import Settings
from etl.storage import bucket, put_bytes

REPORT_KEY = "private/aps/report.json"


def run(
    settings: Settings, wish: Wish, progress: Callable[[str], None], *, accept_fewer_rows: bool = False
) -> Report:
    """Fetch, find, read and publish; return the report, which is kept in `misc/private/aps/report.json` too.

    Raises:
        RefusedError: the source, or what was asked for, is not acceptable; nothing was read.
        TransientError: the source went silent; what had come is published.
        TooManyFailuresError: more than a tenth of the orders failed; what was read is published.
        SettingsError, OSError: the buckets or the disk cannot be used.
    """
    misc, ap = bucket(settings, "misc"), bucket(settings, "ap")
    name, root, models = f"command-{secrets.token_hex(6)}", work_root(settings), find_models()
    with connected(Remote.from_settings(settings)) as session:
        progress("fetching the list of documents")
        previous = published_report(misc, PRIVATE_FOLDER)
        listed = fetch(session, misc, root, previous=previous, accept_fewer_rows=accept_fewer_rows)
        batches = discover(
            misc,
            ap,
            name,
            wish,
            engine=engine_name(models),
            began_at=datetime.now(UTC),
            dated_on=listed.dated_on,
        )
        silence = _read_all(Reader(ap, session, models, root), batches, progress)
    report = closing.close(misc, ap, name)
    put_bytes(misc, REPORT_KEY, report.to_json().encode())
    runs.end(ap, name)
    if silence is not None:
        raise silence
    closing.check(report.details)
    return report


def _read_all(
    reader: Reader, batches: Sequence[Batch], progress: Callable[[str], None]
) -> TransientError | None:
    """Read the batches until the source goes silent; return how it did."""
    for batch in batches:
        progress(batch.name)
        try:
            read_batch(reader, batch)
        except TransientError as error:
            return error
    return None
