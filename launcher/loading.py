"""Loads a data folder as an operator would: files into the bucket, the real DAG triggered and awaited."""

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from etl.database import Role, connect, read_statement
from etl.errors import RefusedError
from etl.settings import Settings
from etl.storage import bucket, publish
from etl.sync import sync_nomenclature
from launcher.airflow import LocalAirflow
from launcher.console import LaunchError, progress
from launcher.georisques import Loan, LocalSource, lend_documents
from launcher.parts import DEMO, Part, Plan, unpacked

DAG_SECONDS = 120
RUN_SECONDS = 3600
CONSUMER_SECONDS = 60
POLL_SECONDS = 0.5
# In Airflow 3.3 an answer that comes within a third of a second of its question fails the task.
ANSWER_AFTER_SECONDS = 3
ENDED = {"success", "failed"}
WAITING = "awaiting_input"


def put_into_bucket(settings: Settings, folder: Path, part: Part) -> None:
    """Publish the files of a part where its DAG looks for them; a folder in an archive's place is packed."""
    with tempfile.TemporaryDirectory(dir=settings.run_dir) as work:
        sources = [packed(folder / name, Path(work)) for name in part.files]
        publish(bucket(settings, part.bucket), dict(zip(part.keys, sources, strict=True)))


def packed(file: Path, work: Path) -> Path:
    """Return the file itself, or the archive made of the folder that stands for it."""
    source = None if file.is_file() else unpacked(file)
    if source is None:
        return file
    archive = work / file.name
    with ZipFile(archive, "w", ZIP_DEFLATED) as target:
        for path in sorted(source.glob("*.json")):
            target.write(path, path.name)
    return archive


class LoadingError(LaunchError):
    """A part was not loaded; what was in service stays."""


@dataclass(frozen=True)
class Handed:
    """A part whose DAG has been triggered."""

    part: Part
    dag_id: str
    run_id: str
    since: datetime


