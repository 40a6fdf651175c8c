"""A live Airflow (API server, scheduler, dag-processor, on Postgres): from a trigger to rows, and answers."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask

from dags.approval import REFUSE
from etl import s3ic
from etl.am_import import import_ams
from etl.database import Role, connect, normalise_url
from etl.settings import ROOT, Settings
from etl.storage import sha256_of
from etl.sync import apply_icpe
from launcher.airflow import LocalAirflow
from launcher.airflow_api import AirflowApi
from tests.ams import WAREHOUSES, contradicted, demo_archive
from tests.aps import made_aps, write_aps
from tests.dags.conftest import INPUTS, keep_sites, put_inputs
from tests.demo_site import site_settings
from tests.editors import Visitor, editor_of
from tests.publishing import PAGE, words
from tests.site_visits import visitor_of
from tests.stand_ins.slack import SlackStandIn, serve_slack
from webapp.backoffice import store

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.postgres,
    pytest.mark.xdist_group("airflow"),
    pytest.mark.timeout(600),
]

RUN_SECONDS = 180
DAGS = ("transform_icpe", "sync_icpe", "sync_aps", "export_ams", "sync_ams")


@dataclass
class Live:
    """A live Airflow with its data: database, bucket, Slack, metadata database."""

    settings: Settings
    metadata: Settings
    api: AirflowApi
    slack: SlackStandIn
    misc: Path
    scheduler_log: Path
    site: Settings
    whole: int = 0
    half: int = 0
    before: list[str] = field(default_factory=list)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement on the data as their owner."""
        with connect(self.settings, Role.OWNER) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def in_service(self) -> int:
        """Count the installations that readers see."""
        return int(self.query("SELECT count(*) FROM installations WHERE withdrawn_at IS NULL")[0][0])

    def reports(self) -> list[tuple[str, str]]:
        """Return step and outcome of every run, oldest first."""
        return [
            (step, outcome)
            for step, outcome in self.query("SELECT step, outcome FROM dataset_runs ORDER BY id")
        ]

    def publish(self, share: float) -> int:
        """Publish the files of a share of the sites, without Airflow; return how many are published."""
        keep_sites(self.misc, share)
        establishments, classements = (self.misc / "private/input" / name for name in INPUTS)
        s3ic.transform_icpe(
            establishments=establishments,
            classements=classements,
            output=self.misc,
            private=s3ic.PRIVATE_FOLDER,
            accept_fewer_rows=True,
        )
        return len((self.misc / "installations_all.csv").read_text(encoding="utf-8").splitlines()) - 1

    def question(self, run_id: str) -> dict[str, Any]:
        """Wait for the question of a run of `sync_icpe`, and return it."""
        path = f"/dags/sync_icpe/dagRuns/{run_id}/taskInstances"
        wait_until(lambda: self.states(run_id).get("approve") == "awaiting_input", f"{run_id} asks")
        wait_until(lambda: self.is_parked(run_id), f"{run_id} is parked")
        return self.api.call("GET", f"{path}/approve/-1/hitlDetails")

    def is_parked(self, run_id: str) -> bool:
        """Tell whether the scheduler has seen the end of the process that asked; before, it loses answers."""
        log = self.scheduler_log.read_text(encoding="utf-8", errors="replace")
        return f"TaskInstance Finished: dag_id=sync_icpe, task_id=approve, run_id={run_id}," in log

    def states(self, run_id: str) -> dict[str, str]:
        """Return the state of each task of a run of `sync_icpe`."""
        return {ti["task_id"]: ti["state"] for ti in self.api.task_instances("sync_icpe", run_id)}

    def other_run(self, known: str) -> str:
        """Wait for a second run of `sync_icpe` and return its id."""
        wait_until(lambda: len(self.api.runs("sync_icpe")) > len(self.before) + 1, "a new run")
        return next(run for run in self.run_ids() if run not in {known, *self.before})

    def run_ids(self) -> list[str]:
        """Return the runs of `sync_icpe`, newest first."""
        return [run["dag_run_id"] for run in self.api.runs("sync_icpe")]

    def started_by(self, run_id: str) -> str:
        """Wait for the run of `sync_icpe` that a run of `transform_icpe` starts, and return its id."""
        wait_until(lambda: self.api.runs_started_by("transform_icpe", run_id) != [], "the asset starts a run")
        ((dag_id, sync_run),) = self.api.runs_started_by("transform_icpe", run_id)
        assert dag_id == "sync_icpe"
        return sync_run

    def start(self) -> str:
        """Start `sync_icpe`; return its run."""
        self.before = self.run_ids()
        return self.api.trigger("sync_icpe")

    def end_of(self, run_id: str) -> str:
        """Wait for the end of a run of `sync_icpe`."""
        return self.api.wait_for_run("sync_icpe", run_id, RUN_SECONDS)


