"""Batches: as many orders as one task reads, bounded by number and, where it is known, by size."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

MOST_DOCUMENTS = 20
MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of a run; its name is what people see in Airflow.

    Attributes:
        number: from 1.
        total: how many batches the run has.
        ids: of the orders.
        began_at: when the run began; what was tried since then has been done.
        anew: whether even bytes that the engine has read before are read.
    """

    number: int
    total: int
    ids: tuple[str, ...]
    began_at: datetime
    anew: bool = False

    @property
    def name(self) -> str:
        """Return, for instance, « lot 3 sur 12, 20 arrêtés »."""
        plural = "s" if len(self.ids) > 1 else ""
        return f"lot {self.number} sur {self.total}, {len(self.ids)} arrêté{plural}"

    def to_values(self) -> dict[str, Any]:
        """Return the batch as JSON values."""
        return {**asdict(self), "ids": list(self.ids), "began_at": self.began_at.isoformat()}

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Build a batch from what `to_values` gave."""
        began_at = datetime.fromisoformat(values["began_at"])
        return cls(values["number"], values["total"], tuple(values["ids"]), began_at, values["anew"])


def split(
    ids: Sequence[str], sizes: Mapping[str, int], began_at: datetime, *, anew: bool = False
) -> list[Batch]:
    """Return the batches of a run, in its order; one document larger than the bound has a batch of its own.

    Args:
        ids: the orders to read.
        sizes: bytes, of those read before.
        began_at: as in `Batch`.
        anew: as in `Batch`.
    """
    groups: list[list[str]] = []
    weight = 0
    for known in ids:
        own = sizes.get(known, 0)
        if not groups or len(groups[-1]) >= MOST_DOCUMENTS or weight + own > MOST_BYTES:
            groups.append([])
            weight = 0
        groups[-1].append(known)
        weight += own
    return [
        Batch(number, len(groups), tuple(group), began_at, anew) for number, group in enumerate(groups, 1)
    ]
