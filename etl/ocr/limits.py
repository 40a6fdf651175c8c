"""How much one page, one document and one process may take before they are given up."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

MEGABYTE = 1024 * 1024
CONTAINER_SHARE = Path("/sys/fs/cgroup/cpu.max")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that no input can push: past them a page is empty with a reason, or a document has a failure.

    The largest of the known orders weighs 199 MB; A4 at 200 dpi is 3.9 megapixels, A0 is 62. `page_pixels`
    bounds what is drawn of a page, `picture_pixels` a picture that lies on it (A0 at 400 dpi: 250 million).
    """

    file_bytes: int = 300 * MEGABYTE
    pages: int = 5_000
    page_seconds: float = 90.0
    document_seconds: float = 5_400.0
    page_pixels: int = 16_000_000
    picture_pixels: int = 400_000_000
    document_pixels: int = 20_000_000_000
    memory_bytes: int = 640 * MEGABYTE
    inspection_seconds: float = 60.0
    assembly_seconds: float = 300.0

    def to_dict(self) -> dict[str, float]:
        """Return the limits as plain numbers, for the process that reads the pages."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, float]) -> Self:
        """Build limits from what `to_dict` gave."""
        return cls(**values)  # type: ignore[arg-type]  # the same numbers, back from JSON


def usable_cores(share: Path = CONTAINER_SHARE) -> int:
    """Return how many cores this process may use: the default number of reading processes.

    A container is often given the time of fewer cores than its machine has (`cpu.max` of its control group).
    """
    has_affinity = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    try:
        quota, period = share.read_text(encoding="ascii").split()
        granted = cores if quota == "max" else int(quota) // int(period)
    except (OSError, ValueError):
        return cores
    return max(1, min(cores, granted))