def wait_until(condition: Callable[[], bool], what: str, seconds: float = RUN_SECONDS) -> None:
    """Wait for something that Airflow does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not in {seconds} s: {what}"
        time.sleep(0.5)


@pytest.fixture(scope="module")
def airflow(
    new_database: Callable[..., Settings], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    slacks = serve_slack()
    slack = next(slacks)
    metadata = new_database(empty=True)
    settings = new_database().model_copy(update={"slack_webhook_url": slack.url})
    settings = Settings(_env_file=None, **settings.model_dump(exclude_none=True))
    url = normalise_url(metadata.database_url.get_secret_value(), metadata)
    home = tmp_path_factory.mktemp("airflow")
    with LocalAirflow(settings, home, metadata_url=url) as running:
        for dag_id in DAGS:
            running.api.wait_for_dag(dag_id, RUN_SECONDS)
            running.api.unpause(dag_id)
        log = home / "logs/airflow-scheduler.log"
        yield Live(
            settings,
            metadata,
            running.api,
            slack,
            Path(settings.bucket_url("misc")),
            log,
            running.settings_of_site(settings),
        )
    slacks.close()


@pytest.fixture
def live(airflow: Live) -> Live:
    """The live Airflow with the demo's raw extractions in the bucket and nothing in the database."""
    airflow.query("TRUNCATE installations, classements, dataset_runs, alert_incidents, prescriptions CASCADE")
    shutil.rmtree(airflow.misc, ignore_errors=True)
    put_inputs(airflow.misc)
    airflow.slack.received.clear()
    return airflow


@pytest.fixture
def loaded(live: Live) -> Live:
    """The same, with the whole demo in service and the files of half of it published."""
    live.publish(1)
    with connect(live.settings, Role.ETL) as connection:
        apply_icpe(connection, live.misc)
    live.query("DELETE FROM dataset_runs")
    live.whole, live.half = live.in_service(), live.publish(0.5)
    return live


def test_one_trigger_leads_from_the_raw_extractions_to_the_rows(live: Live) -> None:
    run_id = live.api.trigger("transform_icpe", {"dated_on": "2021-03-01"})
    assert live.api.wait_for_run("transform_icpe", run_id, RUN_SECONDS) == "success"
    assert live.end_of(live.started_by(run_id)) == "success"
    lines = (live.misc / "installations_all.csv").read_text(encoding="utf-8").splitlines()
    assert live.in_service() == len(lines) - 1
    assert live.reports() == [("transform_icpe", "done"), ("sync_icpe", "done")]
    assert live.query("SELECT DISTINCT dated_on::text FROM dataset_runs") == [("2021-03-01",)]
    assert live.slack.texts == []


def test_an_incident_ends_with_a_word_of_the_dag_processor(live: Live) -> None:
    for keys, state in (({"establishments_key": "private/input/none.csv"}, "failed"), ({}, "success")):
        run_id = live.api.trigger("transform_icpe", keys)
        assert live.api.wait_for_run("transform_icpe", run_id, RUN_SECONDS) == state
    failed, ended = live.slack.wait_for(2, RUN_SECONDS)
    assert failed.startswith("transform_icpe : échec — ")
    assert ended.startswith("transform_icpe : rétabli après ")
    log = re.search(r"<(http[^|]+)\|Journal de la tâche>", str(live.slack.received[0]))
    assert log is not None
    assert log.group(1).startswith(f"{live.settings.airflow_url}/dags/transform_icpe/runs/manual__")
    assert live.end_of(live.started_by(run_id)) == "success"


