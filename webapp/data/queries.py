"""What the page of the data reads: runs of steps, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_

from webapp.data.catalogue import DATASETS, ICPE, PREFECTORAL_ORDERS, PUBLIC_FILES, Dataset, Step
from webapp.data.standing import Standing, last_good_run
from webapp.data.wording import DATES, SOURCE_FILES, reason_in_words
from webapp.models import DatasetRun, db

RUNS_SHOWN = 20
TABLES = {
    "installations": "Installations",
    "classements": "Lignes de classement",
    "orders": "Arrêtés",
    "alineas": "Alinéas",
    "nomenclature": "Nomenclature",
    "aps": "Arrêtés préfectoraux",
    "pages": "Pages",
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
    read: DatasetRun | None
    loaded: DatasetRun | None
    runs: list[DatasetRun]
    is_stale: bool

    @property
    def is_refused(self) -> bool:
        """Tell whether the newest run did not end well: what was there before is still in service."""
        return bool(self.runs) and self.runs[0].outcome in {"refused", "failed"}

    def title_of(self, run: DatasetRun) -> str:
        """Return what the step of a run does, in words."""
        steps = self.dataset.steps
        return next(step.title for step in steps if (step.name, step.dataset) == (run.step, run.dataset))

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
        return self._reasons(self.checked.rejected if self.checked else {})

    @property
    def filtered(self) -> list[Reason]:
        """Return why rows were set aside on purpose by the last check, by file, the most frequent first."""
        return self._reasons(self.checked.filtered if self.checked else {})

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
        """Return the public files that the last check and reading wrote."""
        runs = [run for run in (self.checked, self.read) if run is not None]
        written = {entry["key"]: entry for run in runs for entry in run.files}
        return [
            PublicFile(name, title, written[name].get("bytes"), written[name].get("rows"))
            for name, title in PUBLIC_FILES.items()
            if name in written
        ]

    def _reasons(self, counts: Mapping[str, Any]) -> list[Reason]:
        only_file = self.dataset.check.dataset if self.dataset.check else ""
        reasons = [Reason(*reason_in_words(reason, only_file), int(rows)) for reason, rows in counts.items()]
        return sorted(reasons, key=lambda reason: (reason.file, -reason.rows, reason.why))


def read_dataset_states(standing: Standing) -> list[DatasetState]:
    """Return every dataset with what its runs say."""
    stale = {ICPE.key: standing.is_stale, PREFECTORAL_ORDERS.key: standing.aps_are_stale}
    return [
        DatasetState(
            dataset=dataset,
            checked=_last_good_run_of(dataset.check),
            read=_last_good_run_of(dataset.read),
            loaded=_last_good_run_of(dataset.load),
            runs=_newest_runs(dataset),
            is_stale=stale.get(dataset.key, False),
        )
        for dataset in DATASETS
    ]


def _last_good_run_of(step: Step | None) -> DatasetRun | None:
    return None if step is None else last_good_run(step.name, step.dataset)


def _newest_runs(dataset: Dataset) -> list[DatasetRun]:
    return list(
        db.session.scalars(
            select(DatasetRun)
            .where(
                tuple_(DatasetRun.step, DatasetRun.dataset).in_(
                    [(step.name, step.dataset) for step in dataset.steps]
                )
            )
            .order_by(DatasetRun.finished_at.desc(), DatasetRun.id.desc())
            .limit(RUNS_SHOWN)
        )
    )
