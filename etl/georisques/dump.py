"""The daily dump of Géorisques: fetched, unpacked, dated."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from etl.errors import RefusedError
from etl.georisques.archive import DOCUMENTS, TYPES, unpack
from etl.georisques.download import Wanted, download
from etl.georisques.session import Session

ARCHIVE = "georisques_data.tar.gz"


@dataclass(frozen=True, slots=True)
class Dump:
    """The files of a dump on this machine, and what tells it from another.

    Attributes:
        documents: `IC_documents.csv`.
        types: `IC_types_document.csv`.
        sha256: of the archive.
        bytes: of the archive.
        dated_on: day that the source gives for it (`Last-Modified`), else of the newest file in it, else the
            day on which it was fetched.
        others: files in the archive that nobody reads.
    """

    documents: Path
    types: Path
    sha256: str
    bytes: int
    dated_on: date
    others: tuple[str, ...] = ()


def fetch_dump(session: Session, folder: Path) -> Dump:
    """Fetch the dump into a folder and unpack it there; an unfinished download found there is resumed.

    Raises:
        RefusedError: the archive cannot be used, is too old, or comes from where nothing is fetched.
        TransientError: the source does not answer, or gives no whole archive; another day may help.
    """
    limits = session.remote.limits
    wanted = Wanted(session.remote.dump_url, "the dump", limits.dump_bytes, limits.dump_seconds)
    archive = folder / ARCHIVE
    came = download(session, wanted, archive)
    unpacked = unpack(archive, folder, limits)
    today = datetime.now(UTC).date()
    dated_on = _day_of(came.last_modified) or unpacked.newest_on or today
    _refuse_late((today - dated_on).days, session.remote.late_days)
    return Dump(
        documents=unpacked.files[DOCUMENTS],
        types=unpacked.files[TYPES],
        sha256=came.sha256,
        bytes=came.bytes,
        dated_on=dated_on,
        others=unpacked.others,
    )


def _refuse_late(days: int, late_days: int) -> None:
    if late_days and days > late_days:
        raise RefusedError(
            f"The dump has not been renewed for {days} days: the source is late. If that is right, raise "
            f"GEORISQUES_LATE_DAYS ({late_days})."
        )


def _day_of(header: str | None) -> date | None:
    if header is None:
        return None
    try:
        return parsedate_to_datetime(header).date()
    except ValueError:
        return None
