"""What reading the national backlog costs on so many cores: the formulas of docs/scale.md."""

from dataclasses import dataclass

DOCUMENTS = 79_302
GIGABYTES = 150
DOCUMENTS_PER_BATCH = 20
CORES_PER_MACHINE = 4
MEGABITS_PER_MACHINE = 100
CORES = (1, 10, 100)


@dataclass(frozen=True)
class Measured:
    """What was measured on this machine.

    Attributes:
        core_seconds_per_page: of one process of the engine, drawing and laying of the text included.
        pages_per_document: of the orders at hand.
        seconds_per_document: beside the pages: fetching from near, opening, putting into the bucket.
        seconds_per_batch: of Airflow, to start and end the task of a batch.
    """

    core_seconds_per_page: float
    pages_per_document: float
    seconds_per_document: float
    seconds_per_batch: float

    @property
    def pages(self) -> float:
        """Pages of the backlog, if its documents are as long as those at hand."""
        return DOCUMENTS * self.pages_per_document


def core_hours(measured: Measured) -> float:
    """Return the hours of one core that reading all pages takes."""
    return measured.pages * measured.core_seconds_per_page / 3600


def hours(measured: Measured, cores: int) -> float:
    """Return the hours of the clock on so many cores, in machines of four at 100 Mbit/s each.

    Pages are divided among the cores; the rest of a document and of a batch, and the download, among the
    machines, one after the other on each.
    """
    machines = max(1.0, cores / CORES_PER_MACHINE)
    reading = measured.pages * measured.core_seconds_per_page / cores
    documents = DOCUMENTS * measured.seconds_per_document / machines
    batches = DOCUMENTS / DOCUMENTS_PER_BATCH * measured.seconds_per_batch / machines
    download = GIGABYTES * 8000 / MEGABITS_PER_MACHINE / machines
    return (reading + documents + batches + download) / 3600


def told(measured: Measured) -> str:
    """Return the cost in one line."""
    costs = ", ".join(f"{cores} cores {readable(hours(measured, cores))}" for cores in CORES)
    return f"national backlog, {measured.pages / 1000:,.0f} thousand pages: {costs}"


def readable(length: float) -> str:
    """Return hours as days where they are many."""
    return f"{length / 24:.1f} days" if length >= 48 else f"{length:.1f} h"
