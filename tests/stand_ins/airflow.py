"""A stand-in for the REST API of Airflow on a local port: sign-in, runs, tasks, assets, and every trouble."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from etl.settings import Settings
from tests.stand_ins.serving import serve

USER, PASSWORD = "site", "a password of the tests"
API = "/api/v2"
Json = dict[str, Any]


@dataclass
class Run:
    """A run: its state, those of its tasks, and the runs that its assets have started."""

    dag_id: str
    run_id: str
    state: str = "queued"
    tasks: dict[str, str | None] = field(default_factory=dict)
    started: list["Run"] = field(default_factory=list)
    note: str | None = None
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    end_date: datetime | None = None

    def end(self, state: str, **tasks: str) -> None:
        """End the run, with the states of its tasks."""
        self.state, self.tasks, self.end_date = state, dict(tasks), datetime.now(UTC)

    def to_json(self) -> Json:
        """As Airflow 3.3 shows a run."""
        return {
            "dag_run_id": self.run_id,
            "dag_id": self.dag_id,
            "logical_date": None,
            "queued_at": self.asked_at.isoformat(),
            "start_date": None if self.state == "queued" else self.asked_at.isoformat(),
            "end_date": self.end_date.isoformat() if self.end_date else None,
            "run_after": self.asked_at.isoformat(),
            "run_type": "manual",
            "state": self.state,
            "triggered_by": "rest_api",
            "triggering_user_name": USER,
            "conf": {},
            "note": self.note,
        }


@dataclass
class AirflowStandIn:
    """What runs there, what goes wrong, and what it was asked.

    Attributes:
        trouble: "" or a status ("403"), "slow" (no answer) or "lost" (done, but no answer), for each request
            under the API that `troubled` names by its method ("" for all).
        role: of the account that signs in; a viewer may start nothing.
        tokens: those that are good; taking them out is what a restart or their age does.
    """

    url: str = ""
    password: str = PASSWORD
    role: str = "user"
    trouble: str = ""
    troubled: str = ""
    paused: set[str] = field(default_factory=set)
    dags: set[str] = field(default_factory=lambda: {"export_ams", "sync_ams"})
    runs: list[Run] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    seen: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def settings(self, settings: Settings) -> Settings:
        """Return settings with which a site publishes here."""
        login = {"airflow_api_user": USER, "airflow_api_password": SecretStr(self.password)}
        return settings.model_copy(update={"airflow_api_url": self.url, **login})

    def only_run(self) -> Run:
        """Return the one run of `export_ams`."""
        (run,) = [run for run in self.runs if run.dag_id == "export_ams"]
        return run

    def follow(self, run: Run, state: str = "running", **tasks: str | None) -> Run:
        """End a run well and let the asset that it makes start `sync_ams`."""
        run.end("success", export="success")
        following = Run("sync_ams", f"asset_triggered__{len(self.runs)}", state, dict(tasks))
        run.started.append(following)
        self.runs.append(following)
        return following

    def answer(self, method: str, address: str, body: Json, token: str) -> tuple[int, Json]:
        """Return status and body of the answer to a request."""
        parts = urlsplit(address)
        self.seen.append(f"{method} {parts.path}")
        if parts.path == "/auth/token":
            return self._sign_in(body)
        if token not in self.tokens:
            return 401, {"detail": "Invalid JWT token"}
        if self.trouble.isdigit() and self.troubled in {"", method}:
            return int(self.trouble), {"detail": "trouble"}
        if method == "POST" and self.role == "viewer":
            return 403, {"detail": "Forbidden"}
        return self._of_api(method, parts.path.removeprefix(API), parse_qs(parts.query), body)

    def _sign_in(self, body: Json) -> tuple[int, Json]:
        if (body.get("username"), body.get("password")) != (USER, self.password):
            return 401, {"detail": "Invalid credentials"}
        token = f"token-{len(self.seen)}"
        self.tokens.add(token)
        return 201, {"access_token": token}

    def _of_api(self, method: str, path: str, query: dict[str, list[str]], body: Json) -> tuple[int, Json]:
        if path == "/assets/events":
            return 200, self._events(query["source_dag_id"][0], query["source_run_id"][0])
        _, _, dag_id, *rest = path.split("/")
        if dag_id not in self.dags:
            return 404, {"detail": f"Dag with dag_id: '{dag_id}' not found"}
        if not rest:
            return 200, {"dag_id": dag_id, "is_paused": dag_id in self.paused}
        if rest == ["dagRuns"]:
            return self._start(dag_id, body) if method == "POST" else (200, self._list(dag_id, query))
        return self._of_run(dag_id, rest[1], with_tasks=rest[2:] == ["taskInstances"])

    def _of_run(self, dag_id: str, run_id: str, *, with_tasks: bool) -> tuple[int, Json]:
        found = next((run for run in self.runs if (run.dag_id, run.run_id) == (dag_id, run_id)), None)
        if found is None:
            return 404, {"detail": f"The DagRun with dag_id: `{dag_id}` and run_id: `{run_id}` was not found"}
        if with_tasks:
            tasks = [{"task_id": task, "state": state} for task, state in found.tasks.items()]
            return 200, {"task_instances": tasks, "total_entries": len(tasks)}
        return 200, found.to_json()

    def _start(self, dag_id: str, body: Json) -> tuple[int, Json]:
        if (
            not {"dag_run_id", "logical_date"}
            <= body.keys()
            <= {"dag_run_id", "logical_date", "conf", "note"}
        ):
            return 422, {"detail": "extra_forbidden"}
        if any(run.run_id == body["dag_run_id"] for run in self.runs):
            return 409, {"detail": {"reason": "Unique constraint violation"}}
        run = Run(dag_id, body["dag_run_id"], tasks={"export": None}, note=body.get("note"))
        self.runs.append(run)
        return 200, run.to_json()

    def _list(self, dag_id: str, query: dict[str, list[str]]) -> Json:
        states = query.get("state")
        found = [run for run in self.runs if run.dag_id == dag_id and (not states or run.state in states)]
        newest = [run.to_json() for run in reversed(found)]
        return {"dag_runs": newest[: int(query["limit"][0])], "total_entries": len(found)}

    def _events(self, dag_id: str, run_id: str) -> Json:
        started = [run for made in self.runs if made.run_id == run_id for run in made.started]
        created = [{"run_id": run.run_id, "dag_id": run.dag_id, "state": run.state} for run in started]
        event = {"source_dag_id": dag_id, "source_run_id": run_id, "created_dagruns": created}
        return {"asset_events": [event] if created else [], "total_entries": len(created)}


class _Handler(BaseHTTPRequestHandler):
    stand_in: AirflowStandIn

    def do_GET(self) -> None:
        self._answer("GET", {})

    def do_POST(self) -> None:
        self._answer("POST", json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _answer(self, method: str, body: Json) -> None:
        stand_in = self.stand_in
        is_troubled = stand_in.troubled in {"", method} and self.path.startswith(API)
        if stand_in.trouble == "slow" and is_troubled:
            stand_in.released.wait(30)
            return
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        status, content = stand_in.answer(method, self.path, body, token)
        if stand_in.trouble == "lost" and is_troubled:
            stand_in.released.wait(30)
            return
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def airflow_api() -> Iterator[AirflowStandIn]:
    """A stand-in that runs for one test; nobody leaves the machine."""
    yield from serve_airflow()


def serve_airflow() -> Iterator[AirflowStandIn]:
    """Serve a stand-in until the generator is closed."""
    yield from serve(AirflowStandIn(), _Handler)
