"""Measuring a piece of work in a warm process: seconds, peak memory, and the row that a benchmark gives."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

STATUS = Path("/proc/self/status")
# Writing 5 here makes the kernel forget the highest memory seen so far (proc(5)).
FORGET_PEAK = Path("/proc/self/clear_refs")
KILOBYTE = 1024
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Cost:
    """What a piece of work cost: seconds of the clock, and the highest memory of the process in megabytes."""

    seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        name: the work and its size, such as "① transform, 100,000 establishments".
        cost: ours.
        limit: what the limit is, such as "reading and writing the files with pyarrow, nothing else".
        limit_seconds: the limit, measured in the same process and run.
        bound: how many times the limit is allowed; None where there is no bound.
        original_seconds: what the original system took, as published; None where it was not measured.
        note: anything else that a reader should know.
    """

    name: str
    cost: Cost
    limit: str
    limit_seconds: float
    bound: float | None = None
    original_seconds: float | None = None
    note: str = ""

    @property
    def ratio_to_limit(self) -> float:
        """How many times the limit ours takes."""
        return self.cost.seconds / self.limit_seconds

    @property
    def times_faster(self) -> float | None:
        """How many times faster than the original ours is."""
        return self.original_seconds / self.cost.seconds if self.original_seconds else None


def measure(work: Callable[[], object], *, repeats: int = 1, warm: bool = False) -> Cost:
    """Return the cost of the fastest of some repeats; `warm` does the work once before, unmeasured."""
    if warm:
        work()
    costs = [measure_once(work) for _ in range(repeats)]
    return Cost(min(cost.seconds for cost in costs), max(cost.peak_mb for cost in costs))


def measure_once(work: Callable[[], object]) -> Cost:
    """Return the cost of doing the work once."""
    FORGET_PEAK.write_text("5", encoding="ascii")
    begun = time.perf_counter()
    work()
    seconds = time.perf_counter() - begun
    return Cost(seconds, peak_mb())


def peak_mb() -> float:
    """Return the highest memory of this process since it was last forgotten, in megabytes."""
    line = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * KILOBYTE / MEGABYTE
