"""What the page of the data reads: runs of steps, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from webapp.data.catalogue import DATASETS, PUBLIC_FILES, Dataset
from webapp.data.standing import last_good_run
from webapp.data.wording import DATES, SOURCE_FILES, reason_in_words
from webapp.models import DatasetRun, db

RUNS_SHOWN = 20
TABLES = {
    "installations": "Installations",
    "classements": "Lignes de classement",
    "orders": "Arrêtés",
    "alineas": "Alinéas",
    "nomenclature": "Nomenclature",
}
CHANGES = ("created", "updated", "returned", "withdrawn", "deleted", "unchanged")


@dataclass(frozen=True, slots=True)
class Changes:
    """What the last refresh did to one table."""

    title: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows of a source file were left out, and how many."""

    file: str
    why: str
    rows: int


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file to download; bytes and rows as the step that wrote it counted them."""

    name: str
    title: str
    size: int | None
    rows: int | None


@dataclass(frozen=True, slots=True)
class DatasetState:
    """A dataset with its last good runs and its history, newest first."""

    dataset: Dataset
    checked: DatasetRun | None
    loaded: DatasetRun | None
    runs: list[DatasetRun]

    @property
    def is_refused(self) -> bool:
        """Tell whether the newest run did not end well: what was there before is still in service."""
        return bool(self.runs) and self.runs[0].outcome in {"refused", "failed"}

    def title_of(self, run: DatasetRun) -> str:
        """Return what the step of a run does, in words."""
        return next(step.title for step in self.dataset.steps if step.name == run.step)

    @property
    def changes(self) -> list[Changes]:
        """Return what the last refresh did, table by table."""
        details = self.loaded.details if self.loaded else {}
        return [
            Changes(title, {kind: int(details[table].get(kind, 0)) for kind in CHANGES})
            for table, title in TABLES.items()
            if isinstance(details.get(table), dict)
        ]

    @property
    def rejected(self) -> list[Reason]:
        """Return the reasons of the rows rejected by the last check, by file, the most frequent first."""
        return _reasons(self.checked.rejected if self.checked else {})

    @property
    def filtered(self) -> list[Reason]:
        """Return why rows were set aside on purpose by the last check, by file, the most frequent first."""
        return _reasons(self.checked.filtered if self.checked else {})

    @property
    def dates_emptied(self) -> list[Reason]:
        """Return how many dates of each column nobody can believe, so that they count as unknown."""
        details = self.checked.details if self.checked else {}
        return [
            Reason(title, DATES.get(column, column), int(count))
            for file, title in SOURCE_FILES.items()
            for column, count in details.get(file, {}).get("dates_emptied", {}).items()
            if count
        ]

    @property
    def files(self) -> list[PublicFile]:
        """Return the public files that the last check wrote."""
        written = {entry["key"]: entry for entry in (self.checked.files if self.checked else [])}
        return [
            PublicFile(name, title, written[name].get("bytes"), written[name].get("rows"))
            for name, title in PUBLIC_FILES.items()
            if name in written
        ]


def read_dataset_states() -> list[DatasetState]:
    """Return every dataset with what its runs say."""
    return [
        DatasetState(
            dataset=dataset,
            checked=last_good_run(dataset.check.name, dataset.key) if dataset.check else None,
            loaded=last_good_run(dataset.load.name, dataset.key),
            runs=_newest_runs(dataset),
        )
        for dataset in DATASETS
    ]


def _newest_runs(dataset: Dataset) -> list[DatasetRun]:
    return list(
        db.session.scalars(
            select(DatasetRun)
            .where(DatasetRun.dataset == dataset.key)
            .where(DatasetRun.step.in_([step.name for step in dataset.steps]))
            .order_by(DatasetRun.finished_at.desc(), DatasetRun.id.desc())
            .limit(RUNS_SHOWN)
        )
    )


def _reasons(counts: Mapping[str, Any]) -> list[Reason]:
    reasons = [Reason(*reason_in_words(reason), int(rows)) for reason, rows in counts.items()]
    return sorted(reasons, key=lambda reason: (reason.file, -reason.rows, reason.why))
