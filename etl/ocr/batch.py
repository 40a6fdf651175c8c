"""A batch of documents: the pages of all in one queue, as many processes as there are cores."""

import hashlib
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from etl.errors import RefusedError
from etl.ocr.document import Document
from etl.ocr.file_check import refuse_file
from etl.ocr.limits import Limits, usable_cores
from etl.ocr.models import engine_name
from etl.ocr.outcomes import DocumentOutcome, Failure, failed
from etl.ocr.outputs import Outputs, finished_documents
from etl.ocr.pool import Pool, Reply, Request
from etl.ocr.work_folder import WorkFolder


@dataclass(frozen=True, slots=True)
class Job:
    """A document to read and the folder and name its files get."""

    source: Path
    folder: Path
    name: str


@dataclass(frozen=True, slots=True)
class Options:
    """How to read: the models, where unfinished documents keep their pages, processes, limits."""

    models: Path
    work: Path
    processes: int = field(default_factory=usable_cores)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Result:
    """How a job ended; `is_reused` where the same bytes had been read by the same engine before."""

    job: Job
    outcome: DocumentOutcome
    is_reused: bool = False


def read_documents(jobs: Sequence[Job], options: Options) -> Iterator[Result]:
    """Read documents and yield each job's result as it ends, its files then in place.

    No document stops the others. Leaving the iterator early ends the processes; finished pages stay in the
    work folder, and the next call takes them up.

    Raises:
        RefusedError: two jobs would write the same files.
        EngineMissingError: there is no engine on this machine.
        OSError: an output folder or the work folder cannot be written.
    """
    _refuse_twins(jobs)
    with Pool(options.processes, options.models, options.limits) as pool:
        yield from _Batch(jobs, options, pool).run()


def _refuse_twins(jobs: Sequence[Job]) -> None:
    counts = Counter(job.folder / job.name for job in jobs)
    twins = [str(place) for place, count in counts.items() if count > 1]
    if twins:
        raise RefusedError(f"Several documents would be written to {twins[0]}.pdf. Give each its own name.")


class _Batch:
    """What is not begun yet, what waits for a process, what waits for the caller."""

    def __init__(self, jobs: Sequence[Job], options: Options, pool: Pool) -> None:
        self._options = options
        self._pool = pool
        self._engine = engine_name(options.models)
        self._waiting = deque(jobs)
        self._urgent: deque[Request] = deque()
        self._pages: deque[Request] = deque()
        self._results: deque[Result] = deque()
        self._reading: dict[str, tuple[Document, list[Job]]] = {}
        self._finished = finished_documents({job.folder for job in jobs}, self._engine)

    def run(self) -> Iterator[Result]:
        """Yield results until every job has one."""
        try:
            while self._waiting or self._reading or self._results:
                while self._results:
                    yield self._results.popleft()
                self._feed()
                for reply in self._pool.wait():
                    self._take(reply)
        finally:
            for document, _ in self._reading.values():
                document.outputs.discard_parts()

    def _feed(self) -> None:
        """Give every process something to do; open the next document before the pages run out."""
        while self._pool.has_room:
            if self._urgent:
                self._pool.ask(self._urgent.popleft())
            elif self._waiting and len(self._pages) < 2 * self._options.processes:
                self._begin(self._waiting.popleft())
            elif self._pages:
                self._ask_page(self._pages.popleft())
            else:
                return

    def _ask_page(self, request: Request) -> None:
        document = self._document(request)
        if document is None:
            return
        if document.is_exhausted:
            self._queue(document, document.give_up(request.message["page"]))
        else:
            self._pool.ask(request)

    def _document(self, request: Request) -> Document | None:
        """Return the document of a request, or None where it has ended meanwhile."""
        found = self._reading.get(request.subject)
        return found[0] if found else None

    def _begin(self, job: Job) -> None:
        """Settle a job that needs no reading; make a document of one that does."""
        refusal = refuse_file(job.source, self._options.limits.file_bytes)
        if refusal is not None:
            self._settle(job, failed(refusal.failure, refusal.reason, None, self._engine))
            return
        try:
            with job.source.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            reason = f"The file {job.source.name} cannot be read ({error.strerror or error})."
            self._settle(job, failed(Failure.UNREADABLE, reason, None, self._engine))
            return
        if sha256 in self._reading:
            self._reading[sha256][1].append(job)
        elif not self._reuse(job, sha256):
            self._open(job, sha256)

    def _reuse(self, job: Job, sha256: str) -> bool:
        """Take over what is known of the same bytes; return whether there was something."""
        own = Outputs(job.folder, job.name)
        for known in (own, self._finished.get(sha256)):
            outcome = known.valid_outcome(sha256, self._engine) if known else None
            if known is not None and outcome is not None:
                if known != own:
                    own.copy_from(known, outcome)
                self._results.append(Result(job, outcome, is_reused=True))
                return True
        return False

    def _open(self, job: Job, sha256: str) -> None:
        folder = WorkFolder.of(self._options.work, sha256, self._engine)
        folder.create()
        job.folder.mkdir(parents=True, exist_ok=True)
        outputs = Outputs(job.folder, job.name)
        document = Document(job.source, outputs, folder, sha256, self._engine, self._options.limits)
        self._reading[sha256] = (document, [job])
        self._queue(document, document.begin())

    def _take(self, reply: Reply) -> None:
        document = self._document(reply.request)
        if document is not None:
            self._queue(document, document.take(reply))

    def _queue(self, document: Document, requests: list[Request]) -> None:
        """Queue what a document asks for, pages in turn, the rest at once; close it when it has ended."""
        for request in requests:
            (self._pages if request.message["task"] == "read" else self._urgent).append(request)
        if document.outcome is not None:
            self._close(document, document.outcome)

    def _close(self, document: Document, outcome: DocumentOutcome) -> None:
        _, jobs = self._reading.pop(document.sha256)
        document.outputs.publish(outcome)
        self._finished[document.sha256] = document.outputs
        for job in jobs:
            outputs = Outputs(job.folder, job.name)
            if outputs != document.outputs:
                outputs.copy_from(document.outputs, outcome)
            self._results.append(Result(job, outcome))
        document.folder.remove()

    def _settle(self, job: Job, outcome: DocumentOutcome) -> None:
        job.folder.mkdir(parents=True, exist_ok=True)
        Outputs(job.folder, job.name).publish(outcome)
        self._results.append(Result(job, outcome))
