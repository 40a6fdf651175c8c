"""What a sync of prefectoral orders would change, and whether a person must say yes first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from etl.approval import MAX_SHARE_DISAPPEARING
from etl.sync.comparison import StepComparison, TableChanges


@dataclass(frozen=True, slots=True, kw_only=True)
class ApComparison(StepComparison):
    """A list of orders beside those in service; the share is the larger one, of orders or of texts.

    `texts` counts the orders with pages and, as deleted, those that would stay in service without any.
    """

    TABLES: ClassVar[tuple[str, ...]] = ("aps", "texts")

    aps: TableChanges
    texts: TableChanges

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
    return ApComparison(
        dataset=dataset,
        files=files,
        aps=aps,
        texts=texts,
        share_disappearing=share,
        needs_approval=share > MAX_SHARE_DISAPPEARING,
        disappearing=disappearing,
    )


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
