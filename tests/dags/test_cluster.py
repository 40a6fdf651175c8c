"""`update_aps` on two real Celery workers behind Redis: both read, and one that is killed costs little."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import pytest
from sqlalchemy import URL

from etl.aps import shelf
from etl.database import libpq_url, normalise_url
from etl.settings import Settings
from launcher.airflow_cluster import AirflowCluster
from tests.aps_run import (
    begun_documents,
    order_pdf,
    publish_list,
    published_states,
    scanned_order,
    transform_demo,
)
from tests.stand_ins.georisques import GeorisquesStandIn, georisques_id, serve_georisques

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.postgres,
    pytest.mark.xdist_group("airflow"),
    pytest.mark.timeout(900),
]

RUN_SECONDS = 300
ORDERS = 45  # three batches
PAGES = 12
WITNESS = "témoin : cette page n'a pas été relue"
# A worker that is gone is noticed within seconds, not minutes.
IMPATIENT = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
}


@dataclass
class Running:
    """A cluster with its data and its source."""

    airflow: AirflowCluster
    source: GeorisquesStandIn
    misc: Path
    ap: Path
    metadata: URL

    def shorten_the_wait(self) -> bool:
        """Let a task that waits for its next try have waited ten minutes already; False where none waits."""
        connecting = psycopg2.connect(libpq_url(self.metadata), connect_timeout=10)
        with closing(connecting) as connection, connection, connection.cursor() as cursor:
            cursor.execute(
                "UPDATE task_instance SET end_date = end_date - interval '10 minutes' "
                "WHERE state = 'up_for_retry'"
            )
            return cursor.rowcount > 0

    def tasks(self, run_id: str) -> list[dict[str, Any]]:
        """Return the batches of a run."""
        found = self.airflow.api.task_instances("update_aps", run_id)
        return [task for task in found if task["task_id"] == "read"]

    def batches_of(self, reader: str) -> int:
        """Return how many batches a worker has been given."""
        log = self.airflow.readers[reader].log.read_text(encoding="utf-8", errors="replace")
        return log.count("received")

    def kill(self, reader: str) -> None:
        """Kill a worker with all its processes, as the end of its machine would."""
        child = self.airflow.readers.pop(reader)
        leader = psutil.Process(child.process.pid)
        family = [leader, *leader.children(recursive=True)]
        self.airflow.forget(child)
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        child.process.wait(30)

    def states(self) -> list[str]:
        """Return the states of the orders that are published."""
        return list(published_states(self.misc).values())


@pytest.fixture(scope="module")
def running(
    new_database: Callable[..., Settings], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    sources = serve_georisques()
    source = next(sources)
    metadata, settings = new_database(empty=True), new_database()
    variables = {name.lower(): value for name, value in source.variables().items()}
    settings = Settings(_env_file=None, **{**settings.model_dump(exclude_none=True), **variables})
    misc, ap = (Path(settings.bucket_url(name)) for name in ("misc", "ap"))
    transform_demo(misc)
    ap.mkdir()
    url = normalise_url(metadata.database_url.get_secret_value(), metadata)
    home = tmp_path_factory.mktemp("cluster")
    with AirflowCluster(settings, home, metadata_url=url, extra_environment=IMPATIENT) as airflow:
        airflow.api.wait_for_dag("update_aps", RUN_SECONDS)
        airflow.api.unpause("update_aps")
        yield Running(airflow, source, misc, ap, url)
    sources.close()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that the cluster does."""
    deadline = time.monotonic() + RUN_SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def test_both_workers_read_batches_of_one_run(running: Running) -> None:
    publish_list(running.source, running.misc, range(1, ORDERS + 1))
    for number in range(1, ORDERS + 1):
        running.source.documents[georisques_id(number)] = order_pdf(number)
    run_id = running.airflow.api.trigger("update_aps")
    assert running.airflow.api.wait_for_run("update_aps", run_id, RUN_SECONDS) == "success"
    batches = running.tasks(run_id)
    assert [task["state"] for task in batches] == ["success"] * 3
    assert {task["queue"] for task in batches} == {"ocr"}
    assert {task["pool"] for task in batches} == {"ocr"}
    assert {task["rendered_map_index"] for task in batches} == {
        "lot 1 sur 3, 20 arrêtés",
        "lot 2 sur 3, 20 arrêtés",
        "lot 3 sur 3, 5 arrêtés",
    }
    for reader, place in running.airflow.places.items():
        assert running.batches_of(reader) > 0, reader
        assert (place / "aps/locks").is_file(), reader
    assert running.states() == ["SUCCESS"] * ORDERS


def test_a_worker_killed_in_the_middle_costs_no_finished_page(running: Running) -> None:
    """A worker ends by `kill -9`; the batch is tried again on its machine and reads what remained."""
    running.kill("reader-2")  # one machine alone, so that the batch comes back to it
    finished, long = (georisques_id(number) for number in (201, 202))
    publish_list(running.source, running.misc, range(201, 203))
    running.source.documents.update({finished: order_pdf(201), long: scanned_order(202, pages=PAGES)})
    run_id = running.airflow.api.trigger("update_aps", {"accept_fewer_rows": True})
    kept = running.airflow.places["reader-1"] / "aps/pages"
    wait_until(lambda: bool(begun_documents(kept)), "three pages are read")
    wait_until(lambda: shelf.status_of(running.ap, finished) is not None, "the first order is read")
    running.kill("reader-1")
    (pages,) = begun_documents(kept)
    mark_text(pages / "page-00001.json")
    before = shelf.status_of(running.ap, finished)
    assert shelf.status_of(running.ap, long) is None

    running.airflow.start_reader("reader-1")
    wait_until(running.shorten_the_wait, "the killed worker is noticed")
    assert running.airflow.api.wait_for_run("update_aps", run_id, RUN_SECONDS) == "success"
    (batch,) = running.tasks(run_id)
    assert batch["try_number"] == 2
    assert shelf.status_of(running.ap, finished) == before
    status = shelf.status_of(running.ap, long)
    assert status is not None
    assert [page.decision for page in status.pages] == ["read"] * PAGES
    assert [page.text == WITNESS for page in status.pages] == [True] + [False] * (PAGES - 1)
    assert running.states() == ["SUCCESS"] * 2


def mark_text(page: Path) -> None:
    """Write a text into a finished page that no reading would give."""
    values = json.loads(page.read_text(encoding="utf-8"))
    page.write_text(json.dumps({**values, "text": WITNESS}), encoding="utf-8")
