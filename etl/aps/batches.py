"""Batches: as many orders as one task reads, bounded by number and, where it is known, by size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

MOST_DOCUMENTS = 20
MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of a run; its name is what people see in Airflow."""

    number: int
    total: int
    ids: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return, for instance, « lot 3 sur 12, 20 arrêtés »."""
        plural = "s" if len(self.ids) > 1 else ""
        return f"lot {self.number} sur {self.total}, {len(self.ids)} arrêté{plural}"

    def to_values(self) -> dict[str, Any]:
        """Return the batch as JSON values."""
        return {"number": self.number, "total": self.total, "ids": list(self.ids)}

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Build a batch from what `to_values` gave."""
        return cls(values["number"], values["total"], tuple(values["ids"]))


def split(
    ids: Sequence[str],
    sizes: Mapping[str, int],
    *,
    documents: int = MOST_DOCUMENTS,
    size: int = MOST_BYTES,
) -> list[Batch]:
    """Return the batches of a run, in its order; one document larger than the bound has a batch of its own.

    Args:
        ids: the orders to read.
        sizes: bytes, of those read before.
        documents: most documents of a batch.
        size: most bytes of a batch, as far as they are known.
    """
    groups: list[list[str]] = []
    weight = 0
    for known in ids:
        own = sizes.get(known, 0)
        if not groups or len(groups[-1]) >= documents or weight + own > size:
            groups.append([])
            weight = 0
        groups[-1].append(known)
        weight += own
    return [Batch(number, len(groups), tuple(group)) for number, group in enumerate(groups, 1)]
