"""Airflow's REST API, as far as publishing needs it: start a run, and see how far it and the next one are.

The site signs in with an account of role `user` (`POST /auth/token`), which may start DAGs and read what they
do. What goes wrong becomes one French sentence that names no address; the log of the site says more.
"""

import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import httpx
from flask import current_app

from etl.settings import Settings

EXTENSION_KEY = "envinorma_airflow"
TIMEOUT = httpx.Timeout(8.0, connect=2.0)
SECONDS_AFTER_ERROR = 0.3
UNFINISHED = ("queued", "running")
Json = dict[str, Any]

NO_ANSWER = (
    "Airflow, qui publie, ne répond pas. Réessayez dans quelques minutes ; si cela dure, prévenez la "
    "personne qui administre le site."
)
NOT_SIGNED_IN = (
    "Airflow refuse le compte du site. La personne qui administre le site doit en vérifier le nom et le "
    "mot de passe (AIRFLOW_API_USER, AIRFLOW_API_PASSWORD)."
)
NOT_ALLOWED = (
    "Le compte que le site a dans Airflow n’a pas le droit de publier. La personne qui administre le site "
    "doit lui donner le rôle « user »."
)
NOT_THERE = (
    "Airflow ne connaît pas encore cette étape. S’il vient de démarrer, patientez une minute ; sinon, "
    "prévenez la personne qui administre le site."
)
REFUSED = (
    "Airflow a refusé la demande (réponse {}). Réessayez dans quelques minutes ; si cela dure, prévenez la "
    "personne qui administre le site."
)


class AirflowTroubleError(Exception):
    """Airflow did not do what was asked; the text is a French sentence for editors."""


class AirflowSilentError(AirflowTroubleError):
    """Airflow took the request and did not answer in time: whether it did it is not known."""


class NotThereError(AirflowTroubleError):
    """What was asked for is not there."""


class AlreadyThereError(AirflowTroubleError):
    """There is such a run already."""


SENTENCES: dict[int, str] = {
    401: NOT_SIGNED_IN,
    403: NOT_ALLOWED,
    404: NOT_THERE,
}
KINDS: dict[int, type[AirflowTroubleError]] = {
    404: NotThereError,
    409: AlreadyThereError,
}


class Airflow:
    """A client of one Airflow; it signs in when it is first asked, and again when the token has ended."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url = url
        self._login = {"username": user, "password": password}

    @cached_property
    def _client(self) -> httpx.Client:
        # Made by the first request: the worker that makes it has parted from the others by then.
        return httpx.Client(base_url=self._url.rstrip("/"), timeout=TIMEOUT)

    def is_paused(self, dag_id: str) -> bool:
        """Tell whether a DAG is paused: its runs wait until somebody lets it go on."""
        return bool(self._ask("GET", f"/dags/{dag_id}")["is_paused"])

    def unfinished_run(self, dag_id: str) -> str | None:
        """Return the run that is going on or waits, None where there is none."""
        params = {"state": list(UNFINISHED), "order_by": "-run_after", "limit": 1}
        runs = self._ask("GET", f"/dags/{dag_id}/dagRuns", params=params)["dag_runs"]
        return str(runs[0]["dag_run_id"]) if runs else None

    def start(self, dag_id: str, run_id: str, note: str) -> None:
        """Start a run under an id of our own, so that it is found again even if the answer is lost.

        Raises:
            AlreadyThereError: there is a run of that id.
            AirflowSilentError: no answer came in time.
        """
        wanted: Json = {"dag_run_id": run_id, "logical_date": None, "conf": {}, "note": note}
        self._ask("POST", f"/dags/{dag_id}/dagRuns", json=wanted)

    def run(self, dag_id: str, run_id: str) -> Json:
        """Return a run."""
        return self._ask("GET", f"/dags/{dag_id}/dagRuns/{run_id}")

    def task_states(self, dag_id: str, run_id: str) -> dict[str, str | None]:
        """Return the state of each task of a run, None for one that has none yet."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        found = self._ask("GET", path, params={"limit": 100})["task_instances"]
        return {task["task_id"]: task["state"] for task in found}

    def run_started_by(self, dag_id: str, run_id: str, follower: str) -> str | None:
        """Return the run of another DAG that what this run made has started, None before it has."""
        params = {"source_dag_id": dag_id, "source_run_id": run_id, "limit": 100}
        events = self._ask("GET", "/assets/events", params=params)["asset_events"]
        started = [run for event in events for run in event["created_dagruns"] if run["dag_id"] == follower]
        return str(started[-1]["run_id"]) if started else None

    def newest_run(self, dag_id: str) -> str | None:
        """Return the run that was asked for last, None where there never was one."""
        runs = self._ask("GET", f"/dags/{dag_id}/dagRuns", params={"order_by": "-run_after", "limit": 1})
        return str(runs["dag_runs"][0]["dag_run_id"]) if runs["dag_runs"] else None

    def _ask(self, method: str, path: str, **content: Any) -> Json:
        try:
            answer = self._request(method, path, content)
            self._refuse(answer)
            found: Json = answer.json()
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            current_app.logger.warning("Airflow does not answer: %s", error)
            raise AirflowTroubleError(NO_ANSWER) from None
        except httpx.TimeoutException as error:
            current_app.logger.warning("Airflow is too slow for %s %s: %r", method, path, error)
            raise AirflowSilentError(NO_ANSWER) from None
        except (httpx.HTTPError, ValueError) as error:
            current_app.logger.warning("Airflow's answer to %s %s cannot be used: %r", method, path, error)
            raise AirflowSilentError(NO_ANSWER) from None
        return found

    def _request(self, method: str, path: str, content: Mapping[str, Any]) -> httpx.Response:
        if "Authorization" not in self._client.headers:
            self._sign_in()
        answer = self._client.request(method, f"/api/v2{path}", **content)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._sign_in()
            answer = self._client.request(method, f"/api/v2{path}", **content)
        if method == "GET" and answer.is_server_error:
            # Asked about a run that is just being made, Airflow 3.3 fails now and then.
            time.sleep(SECONDS_AFTER_ERROR)
            answer = self._client.request(method, f"/api/v2{path}", **content)
        return answer

    def _sign_in(self) -> None:
        answer = self._client.post("/auth/token", json=self._login)
        self._refuse(answer, {400: NOT_SIGNED_IN})
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def _refuse(self, answer: httpx.Response, sentences: Mapping[int, str] | None = None) -> None:
        if answer.is_success:
            return
        asked, status = f"{answer.request.method} {answer.url.path}", answer.status_code
        current_app.logger.warning("Airflow answered %s with %s", asked, status)
        sentence = {**SENTENCES, **(sentences or {})}.get(status, REFUSED.format(status))
        raise KINDS.get(status, AirflowTroubleError)(sentence)


def connect_app(settings: Settings) -> Airflow | None:
    """Return the client of the settings; None where publishing from the site is not configured."""
    password = settings.airflow_api_password
    if not (settings.airflow_api_url and settings.airflow_api_user and password):
        return None
    return Airflow(settings.airflow_api_url, settings.airflow_api_user, password.get_secret_value())


def current_airflow() -> Airflow | None:
    """Return the Airflow of the running application, None where there is none."""
    found: Airflow | None = current_app.extensions[EXTENSION_KEY]
    return found
