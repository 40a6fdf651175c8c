"""One document under way: what is asked of the processes for it, and what their replies make of it."""

from pathlib import Path
from typing import Any

from etl.ocr.kept_page import KeptPage, load_page
from etl.ocr.limits import Limits
from etl.ocr.outcomes import Decision, DocumentOutcome, Failure, PageOutcome, failed, summarise
from etl.ocr.outputs import Outputs
from etl.ocr.plain_text import copy_unchanged
from etl.ocr.pool import Reply, Request
from etl.ocr.process import Death
from etl.ocr.work_folder import WorkFolder

UNOPENED = {
    Death.TIME: (Failure.TOO_SLOW, "The document could not be opened within {seconds:.0f} s."),
    Death.MEMORY: (
        Failure.TOO_MUCH_MEMORY,
        "Opening the document takes more than {megabytes:.0f} MB of memory.",
    ),
    Death.CRASH: (Failure.CRASHED, "The process that opened the document ended twice without an answer."),
}
LOST_PAGE = {
    Death.TIME: "The page took longer than {seconds:.0f} s.",
    Death.MEMORY: "The page takes more than {megabytes:.0f} MB of memory.",
    Death.CRASH: "The process that read the page ended without an answer, twice.",
}


class Document:
    """A document from its opening to its outcome; `outcome` is None until it has ended.

    Each method that moves it on returns the requests to queue.
    """

    def __init__(
        self, source: Path, outputs: Outputs, folder: WorkFolder, sha256: str, engine: str, limits: Limits
    ) -> None:
        self.source = source
        self.outputs = outputs
        self.folder = folder
        self.sha256 = sha256
        self.outcome: DocumentOutcome | None = None
        self._engine = engine
        self._limits = limits
        self._path = source
        self._pages: dict[int, PageOutcome] = {}
        self._count = 0
        self._seconds = 0.0
        self._pixels = 0
        self._tried: set[int] = set()

    @property
    def is_exhausted(self) -> bool:
        """Whether the document has taken all the time or pixels a document may take, or has ended."""
        return self._seconds > self._limits.document_seconds or self._pixels > self._limits.document_pixels

    def begin(self) -> list[Request]:
        """Ask for the document to be opened."""
        message = {"task": "open", "source": str(self.source), "folder": str(self.folder.path)}
        return [Request(self.sha256, message, self._limits.inspection_seconds)]

    def take(self, reply: Reply) -> list[Request]:
        """Take a reply to one of this document's requests."""
        handlers = {"open": self._opened, "read": self._read, "assemble": self._assembled}
        answer = reply.answer or {}
        if "trouble" in answer:
            return self._fail(
                Failure.NOT_WRITTEN, f"The disk does not take the results ({answer['trouble']})."
            )
        death = Death.MEMORY if "memory" in answer else reply.death
        return handlers[reply.request.message["task"]](reply.request, answer, death)

    def give_up(self, page: int) -> list[Request]:
        """Leave a page unread: the document has had its share."""
        minutes = self._limits.document_seconds / 60
        return self._lose(
            page, f"Not read: the document had taken its {minutes:.0f} minutes, or its share of pixels.", 0
        )

    def _opened(self, request: Request, answer: dict[str, Any], death: Death | None) -> list[Request]:
        if death is Death.CRASH and 0 not in self._tried:
            self._tried.add(0)
            return [request]
        if death is not None:
            failure, sentence = UNOPENED[death]
            return self._fail(failure, self._filled(sentence, self._limits.inspection_seconds))
        if "failure" in answer:
            return self._fail(Failure(answer["failure"]), answer["reason"])
        self._path, self._count = Path(answer["path"]), answer["pages"]
        missing = [number for number in range(1, self._count + 1) if not self._recall(number)]
        return [self._page_request(number) for number in missing] or self._finish_pages()

    def _recall(self, number: int) -> bool:
        """Take up a page that an earlier run finished; return whether there is one."""
        kept = load_page(self.folder.page_path(number))
        if kept is not None:
            self._pages[number] = kept.outcome
        return kept is not None

    def _page_request(self, number: int, renderer: str = "pdfium") -> Request:
        keep = str(self.folder.page_path(number))
        message = {
            "task": "read",
            "path": str(self._path),
            "page": number,
            "renderer": renderer,
            "keep": keep,
        }
        return Request(self.sha256, message, self._limits.page_seconds)

    def _read(self, request: Request, answer: dict[str, Any], death: Death | None) -> list[Request]:
        number = int(request.message["page"])
        if death in {Death.CRASH, Death.MEMORY} and number not in self._tried:
            # Another program may get through where the first fell.
            self._tried.add(number)
            return [self._page_request(number, "poppler")]
        if death is not None:
            reason = self._filled(LOST_PAGE[death], self._limits.page_seconds)
            return self._lose(number, reason, request.seconds if death is Death.TIME else 0.0)
        self._pixels += answer["pixels"]
        return self._note(PageOutcome.from_dict(answer["outcome"]))

    def _lose(self, number: int, reason: str, seconds: float) -> list[Request]:
        outcome = PageOutcome(number, Decision.FAILED, reason, None, seconds)
        KeptPage(outcome).save(self.folder.page_path(number))
        return self._note(outcome)

    def _note(self, outcome: PageOutcome) -> list[Request]:
        self._pages[outcome.page] = outcome
        self._seconds += outcome.seconds
        return self._finish_pages()

    def _finish_pages(self) -> list[Request]:
        """Ask for the document to be put together once the last page is there."""
        if len(self._pages) < self._count:
            return []
        summary = summarise(
            [self._pages[number] for number in sorted(self._pages)], self.sha256, self._engine
        )
        if summary.failure is not None:
            self.outcome = summary
            return []
        message = {
            "task": "assemble",
            "path": str(self._path),
            "folder": str(self.folder.path),
            "pages": self._count,
            "pdf": str(self.outputs.aside(self.outputs.pdf)),
            "text": str(self.outputs.aside(self.outputs.text)),
        }
        return [Request(self.sha256, message, self._limits.assembly_seconds)]

    def _assembled(self, request: Request, answer: dict[str, Any], death: Death | None) -> list[Request]:
        del request
        note = answer.get("reason")
        if death is not None:
            note = f"The text could not be laid under the pages (the process was {death.value})"
        if note is not None:
            copy_unchanged(self.source, self.folder, self._count, self.outputs)
        pages = [self._pages[number] for number in sorted(self._pages)]
        self.outcome = summarise(pages, self.sha256, self._engine, note)
        return []

    def _fail(self, failure: Failure, reason: str) -> list[Request]:
        self.outcome = failed(failure, reason, self.sha256, self._engine)
        return []

    def _filled(self, sentence: str, seconds: float) -> str:
        return sentence.format(seconds=seconds, megabytes=self._limits.memory_bytes / 1e6)
