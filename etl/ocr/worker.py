"""The process that touches documents: `python -m etl.ocr.worker`, started and stopped by `etl.ocr.pool`.

Requests and answers are lines of JSON on the standard input and output. Whatever a document makes of this
process (a crash, a loop, too much memory), only the page under way is lost.
"""

import json
import os
import queue
import resource
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from etl.ocr.assembly import AssemblyError, write_searchable
from etl.ocr.file_check import Refusal
from etl.ocr.limits import MEGABYTE, Limits
from etl.ocr.models import FONT, has_tesserocr
from etl.ocr.opening import open_document
from etl.ocr.page_reader import PageReader
from etl.ocr.plain_text import write_text
from etl.ocr.reading import Engine
from etl.ocr.work_folder import WorkFolder

Answer = dict[str, Any]
# What the libraries' own code takes: it is memory of the process, but not bounded by RLIMIT_DATA.
LIBRARIES = 64 * MEGABYTE


class Worker:
    """Answers requests one after another."""

    def __init__(self, models: Path, limits: Limits) -> None:
        self._models = models
        self._limits = limits
        self._reader = PageReader(load_engine(models), limits)

    def answer(self, request: dict[str, Any]) -> Answer:
        """Return the answer to a request; trouble with the disk is an answer too."""
        try:
            return self._handler(request.pop("task"))(**request)
        except OSError as error:
            return {"trouble": f"{error.strerror or error}"}
        except MemoryError:
            return {"memory": True}

    def _handler(self, task: str) -> Callable[..., Answer]:
        handlers: dict[str, Callable[..., Answer]]
        handlers = {"open": self._open, "read": self._read, "assemble": self._assemble}
        return handlers[task]

    def _open(self, source: str, folder: str) -> Answer:
        opened = open_document(Path(source), Path(folder), self._limits.pages)
        if isinstance(opened, Refusal):
            return {"failure": opened.failure.value, "reason": opened.reason}
        return {"path": str(opened.path), "pages": opened.pages}

    def _read(self, path: str, page: int, renderer: str, keep: str) -> Answer:
        kept = self._reader.read(Path(path), page, "poppler" if renderer == "poppler" else "pdfium")
        kept.save(Path(keep))
        return {"outcome": kept.outcome.to_dict(), "pixels": kept.pixels}

    def _assemble(self, path: str, folder: str, pages: int, pdf: str, text: str) -> Answer:
        self._reader.close()
        work = WorkFolder(Path(folder))
        write_text(work, pages, Path(text))
        try:
            write_searchable(Path(path), work, pages, Path(pdf), (self._models / FONT).read_bytes())
        except AssemblyError as error:
            return {"reason": str(error)}
        return {}


def load_engine(models: Path) -> Engine:
    """Return the engine of this machine; imports are here because either may be missing."""
    if has_tesserocr():
        from etl.ocr.tesserocr_engine import TesserocrEngine  # noqa: PLC0415

        return TesserocrEngine(models)
    from etl.ocr.tesseract_program import TesseractProgram  # noqa: PLC0415

    return TesseractProgram(models)


def bound_process(limits: Limits) -> None:
    """Bound what this process and its children may take: memory, file size, no core dumps."""
    _lower(resource.RLIMIT_DATA, limits.memory_bytes - LIBRARIES)
    _lower(resource.RLIMIT_FSIZE, 4 * limits.file_bytes)
    _lower(resource.RLIMIT_CORE, 0)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _lower(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (bound, bound))


def _listen(requests: queue.Queue[str], source: TextIO) -> None:
    """Pass the requests on; when nobody is left to ask, end this process and its children at once."""
    for line in source:
        requests.put(line)
    os.killpg(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Serve until the standard input closes; the first line brings the folder of models and the limits."""
    if os.getpgrp() != os.getpid():
        sys.exit("This process is started by `python -m etl ocr`, in a group of its own.")
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    hello = json.loads(sys.stdin.readline())
    limits = Limits.from_dict(hello["limits"])
    bound_process(limits)
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(requests, sys.stdin), daemon=True).start()
    worker = Worker(Path(hello["models"]), limits)
    while True:
        answer = worker.answer(json.loads(requests.get()))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
