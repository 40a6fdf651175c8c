"""What a sync of prefectoral orders would change, and whether a person must say yes first."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from etl.sync.comparison import MAX_SHARE_DISAPPEARING, TableChanges


@dataclass(frozen=True, slots=True)
class ApComparison:
    """A list of orders beside those in service; `to_values` is JSON, and `from_values` reads it back.

    `texts` counts the orders with pages and, as deleted, those that would stay in service without any;
    `disappearing` names the first orders that would be withdrawn.
    """

    dataset: str
    files: Mapping[str, str]
    aps: TableChanges
    texts: TableChanges
    share_disappearing: float
    needs_approval: bool
    disappearing: list[dict[str, str]]

    def to_values(self) -> dict[str, Any]:
        """Return the comparison as values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_values` gave."""
        return cls(**{**values, **{name: TableChanges(**values[name]) for name in ("aps", "texts")}})

    def sentence(self) -> str:
        """Return what would disappear, for the person who decides."""
        return (
            f"{self.aps.disappearing:,} of {self.aps.before:,} prefectoral orders "
            f"({self.aps.share_disappearing:.1%}) would disappear and {self.texts.disappearing:,} of "
            f"{self.texts.before:,} would lose their text ({self.texts.share_disappearing:.1%}); more than "
            f"{MAX_SHARE_DISAPPEARING:.0%} needs an approval. Nothing was changed."
        )


def compared(
    dataset: str, files: Mapping[str, str], counts: Mapping[str, int], disappearing: list[dict[str, str]]
) -> ApComparison:
    """Return the comparison that the counts of `sql/sync/aps/compare.sql` make."""
    aps, texts = _order_changes(counts), _text_changes(counts)
    share = max(aps.share_disappearing, texts.share_disappearing)
    return ApComparison(dataset, files, aps, texts, share, share > MAX_SHARE_DISAPPEARING, disappearing)


def page_changes(counts: Mapping[str, int]) -> TableChanges:
    """Return what becomes of the pages of the orders that stay or come."""
    before, created, updated, deleted = (
        counts[f"pages_{kind}"] for kind in ("before", "created", "updated", "deleted")
    )
    return _changes(
        before, created=created, updated=updated, deleted=deleted, unchanged=before - deleted - updated
    )


def _order_changes(counts: Mapping[str, int]) -> TableChanges:
    created, updated, returned, withdrawn = (
        counts[f"orders_{kind}"] for kind in ("created", "updated", "returned", "withdrawn")
    )
    unchanged = counts["orders_staged"] - created - updated - returned
    return _changes(
        counts["orders_before"],
        created=created,
        updated=updated,
        returned=returned,
        withdrawn=withdrawn,
        unchanged=unchanged,
    )


def _text_changes(counts: Mapping[str, int]) -> TableChanges:
    before, lost = counts["texts_before"], counts["texts_lost"]
    return _changes(before, deleted=lost, unchanged=before - lost)


def _changes(before: int, **counts: int) -> TableChanges:
    nothing = dict.fromkeys(("created", "updated", "returned", "withdrawn", "deleted", "unchanged"), 0)
    return TableChanges(before=before, **nothing | counts)