def test_the_menu_leads_to_the_site_and_to_the_manual(airflow: Live) -> None:
    assert airflow.api.call("GET", "/plugins/importErrors")["import_errors"] == []
    (ours,) = [
        plugin for plugin in airflow.api.call("GET", "/plugins")["plugins"] if plugin["name"] == "site_links"
    ]
    assert [view["href"] for view in ours["external_views"]] == [
        f"{airflow.settings.site_url}/donnees",
        f"{airflow.settings.airflow_url}/manuel/",
    ]
    page = httpx.get(f"{airflow.api.url}/manuel/dags/sync_icpe.md", timeout=10)
    assert page.headers["content-type"] == "text/plain; charset=utf-8"
    assert page.text == (ROOT / "docs/dags/sync_icpe.md").read_text(encoding="utf-8")
    assert httpx.get(f"{airflow.api.url}/manuel/", timeout=10).text.startswith("# ")
    assert httpx.get(f"{airflow.api.url}/manuel/none.md", timeout=10).status_code == 404


def test_a_person_agrees_to_what_was_shown(loaded: Live) -> None:
    run_id = loaded.start()
    question = loaded.question(run_id)
    gone = loaded.whole - loaded.half
    assert str(gone) in question["body"]
    assert "% des installations" in question["subject"]
    for path in sorted(loaded.misc.glob("*_all.csv")):
        assert sha256_of(path) in question["body"]
    assert loaded.slack.wait_for(1, RUN_SECONDS)[0].startswith("sync_icpe : un accord est demandé")
    nothing_is_held(loaded)
    assert loaded.in_service() == loaded.whole
    loaded.api.answer("sync_icpe", run_id, "approve", agreement(question))
    assert loaded.end_of(run_id) == "success"
    assert loaded.in_service() == loaded.half
    assert loaded.reports() == [("sync_icpe", "done")]
    assert loaded.states(run_id)["ask_anew"] == "skipped"


def test_a_refusal_keeps_the_old_state_and_is_told(loaded: Live) -> None:
    run_id = loaded.start()
    loaded.question(run_id)
    loaded.api.answer("sync_icpe", run_id, "approve", REFUSE)
    assert loaded.end_of(run_id) == "failed"
    assert loaded.in_service() == loaded.whole
    assert loaded.reports() == [("sync_icpe", "refused")]
    assert loaded.query("SELECT message FROM dataset_runs")[0][0].startswith(
        "Refused by admin: nothing was written"
    )
    _, told = loaded.slack.wait_for(2, RUN_SECONDS)
    assert told.startswith("sync_icpe : échec — Refused by admin")
    assert loaded.states(run_id) == {
        "compare": "success",
        "approve": "failed",
        "apply": "upstream_failed",
        "needs_new_run": "upstream_failed",
        "ask_anew": "upstream_failed",
    }


def test_no_answer_in_time_counts_as_a_refusal(loaded: Live) -> None:
    run_id = loaded.start()
    loaded.question(run_id)
    let_the_deadline_pass(loaded)
    assert loaded.end_of(run_id) == "failed"
    assert loaded.in_service() == loaded.whole
    assert loaded.reports() == [("sync_icpe", "refused")]
    assert "Nobody answered in time" in loaded.slack.wait_for(2, RUN_SECONDS)[1]


def test_an_agreement_does_not_hold_for_other_files(loaded: Live) -> None:
    """The files change while a person thinks: nothing is written, and the new files are asked about."""
    run_id = loaded.start()
    asked = loaded.question(run_id)
    quarter = loaded.publish(0.25)
    loaded.api.answer("sync_icpe", run_id, "approve", agreement(asked))
    assert loaded.end_of(run_id) == "success"
    assert loaded.in_service() == loaded.whole
    assert loaded.reports() == [("sync_icpe", "refused")]
    assert "The files changed" in loaded.query("SELECT message FROM dataset_runs")[0][0]
    anew = loaded.other_run(run_id)
    question = loaded.question(anew)
    assert agreement(question) != agreement(asked)
    loaded.api.answer("sync_icpe", anew, "approve", agreement(question))
    assert loaded.end_of(anew) == "success"
    assert loaded.in_service() == quarter
    assert loaded.reports() == [("sync_icpe", "refused"), ("sync_icpe", "done")]


