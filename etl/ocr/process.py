"""One reading process seen from outside: its pipes, its clock, its memory, its end."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import IO, Any

from etl.ocr.limits import Limits

ROOT = Path(__file__).resolve().parent.parent.parent
# One thread per process: four threads on two cores make tesseract eight times slower.
SINGLE_THREAD = {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
PASSED = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")
# A new process imports its libraries before it answers: five times what that takes on a quiet machine.
START_SECONDS = 15.0
LAST_WORDS = 300
DYING_SECONDS = 5.0


class Death(Enum):
    """Why a process did not answer."""

    TIME = "past its time"
    MEMORY = "past its memory"
    CRASH = "crashed"


class ReadingProcess:
    """A running `etl.ocr.worker`, leader of its own process group."""

    def __init__(self, models: Path, limits: Limits) -> None:
        self._limits = limits
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        # Bounded by `trespass`, which the pool asks at every pulse.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "etl.ocr.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
            cwd=ROOT,
            env=_bare_environment(),
        )
        self._deadline = 0.0
        self._allowance = START_SECONDS
        self._received = b""
        self._send({"models": str(models), "limits": limits.to_dict()})

    @property
    def output(self) -> IO[bytes]:
        """The pipe that answers come through."""
        if self._process.stdout is None:
            raise RuntimeError("The process was started without a pipe.")
        return self._process.stdout

    def ask(self, message: dict[str, Any], seconds: float) -> None:
        """Send a request and set the clock."""
        self._deadline = time.monotonic() + seconds + self._allowance
        self._allowance = 0.0
        self._send(message)

    def _send(self, message: dict[str, Any]) -> None:
        """Write a line; a process that has died is found by its silence, not here."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.write(json.dumps(message).encode() + b"\n")
                self._process.stdin.flush()

    def has_answer(self) -> bool:
        """Read what has come; return whether it is a whole answer, or the end."""
        chunk = os.read(self.output.fileno(), 1 << 16)
        self._received += chunk
        return not chunk or self._received.endswith(b"\n")

    def take_answer(self) -> dict[str, Any] | None:
        """Return the answer that `has_answer` announced, or None where the process ended instead."""
        received, self._received = self._received, b""
        return json.loads(received) if received.endswith(b"\n") else None

    def trespass(self, now: float) -> Death | None:
        """Return the limit that the process and its children are past, or None."""
        if now > self._deadline:
            return Death.TIME
        return Death.MEMORY if group_memory(self._process.pid) > self._limits.memory_bytes else None

    def kill(self) -> str:
        """End the whole group and return the last line the process wrote about itself."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=DYING_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        return self._last_words()

    def _last_words(self) -> str:
        with self._errors:
            size = self._errors.seek(0, os.SEEK_END)
            self._errors.seek(max(0, size - LAST_WORDS))
            lines = self._errors.read().decode("utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else ""


def _bare_environment() -> dict[str, str]:
    """Return the variables of a process that opens strangers' files: no password, no key, no address."""
    passed = {name: os.environ[name] for name in PASSED if name in os.environ}
    return {**passed, **SINGLE_THREAD, "PYTHONPATH": str(ROOT)}


def group_memory(pid: int) -> int:
    """Return the bytes of memory held by a process and its children; 0 where the system does not tell."""
    total = 0
    for member in [pid, *_children(pid)]:
        with suppress(OSError, ValueError, IndexError):
            total += int(Path(f"/proc/{member}/statm").read_text(encoding="ascii").split()[1])
    return total * os.sysconf("SC_PAGE_SIZE")


def _children(pid: int) -> list[int]:
    try:
        return [
            int(child)
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        ]
    except (OSError, ValueError):
        return []
