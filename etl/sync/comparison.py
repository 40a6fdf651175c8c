"""What a sync would change, and whether a person must say yes first."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (the driver names its class in lower case)

from etl.approval import MAX_SHARE_DISAPPEARING
from etl.database import read_statement
from etl.errors import RefusedError
from etl.sync.inputs import IcpeFiles

EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class TableChanges:
    """Rows of one table by what happens to them; `before` counts those in service until now.

    `withdrawn` rows leave the service and stay in the table; `returned` ones were withdrawn and come back.
    """

    before: int
    created: int
    updated: int
    returned: int
    withdrawn: int
    deleted: int
    unchanged: int

    @property
    def is_changed(self) -> bool:
        """Tell whether any row would be written."""
        return bool(self.created or self.updated or self.returned or self.disappearing)

    @property
    def disappearing(self) -> int:
        """Return how many rows leave the service."""
        return self.withdrawn + self.deleted

    @property
    def share_disappearing(self) -> float:
        """Return the part of the rows in service that leave it, 0 to 1."""
        return self.disappearing / self.before if self.before else 0.0

    def sentence(self) -> str:
        """Return the counts in words: what happened to some rows, then how many stayed as they were."""
        kinds = ("created", "updated", "returned", "withdrawn", "deleted")
        counts = {kind: getattr(self, kind) for kind in kinds}
        said = [f"{count:,} {kind}" for kind, count in counts.items() if count]
        return ", ".join([*said, f"{self.unchanged:,} unchanged"])


@dataclass(frozen=True, slots=True, kw_only=True)
class StepComparison(ABC):
    """What a step compares before it writes: files beside what is in service.

    `files` gives the checksums by name: an approval holds for them. `disappearing` names the first things
    that would be withdrawn. `TABLES` are the fields that count the changes of a table each.
    """

    TABLES: ClassVar[tuple[str, ...]]

    dataset: str
    files: Mapping[str, str]
    share_disappearing: float
    needs_approval: bool
    disappearing: list[dict[str, str]]

    def to_values(self) -> dict[str, Any]:
        """Return the comparison as values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_values` gave."""
        return cls(**{**values, **{name: TableChanges(**values[name]) for name in cls.TABLES}})

    @abstractmethod
    def sentence(self) -> str:
        """Return what would disappear, for the person who decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(StepComparison):
    """Files of installations and classements; the share is that of the installations to be withdrawn."""

    TABLES: ClassVar[tuple[str, ...]] = ("installations", "classements")

    installations: TableChanges
    classements: TableChanges

    def sentence(self) -> str:
        """Return what would disappear, for the person who decides."""
        sites, lines = self.installations, self.classements
        return (
            f"{sites.disappearing:,} of {sites.before:,} installations ({sites.share_disappearing:.1%}) and "
            f"{lines.disappearing:,} of {lines.before:,} classement lines ({lines.share_disappearing:.1%}) "
            f"would disappear; more than {MAX_SHARE_DISAPPEARING:.0%} needs an approval. Nothing was changed."
        )


class ApprovalNeeded(RefusedError):  # noqa: N818  (it asks for a decision, nothing went wrong)
    """Too much would disappear, and nobody approved it for these very files."""

    def __init__(self, comparison: StepComparison) -> None:
        super().__init__(comparison.sentence())
        self.comparison = comparison


def compare_staged(cursor: Cursor, files: IcpeFiles, rows: Mapping[str, int]) -> Comparison:
    """Compare the staged tables with what is in service; what would change stays in temporary tables."""
    cursor.execute(read_statement("sync/compare_installations.sql"))
    cursor.execute(read_statement("sync/compare_classements.sql"))
    cursor.execute("ANALYZE installation_changes (change), classement_changes (line, change)")
    counts = _counts(cursor)
    installations = _installation_changes(counts, rows[files.installations.key])
    classements = _classement_changes(counts, rows[files.classements.key])
    shares = (installations.share_disappearing, classements.share_disappearing)
    return Comparison(
        dataset=files.dataset,
        files=files.checksums,
        installations=installations,
        classements=classements,
        share_disappearing=installations.share_disappearing,
        needs_approval=max(shares) > MAX_SHARE_DISAPPEARING,
        disappearing=_examples(cursor) if installations.withdrawn else [],
    )


def _installation_changes(counts: Mapping[str, int], staged: int) -> TableChanges:
    created, updated, returned, withdrawn = (
        counts[f"installations_{kind}"] for kind in ("created", "updated", "returned", "withdrawn")
    )
    return TableChanges(
        before=counts["installations_before"],
        created=created,
        updated=updated,
        returned=returned,
        withdrawn=withdrawn,
        deleted=0,
        unchanged=staged - created - updated - returned,
    )


def _classement_changes(counts: Mapping[str, int], staged: int) -> TableChanges:
    created, updated, deleted, withdrawn = (
        counts[f"classements_{kind}"] for kind in ("created", "updated", "deleted", "withdrawn")
    )
    return TableChanges(
        before=staged - created + deleted + withdrawn,
        created=created,
        updated=updated,
        returned=0,
        withdrawn=withdrawn,
        deleted=deleted,
        unchanged=staged - created - updated,
    )


def _counts(cursor: Cursor) -> dict[str, int]:
    cursor.execute(read_statement("sync/count_changes.sql"))
    return dict(zip([column.name for column in cursor.description or ()], cursor.fetchall()[0], strict=True))


def _examples(cursor: Cursor) -> list[dict[str, str]]:
    cursor.execute(read_statement("sync/list_disappearing.sql"), {"limit": EXAMPLES})
    return [{"s3ic_id": s3ic_id, "name": name} for s3ic_id, name in cursor.fetchall()]
