"""Ctrl-C and the signals like it: they leave the run by an exception, once, and never in mid-start."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Someone asked the run to stop; not an error."""


class Stopping:
    """Turns the first stop signal into `StopRequested`; later ones change nothing."""

    def __init__(self) -> None:
        self.is_requested = False
        self._is_held = False

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Heed the signals inside the block, and put back what was there before.

        A signal that the shell had us ignore (`nohup`) stays ignored.
        """
        before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
        heeded = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
        for number in heeded:
            signal.signal(number, self._receive)
        try:
            yield
        finally:
            for number in heeded:
                signal.signal(number, before[number])

    @contextmanager
    def held(self) -> Iterator[None]:
        """Put a stop off to the end of the block: starting and stopping programs is not left half done."""
        was_requested, self._is_held = self.is_requested, True
        try:
            yield
        finally:
            self._is_held = False
            if self.is_requested and not was_requested:
                raise StopRequested

    def _receive(self, _number: int, _frame: FrameType | None) -> None:
        if self.is_requested:
            return
        self.is_requested = True
        if not self._is_held:
            raise StopRequested
