"""What a person sees of a set-up or a run: one line per step with its seconds, details in a log file.

Standard library only: the set-up runs before any package is installed.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TAIL_LINES = 15
TAIL_BYTES = 16_384


class LaunchError(Exception):
    """Something the set-up or the run cannot go on without; its text is one sentence for the person."""


class Details:
    """The log file of the details, shown in part when something fails."""

    def __init__(self, path: Path) -> None:
        """Start the file anew; its folder is made."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
        self.path = path

    def say(self, text: str) -> None:
        """Add one line."""
        with self.path.open("a", encoding="utf-8") as handle:
            handle.write(f"{text}\n")


def read_tail(path: Path) -> str:
    """Return the last lines of a log, indented to stand under a sentence; empty where there is none."""
    if not path.exists():
        return ""
    with path.open("rb") as handle:
        handle.seek(max(0, path.stat().st_size - TAIL_BYTES))
        text = handle.read().decode("utf-8", errors="replace")
    return "\n".join(f"    {line}" for line in text.splitlines()[-TAIL_LINES:])


@contextmanager
def progress(title: str) -> Iterator[None]:
    """Print a step as it begins and its seconds when it has ended; one that fails or is stopped says so."""
    print(f"  {title} … ", end="", flush=True)
    begun = time.monotonic()
    try:
        yield
    except Exception:
        print("failed", flush=True)
        raise
    except BaseException:
        print("stopped", flush=True)
        raise
    print(f"{time.monotonic() - begun:.1f} s", flush=True)
