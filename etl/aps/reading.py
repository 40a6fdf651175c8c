"""Reads one batch: each order is fetched, read and put into the bucket, one after the other.

An order ends with its status in the bucket; a batch that is tried again leaves alone what has one from this
run. A document that cannot be fetched or read is a status. Only when the source itself does not answer does
the batch fail, after what came has been read.
"""

import logging
import shutil
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from etl.aps import made_status, shelf
from etl.aps.batches import Batch
from etl.aps.statuses import ApFailure, ApStatus, SourceFailure
from etl.aps.workplace import Workplace, workplace
from etl.errors import RefusedError, TransientError
from etl.georisques import GoneError, Session, fetch_document
from etl.ocr import Job, Limits, Options, Result, engine_name, read_documents, usable_cores
from etl.storage import AnyPath

# So many in a row that do not come are no trouble of the documents.
SILENCE = 5
ROUND_BYTES = 400_000_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reader:
    """What batches are read with.

    Attributes:
        bucket: `ap`.
        session: of the source.
        models: of the engine.
        root: where batches work on this machine.
        processes: that read at the same time.
        limits: of the engine.
    """

    bucket: AnyPath
    session: Session
    models: Path
    root: Path
    processes: int = field(default_factory=usable_cores)
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class Tally:
    """How a batch ended: orders read, failed, done before (by a killed try), pages, seconds of a core."""

    read: int = 0
    failed: int = 0
    before: int = 0
    pages: int = 0
    seconds: float = 0.0

    def to_values(self) -> dict[str, Any]:
        """Return the counts as JSON values."""
        return asdict(self)

    def note(self, status: ApStatus) -> None:
        """Count an order."""
        is_failed = made_status.has_failed(status)
        self.failed += is_failed
        self.read += not is_failed
        self.pages += 0 if is_failed else len(status.pages)
        self.seconds = round(self.seconds + status.seconds, 3)


@dataclass(frozen=True, slots=True)
class Came:
    """A document that was fetched, and what was known of its order."""

    georisques_id: str
    path: Path
    sha256: str
    previous: ApStatus | None


def read_batch(reader: Reader, batch: Batch) -> Tally:
    """Read the orders of a batch and put them into the bucket.

    Raises:
        TransientError: the source does not answer, or the bucket; what came before has been put there.
        SettingsError: the bucket cannot be used.
        EngineMissingError: there is no engine on this machine.
        OSError: the disk is full or cannot be written.
    """
    with workplace(reader.root) as place:
        return _Reading(reader, place, batch).run()


class _Reading:
    """A batch under way."""

    def __init__(self, reader: Reader, place: Workplace, batch: Batch) -> None:
        self._reader = reader
        self._place = place
        self._batch = batch
        self._engine = engine_name(reader.models)
        self._tally = Tally()
        self._timed: set[str] = set()
        self._silent: list[tuple[str, ApStatus | None, TransientError]] = []

    def run(self) -> Tally:
        for came in self._rounds():
            busy = self._read(came)
            for one in busy:
                # Another batch of this machine reads the same bytes: its result is taken when it has ended.
                self._place.hold(one.sha256)
                self._read([one])
            self._empty_files()
        if len(self._silent) >= SILENCE:
            raise TransientError(
                f"The source gave none of {len(self._silent)} documents in a row: {self._silent[-1][2]}"
            )
        self._give_up_silent()
        return self._tally

    def _rounds(self) -> Iterator[list[Came]]:
        """Fetch the documents and yield them in groups that the disk can hold."""
        came: list[Came] = []
        size = 0
        for number, known in enumerate(self._batch.ids):
            previous = shelf.usable_status(self._reader.bucket, known)
            if previous is not None and previous.tried_at >= self._batch.began_at:
                self._tally.before += 1
                continue
            one = self._fetch(known, self._place.files / f"{number:04}.pdf", previous)
            if one is not None:
                came.append(one)
                size += one.path.stat().st_size
            if size > ROUND_BYTES:
                yield came
                came, size = [], 0
            if len(self._silent) >= SILENCE:
                break
        yield came

    def _fetch(self, known: str, target: Path, previous: ApStatus | None) -> Came | None:
        try:
            fetched = fetch_document(self._reader.session, known, target)
        except GoneError as error:
            self._fail(known, previous, SourceFailure.GONE, error)
        except RefusedError as error:
            self._fail(known, previous, SourceFailure.REFUSED, error)
        except TransientError as error:
            self._silent.append((known, previous, error))
            return None
        else:
            self._give_up_silent()
            return Came(known, target, fetched.sha256, previous)
        self._give_up_silent()
        return None

    def _give_up_silent(self) -> None:
        """Count the documents that did not come as failed: the source answers, so the trouble is theirs."""
        for known, previous, error in self._silent:
            self._fail(known, previous, SourceFailure.UNREACHABLE, error)
        self._silent = []

    def _fail(self, known: str, previous: ApStatus | None, failure: ApFailure, error: Exception) -> None:
        now = datetime.now(UTC)
        self._put(made_status.without_text(known, previous, failure, str(error), now), None)

    def _read(self, came: Sequence[Came]) -> list[Came]:
        """Read documents; return those whose bytes another batch of this machine is reading."""
        held = {one.sha256 for one in came if self._place.try_to_hold(one.sha256)}
        mine = [one for one in came if one.sha256 in held and not self._reuse(one)]
        jobs = {Job(one.path, self._results, one.path.stem): one for one in mine}
        options = Options(self._reader.models, self._place.pages, self._reader.processes, self._reader.limits)
        try:
            # Closed at once: an error on this side must not leave the reading processes behind.
            reading = cast("Generator[Result]", read_documents(list(jobs), options))
            with closing(reading) as results:
                for result in results if jobs else ():
                    self._take(jobs[result.job], result)
        finally:
            for sha256 in held:
                self._place.release(sha256)
        return [one for one in came if one.sha256 not in held]

    def _reuse(self, one: Came) -> bool:
        """Take over what this engine has made of the same bytes; return whether there was something."""
        bucket = self._reader.bucket
        known = shelf.reading_of(bucket, one.sha256, self._engine)
        if known is None or (self._batch.anew and known.tried_at < self._batch.began_at):
            return False
        if known.status == "SUCCESS" and not shelf.copy_pdf(
            bucket, known, one.georisques_id, self._place.files
        ):
            return False
        self._put(made_status.same_content(one.georisques_id, one.previous, known, datetime.now(UTC)), None)
        return True

    def _take(self, one: Came, result: Result) -> None:
        outcome, now = result.outcome, datetime.now(UTC)
        if outcome.failure is not None:
            self._put(made_status.unreadable(one.georisques_id, one.previous, outcome, now), None)
            return
        pdf, text = (self._results / f"{one.path.stem}{suffix}" for suffix in (".pdf", ".txt"))
        status = made_status.with_text(one.georisques_id, one.previous, outcome, (pdf, text), now)
        if result.is_reused or one.sha256 in self._timed:
            status = status.model_copy(update={"seconds": 0.0})
        self._timed.add(one.sha256)
        self._put(status, pdf)

    def _put(self, status: ApStatus, pdf: Path | None) -> None:
        shelf.put(self._reader.bucket, status, pdf)
        self._tally.note(status)
        log.info("%s: %s. %s", status.georisques_id, status.status, status.reason)

    @property
    def _results(self) -> Path:
        return self._place.files / "results"

    def _empty_files(self) -> None:
        shutil.rmtree(self._place.files)
        self._place.files.mkdir()
