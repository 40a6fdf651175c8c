"""Airflow's REST API, as far as a run needs it: health, DAGs, runs, tasks and their logs."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import httpx

from launcher.console import LaunchError

# Its first requests make the API server import a lot, which takes long on a busy machine.
TIMEOUT_SECONDS = 120.0
POLL_SECONDS = 0.5
LOOKS_AFTER_ERROR = 10
ENDED = {"success", "failed"}
PARTS = ("metadatabase", "scheduler", "dag_processor")
Json = dict[str, Any]


@dataclass(frozen=True)
class Login:
    """A user of Airflow's simple sign-in."""

    user: str
    password: str


class AirflowApi:
    """A client of one Airflow; it signs in when it is first asked, and again when the token has ended."""

    def __init__(self, url: str, login: Login, watch: Callable[[], None] | None = None) -> None:
        """Talk to the Airflow at an address; `watch` is called between two looks and may raise."""
        self.url = url
        self._login = login
        self._watch = watch or (lambda: None)
        self._client = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def call(self, method: str, path: str, *, json: Json | None = None, params: Json | None = None) -> Json:
        """Return the answer to one request under `/api/v2`.

        Raises:
            LaunchError: Airflow answers with an error, or not at all.
        """
        try:
            answer = self._ask(method, path, json, params)
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            text = error.response.text[:500]
            raise LaunchError(
                f"Airflow refused {method} {path} ({error.response.status_code}): {text}"
            ) from None
        except httpx.HTTPError as error:
            raise LaunchError(f"Airflow does not answer at {self.url} ({error}).") from None
        found: Json = answer.json()
        return found

    def _ask(self, method: str, path: str, json: Json | None, params: Json | None) -> httpx.Response:
        request = partial(self._client.request, method, f"/api/v2{path}", json=json, params=params)
        answer = request()
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._sign_in()
            answer = request()
        # Asked about a run that is just being made, Airflow 3.3 fails now and then.
        looks_left = LOOKS_AFTER_ERROR if method == "GET" else 0
        while answer.is_server_error and looks_left:
            looks_left -= 1
            self._watch()
            time.sleep(POLL_SECONDS)
            answer = request()
        return answer

    def _sign_in(self) -> None:
        answer = self._client.post(
            "/auth/token", json={"username": self._login.user, "password": self._login.password}
        )
        answer.raise_for_status()
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def health(self) -> dict[str, str | None]:
        """Return the state of each part; all of them unknown while nothing answers yet."""
        try:
            answer = self._client.get("/api/v2/monitor/health")
            answer.raise_for_status()
        except httpx.HTTPError:
            return dict.fromkeys(PARTS)
        return {part: (answer.json().get(part) or {}).get("status") for part in PARTS}

    def wait_until_healthy(self, seconds: float) -> None:
        """Wait for the metadata database, the scheduler and the DAG processor.

        Raises:
            LaunchError: one of them is not healthy in time.
        """
        for _ in self._looks(seconds):
            states = self.health()
            if all(state == "healthy" for state in states.values()):
                return
        parts = ", ".join(f"{part} {state or 'unknown'}" for part, state in self.health().items())
        raise LaunchError(f"Airflow is not healthy after {seconds:.0f} s ({parts}).")

    def set_pool(self, name: str, slots: int) -> None:
        """Make a pool of so many slots, or give it as many.

        Raises:
            LaunchError: Airflow refuses it.
        """
        pools = self.call("GET", "/pools", params={"limit": 100})["pools"]
        wanted = {"name": name, "slots": slots, "include_deferred": False}
        if all(pool["name"] != name for pool in pools):
            self.call("POST", "/pools", json=wanted)
        else:
            self.call("PATCH", f"/pools/{name}", json=wanted)

    def wait_for_dag(self, dag_id: str, seconds: float) -> None:
        """Wait until a DAG has been read from its file.

        Raises:
            LaunchError: it does not appear; the sentence gives the error of its file where there is one.
        """
        for _ in self._looks(seconds):
            found = self.call("GET", "/dags", params={"dag_id_pattern": dag_id, "limit": 100})
            if any(dag["dag_id"] == dag_id for dag in found["dags"]):
                return
        errors = self.call("GET", "/importErrors", params={"limit": 5})["import_errors"]
        causes = "; ".join(f"{error['filename']}: {error['stack_trace'].strip()[-400:]}" for error in errors)
        raise LaunchError(f"The DAG {dag_id} has not appeared after {seconds:.0f} s. {causes}".rstrip())

    def unpause(self, dag_id: str) -> None:
        """Let a DAG run."""
        self.call("PATCH", f"/dags/{dag_id}", json={"is_paused": False})

    def pause(self, dag_id: str) -> None:
        """Let a DAG start no run on its schedule or on an asset."""
        self.call("PATCH", f"/dags/{dag_id}", json={"is_paused": True})

    def end_unfinished_runs(self, dag_id: str) -> None:
        """Mark as failed what has not ended of a DAG; its tasks are not tried again."""
        params = {"state": ["queued", "running"], "limit": 100}
        for run in self.call("GET", f"/dags/{dag_id}/dagRuns", params=params)["dag_runs"]:
            self.call("PATCH", f"/dags/{dag_id}/dagRuns/{run['dag_run_id']}", json={"state": "failed"})

    def trigger(self, dag_id: str, conf: Json | None = None) -> str:
        """Start a run now; return its id."""
        answer = self.call("POST", f"/dags/{dag_id}/dagRuns", json={"logical_date": None, "conf": conf or {}})
        return str(answer["dag_run_id"])

    def run(self, dag_id: str, run_id: str) -> Json:
        """Return one run."""
        return self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")

    def runs(self, dag_id: str, after: datetime | None = None) -> list[Json]:
        """Return the runs of a DAG, newest first, of those queued from a moment on where one is given."""
        params: Json = {"order_by": "-run_after", "limit": 50}
        if after is not None:
            params["run_after_gte"] = after.isoformat()
        found: list[Json] = self.call("GET", f"/dags/{dag_id}/dagRuns", params=params)["dag_runs"]
        return found

    def runs_started_by(self, dag_id: str, run_id: str) -> list[tuple[str, str]]:
        """Return (DAG, run) of the runs that the assets of a run have started so far."""
        params = {"source_dag_id": dag_id, "source_run_id": run_id, "limit": 100}
        events = self.call("GET", "/assets/events", params=params)["asset_events"]
        return sorted(
            {(run["dag_id"], run["run_id"]) for event in events for run in event["created_dagruns"]}
        )

    def wait_for_run(self, dag_id: str, run_id: str, seconds: float) -> str:
        """Wait for the end of a run; return `success` or `failed`.

        Raises:
            LaunchError: it has not ended in time.
        """
        for _ in self._looks(seconds):
            state = str(self.run(dag_id, run_id)["state"])
            if state in ENDED:
                return state
        raise LaunchError(f"The run {run_id} of {dag_id} has not ended after {seconds:.0f} s: {self.url}")

    def task_instances(self, dag_id: str, run_id: str) -> list[Json]:
        """Return the tasks of a run."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        found: list[Json] = self.call("GET", path, params={"limit": 100})["task_instances"]
        return found

    def task_log(self, dag_id: str, run_id: str, task_id: str, try_number: int = 1) -> list[Json | str]:
        """Return the lines of a task's log: texts, or objects with `event`, `level` and the rest."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/{try_number}"
        found: list[Json | str] = self.call("GET", path, params={"full_content": True})["content"]
        return found

    def consumers(self, dag_id: str) -> list[str]:
        """Return the DAGs that start on the assets a DAG makes, as far as Airflow has read them."""
        found = self.call("GET", "/assets", params={"dag_ids": [dag_id], "limit": 100})["assets"]
        made = [
            asset for asset in found if any(task["dag_id"] == dag_id for task in asset["producing_tasks"])
        ]
        return sorted({dag["dag_id"] for asset in made for dag in asset["scheduled_dags"]})

    def question(self, dag_id: str, run_id: str, task_id: str) -> Json:
        """Return what a task asks a person: subject, body, options, and whether it has been answered."""
        return self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/-1/hitlDetails")

    def answer(self, dag_id: str, run_id: str, task_id: str, option: str) -> None:
        """Answer a task that waits for a person, with one of its options."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/-1/hitlDetails"
        self.call("PATCH", path, json={"chosen_options": [option], "params_input": {}})

    def _looks(self, seconds: float) -> Iterator[None]:
        """Yield now and then until the time is over."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            yield
            self._watch()
            time.sleep(POLL_SECONDS)
