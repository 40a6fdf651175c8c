"""What a run has taken on: written before its first batch, marked as closed after its report.

`runs/<hash of its name>.json` of the bucket `ap`. The orders of a run that never came to its end are looked
up again by the next one, so the index never misses what a killed run had finished.
"""

import hashlib
import re
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from etl.aps.statuses import GeorisquesId
from etl.errors import RefusedError
from etl.storage import AnyPath, list_keys, put_bytes, read_bytes, remove_file

FOLDER = "runs"
FORGOTTEN_AFTER = timedelta(days=30)


class Run(BaseModel):
    """What was found for a run, and what it took on.

    Attributes:
        name: of the run, as Airflow or the command line calls it.
        began_at: a try counts for the run when it is not older.
        dated_on: date of the source.
        listed: how many orders the source lists.
        new: how many of them were not known.
        removed: how many known ones it lists no more.
        work: the orders to read, in order.
        kinds: how many of them are new, asked, retriable, outdated.
        left: how many more there are to read, for later runs.
        is_closed: whether its report has been made.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    began_at: AwareDatetime
    dated_on: date | None
    listed: Annotated[int, Field(ge=0)]
    new: Annotated[int, Field(ge=0)]
    removed: Annotated[int, Field(ge=0)]
    work: tuple[GeorisquesId, ...]
    kinds: dict[str, int]
    left: Annotated[int, Field(ge=0)]
    is_closed: bool = False


def begin(bucket: AnyPath, run: Run) -> None:
    """Write down what a run takes on.

    Raises:
        SettingsError, TransientError, OSError: the bucket cannot be written.
    """
    put_bytes(bucket, key_of(run.name), run.model_dump_json().encode())


def taken_on(bucket: AnyPath, name: str) -> Run | None:
    """Return what a run took on, None where it has not come so far.

    Raises:
        RefusedError: the file is damaged.
        SettingsError, TransientError: the bucket cannot be read.
    """
    content = read_bytes(bucket, key_of(name))
    return None if content is None else _parsed(content, key_of(name))


def end(bucket: AnyPath, name: str) -> None:
    """Mark a run whose statuses are in the index; it may be closed again, after a batch was tried once more.

    Raises:
        RefusedError, SettingsError, TransientError: the bucket cannot be read or written.
    """
    run = taken_on(bucket, name)
    if run is not None:
        begin(bucket, run.model_copy(update={"is_closed": True}))


def unsettled(bucket: AnyPath, now: datetime) -> set[str]:
    """Return the orders of runs that were never closed; runs of a month ago are forgotten.

    Raises:
        SettingsError, TransientError: the bucket cannot be read.
    """
    found: set[str] = set()
    for key in list_keys(bucket, FOLDER):
        content = read_bytes(bucket, key) if re.fullmatch(rf"{FOLDER}/[0-9a-f]{{16}}\.json", key) else None
        if content is None:
            continue
        run = _parsed(content, key)
        if now - run.began_at > FORGOTTEN_AFTER:
            remove_file(bucket, key)
        found.update(() if run.is_closed else run.work)
    return found


def key_of(name: str) -> str:
    """Return where a run of this name is written down."""
    return f"{FOLDER}/{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"


def _parsed(content: bytes, key: str) -> Run:
    try:
        return Run.model_validate_json(content)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the file"
        raise RefusedError(f"{key} of the bucket ap is damaged ({field}). Remove it and run again.") from None
