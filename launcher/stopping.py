"""Ctrl-C and the signals like it: they leave the run by an exception, once, and never in mid-start."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from launcher.parent import ParentMake

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Someone asked the run to stop; not an error."""


def is_kept_away(number: signal.Signals) -> bool:
    """Tell whether someone wanted the run to go on without a terminal."""
    return number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN


class Stopping:
    """Turns the first stop signal into `StopRequested`.

    Attributes:
        is_over: the run is ending, for whatever reason: signals change nothing any more.
    """

    def __init__(self) -> None:
        self.is_over = False
        self._is_requested = False
        self._is_held = False
        self._parent = ParentMake()

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Heed the signals inside the block, and put back what was there before.

        The end of the terminal stays ignored where it was (`nohup`); an interrupt is heeded even where a
        shell had us ignore it, as it does for what it runs in the background.
        """
        before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
        heeded = [number for number in before if not is_kept_away(number)]
        for number in heeded:
            signal.signal(number, self._receive)
        try:
            yield
        finally:
            for number in heeded:
                signal.signal(number, before[number])

    @contextmanager
    def held(self) -> Iterator[None]:
        """Put a stop off to the end of the block: what is being started must be written down first."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
            if self._is_requested and not self.is_over:
                self._stop()

    def heed_parent(self) -> None:
        """Stop where the make above us has ended or is about to."""
        if self._parent.has_ended() and not self.is_over:
            self._stop()

    def _receive(self, _number: int, _frame: FrameType | None) -> None:
        self._is_requested = True
        if not (self._is_held or self.is_over):
            self._stop()

    def _stop(self) -> None:
        self.is_over = True
        raise StopRequested
