"""The `make` above a run: when it has ended, or was asked to, so should the run.

Ctrl-C in a terminal reaches make and the run alike. A signal sent to make alone does not: make passes SIGTERM
on, but on SIGINT it only waits for the run, and a killed make says nothing at all.
"""

import os
import signal
from pathlib import Path


class ParentMake:
    """The make that started this process; any other parent is none of our business."""

    def __init__(self) -> None:
        self.pid = os.getppid()
        self.is_make = read_field(self.pid, "Name") == "make"

    def has_ended(self) -> bool:
        """Tell whether make is gone, or waits for us after an interrupt (it blocks the signal meanwhile)."""
        if not self.is_make:
            return False
        blocked = int(read_field(self.pid, "SigBlk") or "0", 16)
        return os.getppid() != self.pid or bool(blocked >> (signal.SIGINT - 1) & 1)


def read_field(pid: int, name: str) -> str:
    """Return a field of the kernel's status of a process; empty where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(f"{name}:")), "")