def test_a_publication_during_the_question_asks_anew_once(loaded: Live) -> None:
    """`transform_icpe` publishes while a person thinks: the run that it starts asks, and no other."""
    run_id = loaded.start()
    asked = loaded.question(run_id)
    keep_sites(loaded.misc, 0.5)
    published = loaded.api.trigger("transform_icpe", {"accept_fewer_rows": True})
    assert loaded.api.wait_for_run("transform_icpe", published, RUN_SECONDS) == "success"
    loaded.api.answer("sync_icpe", run_id, "approve", agreement(asked))
    assert loaded.end_of(run_id) == "success"
    assert loaded.in_service() == loaded.whole
    assert loaded.states(run_id)["ask_anew"] == "skipped"
    anew = loaded.other_run(run_id)
    loaded.question(anew)
    loaded.api.answer("sync_icpe", anew, "approve", REFUSE)
    assert loaded.end_of(anew) == "failed"
    assert len(loaded.run_ids()) == len(loaded.before) + 2


def test_the_files_of_an_update_start_the_sync_of_orders(live: Live) -> None:
    """The asset starts it, and nothing did before: the first run by the clock is the next one at 21:00."""
    assert live.api.runs("sync_aps") == []
    write_aps(live.misc.parent, made_aps(3))
    (asset,) = live.api.call("GET", "/assets", params={"name_pattern": "aps_files"})["assets"]
    live.api.call("POST", "/assets/events", json={"asset_id": asset["id"], "extra": {}})
    wait_until(lambda: live.api.runs("sync_aps") != [], "the asset starts a run")
    (run,) = live.api.runs("sync_aps")
    assert run["run_type"] == "asset_triggered"
    assert live.api.wait_for_run("sync_aps", run["dag_run_id"], RUN_SECONDS) == "success"
    assert live.reports() == [("sync_aps", "done")]
    assert live.query("SELECT count(*) FROM ap_pages") == [(6,)]


@pytest.fixture
def publisher(live: Live, tmp_path: Path) -> Iterator[Visitor]:
    """An editor on the site, with the demo's orders in the back-office."""
    with connect(live.settings, Role.ETL) as connection:
        import_ams(connection, demo_archive(tmp_path / "orders.zip"))
    for visitor in visitor_of(site_settings(live.site)):
        yield editor_of(visitor.application, "ada", "publisher")


def test_the_button_of_the_site_brings_orders_to_readers(live: Live, publisher: Visitor) -> None:
    def is_said(sentence: str) -> bool:
        return sentence in words(publisher.read(PAGE), "#avancement")

    assert "Ajoutés 8 Retirés 0" in words(publisher.read(PAGE))
    for _ in range(2):  # the second press joins the first
        assert publisher.send(PAGE).status_code == 303
    (run,) = live.api.runs("export_ams")
    assert (run["run_type"], run["triggering_user_name"]) == ("manual", "site")
    wait_until(lambda: is_said("Les arrêtés publiés sont en ligne."), "the orders are live")
    assert "Rien : le site montre déjà 8 arrêtés" in words(publisher.read(PAGE))
    assert live.query("SELECT count(*) FROM ams WHERE withdrawn_at IS NULL") == [(8,)]

    contradict(publisher.client.application)
    assert publisher.send(PAGE).status_code == 303
    wait_until(lambda: is_said("Rien n’a été publié."), "a refusal")
    reasons = publisher.read(PAGE).select("#avancement li a")
    assert [link.text for link in reasons] == [WAREHOUSES]
    outcomes = ["done", "done", "done", "refused"]
    assert [outcome for _, outcome in live.reports()] == outcomes


def contradict(app: Flask) -> None:
    """Save an order that cannot be published."""
    with app.app_context():
        held = store.read_order(WAREHOUSES)
        assert held is not None
        contradicted(held.document)
        store.save(WAREHOUSES, held.version, held.document, held.metadata, store.Edit(1, "parametrization"))


def agreement(question: dict[str, Any]) -> str:
    """Return the button of a question that agrees."""
    (button,) = set(question["options"]) - {REFUSE}
    return str(button)


def nothing_is_held(live: Live) -> None:
    """While a person thinks, nobody holds a transaction, and the tables can be locked for oneself alone."""
    with connect(live.settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLE installations, classements IN ACCESS EXCLUSIVE MODE NOWAIT")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
        assert cursor.fetchall() == [(0,)]


def let_the_deadline_pass(live: Live) -> None:
    """Move the deadline of the open question into the past: the scheduler then ends it as after 72 hours."""
    with connect(live.metadata, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE task_instance SET trigger_timeout = now() - interval '1 second'"
            " WHERE state = 'awaiting_input'"
        )
        assert cursor.rowcount == 1
