"""Fixtures of the DAG tests: the DAGs as Airflow loads them, and runs for real on a database of the test."""

import csv
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag

from etl.settings import ROOT, Settings, load_settings
from launcher.airflow_environment import settings_variables
from tests.stand_ins.slack import SlackStandIn

INPUTS = ("s3ic-liste-etablissements.csv", "sic-liste-rubriques.csv")


@dataclass
class Ran:
    """What became of a run: its state, the state of each task, and what the tasks gave back."""

    state: str
    tasks: dict[str, str | None]
    tries: dict[str, int]
    results: dict[str, Any]
    run_id: str


RunDag = Callable[..., Ran]


@pytest.fixture(scope="session")
def dagbag() -> DagBag:
    """The DAGs of the repository, loaded once."""
    return DagBag(dag_folder=ROOT / "dags")


@pytest.fixture
def work(settings: Settings, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of a fresh database, folder and Slack, which the tasks of this process find by themselves."""
    yield from in_environment(settings.model_copy(update={"slack_webhook_url": slack.url}), monkeypatch)


def in_environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Put settings into the environment until the generator is closed."""
    for name, value in settings_variables(settings).items():
        monkeypatch.setenv(name, value)
    load_settings.cache_clear()
    yield load_settings()
    load_settings.cache_clear()


@pytest.fixture
def misc(work: Settings) -> Path:
    """The bucket `misc` of the test, a folder with the demo's raw extractions."""
    folder = Path(work.bucket_url("misc"))
    put_inputs(folder)
    return folder


def put_inputs(misc: Path) -> None:
    """Put the demo's raw extractions where an operator puts them."""
    inputs = misc / "private/input"
    inputs.mkdir(parents=True)
    for name in INPUTS:
        shutil.copy(ROOT / "demo/s3ic" / name, inputs / name)


def keep_sites(misc: Path, share: float) -> None:
    """Leave only a share of the sites in the raw extractions (and no line that would be rejected)."""
    establishments, classements = (misc / "private/input" / name for name in INPUTS)
    found = {row[0] for row in read_rows(establishments) if re.fullmatch(r"\d{4}\.\d{5}", row[0])}
    ids = sorted(found, key=lambda s3ic_id: s3ic_id[::-1])  # in no order of the source
    kept = {"code_s3ic", *ids[: round(len(ids) * share)]}
    for path in (establishments, classements):
        rows = [row for row in read_rows(path) if row[0] in kept]
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle, delimiter=";", lineterminator="\n").writerows(rows)


def read_rows(path: Path) -> list[list[str]]:
    """Read a raw extraction, the header included."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle, delimiter=";"))


@pytest.fixture
def run_dag(airflow_metadata: Path) -> RunDag:
    """A function that runs a DAG in this process by `dag.test()`, retries included, without their delays."""

    def run(dag_id: str, conf: dict[str, Any] | None = None) -> Ran:
        dag = DagBag(ROOT / f"dags/{dag_id}.py").dags[dag_id]  # anew: a run writes its conf into its params
        for task in dag.tasks:
            task.retry_delay = timedelta(0)
        return ran(dag.test(logical_date=None, run_conf=conf or {}))

    return run


def ran(dag_run: Any) -> Ran:
    """Read what became of a run; a mapped task is named with its index, `read[0]`."""
    named = {_name_of(ti): ti for ti in dag_run.get_task_instances()}
    return Ran(
        state=str(dag_run.state),
        tasks={name: ti.state and str(ti.state) for name, ti in named.items()},
        tries={name: ti.try_number for name, ti in named.items()},
        results={
            name: ti.xcom_pull(task_ids=ti.task_id, map_indexes=ti.map_index) for name, ti in named.items()
        },
        run_id=str(dag_run.run_id),
    )


def _name_of(instance: Any) -> str:
    index = instance.map_index
    return str(instance.task_id) if index < 0 else f"{instance.task_id}[{index}]"
