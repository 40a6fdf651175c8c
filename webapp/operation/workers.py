"""Counting over all workers of gunicorn: each writes a file of its own, and who is asked adds them up.

A file belongs to a slot, not to a process: the worker that follows another in its slot counts on. Files named
by process, as prometheus-client does by default, would grow in number with every worker that is renewed.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Protocol

import psutil
from prometheus_client import multiprocess, values

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
MASTER = "master"
SLOT = "slot"

# The slot of this process; gunicorn's hooks change it after the fork.
_own = {SLOT: MASTER}


class Worker(Protocol):
    """What the hooks know of a worker: `slot` is theirs."""

    slot: str


def new_folder(run_dir: Path, pid: int) -> Path:
    """Make the folder of a master process, and remove those that dead ones left.

    Where the machine does not let us write there, it is a temporary one.
    """
    folder = run_dir / "metrics" / str(pid)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="envinorma-metrics-"))
    for other in folder.parent.iterdir():
        if other.name.isdecimal() and not psutil.pid_exists(int(other.name)):
            shutil.rmtree(other, ignore_errors=True)
    return folder


def count_over_workers() -> None:
    """Let every metric made from now on count over the workers, in the folder of PROMETHEUS_MULTIPROC_DIR."""
    values.ValueClass = values.MultiProcessValue(own_slot)  # type: ignore[no-untyped-call]  # it has no types


def are_counted_together() -> bool:
    """Tell whether what this process counts is added to what others count."""
    return bool(getattr(values.ValueClass, "_multiprocess", False))


def own_slot() -> str:
    """Return the slot of this process."""
    return _own[SLOT]


def take_slot(worker: Worker, others: list[Worker]) -> None:
    """Give a worker that is about to start the first slot that none of the others has."""
    taken = {getattr(other, SLOT, "") for other in others}
    free = (str(number) for number in range(1, len(taken) + 2))
    worker.slot = next(slot for slot in free if slot not in taken)


def enter_slot(worker: Worker) -> None:
    """Count in the slot of this worker from now on: called in its process."""
    _own[SLOT] = worker.slot


def leave_slot(worker: Worker) -> None:
    """Forget what a worker that has ended held at this moment; what it has counted stays."""
    multiprocess.mark_process_dead(worker.slot)  # type: ignore[no-untyped-call]  # it has no types
