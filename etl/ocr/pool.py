"""The reading processes: bounded in time and memory, replaced when they die.

Each is the leader of a process group of its own, so that whatever it starts ends with it.
"""

import logging
import selectors
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from etl.ocr.limits import Limits
from etl.ocr.process import Death, ReadingProcess

logger = logging.getLogger(__name__)

# How often time and memory are looked at while the processes work.
PULSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Request:
    """What a process is asked (`message`), on behalf of which document, and the seconds it may take."""

    subject: str
    message: dict[str, Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request: an answer, or the death of the process that worked on it."""

    request: Request
    answer: dict[str, Any] | None
    death: Death | None = None


class Pool:
    """So many reading processes. Use as a context manager: leaving it ends them."""

    def __init__(self, size: int, models: Path, limits: Limits) -> None:
        self._size = size
        self._models = models
        self._limits = limits
        self._processes: list[ReadingProcess] = []
        self._at_work: dict[ReadingProcess, Request] = {}
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> Self:
        # They take their time to come up, and come up together while the first document is looked at.
        for _ in range(self._size):
            self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()
        self._selector.close()

    @property
    def has_room(self) -> bool:
        """Whether another request can be taken now."""
        return len(self._at_work) < self._size

    @property
    def is_working(self) -> bool:
        """Whether a reply is to be waited for."""
        return bool(self._at_work)

    def ask(self, request: Request) -> None:
        """Hand a request to an idle process, starting one in the place of one that died."""
        idle = [process for process in self._processes if process not in self._at_work]
        process = idle[0] if idle else self._start()
        self._at_work[process] = request
        process.ask(request.message, request.seconds)

    def wait(self) -> list[Reply]:
        """Return the replies that have come, waiting for the first; every request gets exactly one."""
        while self._at_work:
            ready = [key.data for key, _ in self._selector.select(PULSE_SECONDS)]
            replies = [self._collect(process) for process in ready if process.has_answer()]
            replies += [self._bury(process, death) for process, death in self._overdue()]
            if replies:
                return replies
        return []

    def _start(self) -> ReadingProcess:
        process = ReadingProcess(self._models, self._limits)
        self._processes.append(process)
        self._selector.register(process.output, selectors.EVENT_READ, process)
        return process

    def _collect(self, process: ReadingProcess) -> Reply:
        answer = process.take_answer()
        if answer is None:
            return self._bury(process, Death.CRASH)
        return Reply(self._at_work.pop(process), answer)

    def _overdue(self) -> list[tuple[ReadingProcess, Death]]:
        """Return the processes past a limit, and which."""
        now = time.monotonic()
        found = []
        for process in self._at_work:
            death = process.trespass(now)
            if death is not None:
                found.append((process, death))
        return found

    def _bury(self, process: ReadingProcess, death: Death) -> Reply:
        self._selector.unregister(process.output)
        self._processes.remove(process)
        last_words = process.kill()
        logger.warning("A reading process ended (%s)%s", death.value, f": {last_words}" if last_words else "")
        return Reply(self._at_work.pop(process), None, death)