@dataclass(frozen=True)
class Loader:
    """Loads parts through one Airflow; `watch` is called between two looks and may raise.

    `source` gives out what a DAG fetches by itself.
    """

    settings: Settings
    airflow: LocalAirflow
    plan: Plan
    source: LocalSource | None
    watch: Callable[[], None]
    loans: list[Loan] = field(default_factory=list)
    _later: list[Handed] = field(default_factory=list)

    def load(self) -> None:
        """Load every part of the plan; one that cannot be loaded does not keep the others out.

        Raises:
            LoadingError: a DAG failed, or waits for a person; the sentence says why and where to look.
        """
        direct = [part for part in self.plan.parts if part.dag_id is None]
        troubles = [self._try(part, partial(self._load_directly, part)) for part in direct]
        with progress("Handing the files over to Airflow"):
            handed = [
                self._hand_over(part, part.dag_id)
                for part in self.plan.parts
                if part.dag_id is not None and part.follows is None
            ]
        troubles += [self._try(run.part, partial(self._follow_all, run)) for run in handed]
        troubles += [self._try(run.part, partial(self._follow_all, run)) for run in self._later]
        if any(troubles):
            raise LoadingError("\n".join(filter(None, troubles)))
        self._remember_source()

    def _try(self, part: Part, load: Callable[[], None]) -> str:
        """Load a part; return why it could not be, empty where it is."""
        how = f" ({part.dag_id})" if part.dag_id else ""
        try:
            with progress(f"Loading {part.title}{how}"):
                load()
        except LoadingError as error:
            return str(error)
        return ""

    def _hand_over(self, part: Part, dag_id: str) -> Handed:
        """Put the files of a part into their bucket and trigger its DAG."""
        conf: dict[str, Any] = dict(part.conf_of_new_source) if self._is_new_source() else {}
        if part.is_fetched:
            conf |= self._lend()
        else:
            put_into_bucket(self.settings, self.plan.folder, part)
        since = datetime.now(UTC)
        self.airflow.api.wait_for_dag(dag_id, DAG_SECONDS)
        names = (dag_id, *(self._consumers(dag_id) if part.starts_others else ()))
        for name in names:
            # One that was cut short with an earlier run would go on now, and keep ours waiting.
            self.airflow.api.end_unfinished_runs(name)
        # Ours first: a schedule that is due would start one of its own as soon as the DAG may run.
        run_id = self.airflow.api.trigger(dag_id, conf)
        for name in names:
            self.airflow.api.unpause(name)
        return Handed(part, dag_id, run_id, since)

    def _follow_all(self, handed: Handed) -> None:
        """Wait for a run and for those that its assets start."""
        try:
            self._follow(handed.dag_id, handed.run_id, handed.since)
        finally:
            if handed.part.is_fetched and self._lends:
                # On its schedule it would look for documents that are not there.
                self.airflow.api.pause(handed.dag_id)
                self.airflow.api.end_unfinished_runs(handed.dag_id)
        self._later.extend(
            self._hand_over(part, part.dag_id)
            for part in self.plan.parts
            if part.dag_id is not None and part.follows == handed.dag_id
        )
        started = self._started_by(handed.dag_id, handed.run_id) if handed.part.starts_others else ()
        for consumer in started:
            self._follow(*consumer, handed.since)

    def _lend(self) -> dict[str, Any]:
        """Give out the documents of the folder; return what keeps the DAG to those that there are."""
        if self.source is None or not self._lends:
            return {}
        try:
            self.loans.extend(lend_documents(self.source, self.settings))
        except RefusedError as error:
            raise LoadingError(f"prefectoral orders: {error}") from error
        ids = [loan.georisques_id for loan in self.loans]
        # What was read of an id may be of another folder's document; the same bytes are not read twice.
        return {"ids": ids, "redo": True} if ids else {"limit": 0}

    @property
    def _lends(self) -> bool:
        """Tell whether only a few of the documents that the folder lists are there."""
        return self.plan.folder != DEMO

    def _load_directly(self, part: Part) -> None:
        """Load a part that no DAG is for: the step itself, as the command line runs it."""
        put_into_bucket(self.settings, self.plan.folder, part)
        try:
            with connect(self.settings, Role.ETL) as connection:
                sync_nomenclature(connection, bucket(self.settings, part.bucket) / part.keys[0])
        except RefusedError as error:
            raise LoadingError(f"{part.title}: {error}") from error

    def _consumers(self, dag_id: str) -> list[str]:
        """Return the DAGs that what this one makes will start, once Airflow knows the DAG and its assets."""
        deadline = time.monotonic() + CONSUMER_SECONDS
        while time.monotonic() < deadline:
            found = self.airflow.api.consumers(dag_id)
            if found:
                return found
            self._pause()
        raise LoadingError(f"No DAG reads what {dag_id} makes: Airflow has not read the other DAGs.")

    def _started_by(self, dag_id: str, run_id: str) -> list[tuple[str, str]]:
        deadline = time.monotonic() + CONSUMER_SECONDS
        while time.monotonic() < deadline:
            found = self.airflow.api.runs_started_by(dag_id, run_id)
            if found:
                return found
            self._pause()
        raise LoadingError(f"{dag_id} ended well, but nothing started after it: see {self.airflow.url}")

    def _follow(self, dag_id: str, run_id: str, since: datetime) -> None:
        """Wait for the end of a run; a question that comes from the change of folder is answered."""
        deadline = time.monotonic() + RUN_SECONDS
        while time.monotonic() < deadline:
            state = self.airflow.api.run(dag_id, run_id)["state"]
            if state == "success":
                return
            if state in ENDED:
                raise LoadingError(self._sentence_of_failure(dag_id, run_id, since))
            for task in self.airflow.api.task_instances(dag_id, run_id):
                if task["state"] == WAITING:
                    self._answer(dag_id, run_id, task)
            self._pause()
        raise LoadingError(
            f"{dag_id} has not ended after {RUN_SECONDS} s: see {self.airflow.url}/dags/{dag_id}"
        )

    def _answer(self, dag_id: str, run_id: str, task: dict[str, Any]) -> None:
        where = f"{self.airflow.url}/dags/{dag_id}/runs/{run_id}/required_actions"
        own = self.settings.database_url is None
        if not (own and self._is_new_source()):
            raise LoadingError(f"{dag_id} waits for an answer, nothing is written until then: {where}")
        time.sleep(ANSWER_AFTER_SECONDS)
        question = self.airflow.api.question(dag_id, run_id, task["task_id"])
        if not question["response_received"]:
            self.airflow.api.answer(dag_id, run_id, task["task_id"], question["options"][0])

    def _sentence_of_failure(self, dag_id: str, run_id: str, since: datetime) -> str:
        with connect(self.settings, Role.ETL) as connection, connection.cursor() as cursor:
            cursor.execute(read_statement("runs/last_trouble.sql"), {"step": dag_id, "since": since})
            row = cursor.fetchone()
        cause = row[0] if row else "see its log"
        log = self.airflow.log_dir / f"dag_id={dag_id}" / f"run_id={run_id}"
        page = f"{self.airflow.url}/dags/{dag_id}/runs/{run_id}"
        return f"{dag_id} failed: {cause}\n  Log: {log}\n  In Airflow: {page}"

    def _pause(self) -> None:
        self.watch()
        time.sleep(POLL_SECONDS)

    @property
    def _memory(self) -> Path:
        return self.settings.run_dir / "loaded.json"

    def _is_new_source(self) -> bool:
        """Tell whether the data in service came from another folder: the person asked for the change."""
        if not self._memory.exists():
            return False
        loaded = json.loads(self._memory.read_text(encoding="utf-8"))
        return bool(loaded["folder"] != str(self.plan.folder))

    def _remember_source(self) -> None:
        self._memory.write_text(json.dumps({"folder": str(self.plan.folder)}), encoding="utf-8")
