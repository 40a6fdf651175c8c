"""What leaves for a Sentry: the fault and its place in the code, nothing of people or secrets."""

import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import sentry_sdk
from flask import Flask, request
from pydantic import SecretStr

from etl import error_tracking
from etl.errors import RefusedError
from etl.settings import Settings
from plugins.alerts import callbacks
from tests.stand_ins.sentry import SentryStandIn
from webapp.request_log import request_tags, without_person

PLANTED = {
    "search": "Boulangerie-Zébulon",
    "form": "tapé-par-quelqu’un",
    "address": "203.0.113.77",
    "cookie": "un-cookie-secret",
    "browser": "Mon navigateur à moi",
    "variable": "valeur-locale-du-cadre",
    "password": "mot-de-passe-de-la-base",
    "webhook": "T000/B000/jeton-du-webhook",
}


@pytest.fixture
def tracked(lonely_settings: Settings, sentry: SentryStandIn) -> Iterator[Settings]:
    """Settings with a Sentry, and secrets that errors might quote; the client ends with the test."""
    yield lonely_settings.model_copy(
        update={
            "sentry_dsn": SecretStr(sentry.dsn),
            "sentry_environment": "staging",
            "etl_database_url": SecretStr(f"postgresql://etl:{PLANTED['password']}@db/envinorma"),
            "slack_webhook_url": SecretStr(PLANTED["webhook"]),
        }
    )
    sentry_sdk.get_client().close()
    # With its default integrations it would change Flask for all tests that follow.
    sentry_sdk.init(default_integrations=False)


def nothing_planted(stand_in: SentryStandIn) -> bool:
    text = "\n".join(stand_in.texts).encode().decode("unicode_escape", errors="replace") + "".join(
        stand_in.texts
    )
    found = [name for name, planted in PLANTED.items() if planted in text]
    assert found == [], found
    return bool(stand_in.texts)


def test_a_fault_of_the_site_leaves_without_the_person(
    app: Flask, tracked: Settings, sentry: SentryStandIn
) -> None:
    def fail(name: str) -> str:
        local = "valeur-locale-" + "du-cadre"
        sent = [*request.args.values(), *request.form.values(), *request.cookies.values()]
        sent += [request.remote_addr or "", *request.headers.values()]
        raise ValueError(
            f"cannot be read: {sent} {len(local)} {tracked.slack_webhook_url.get_secret_value()}"
        )

    app.add_url_rule("/faute/<name>", view_func=fail, methods=["POST"])
    app.config["WTF_CSRF_ENABLED"] = False
    assert error_tracking.start(tracked, request_tags, without_person)
    visitor = app.test_client()
    visitor.set_cookie("envinorma", PLANTED["cookie"])
    answer = visitor.post(
        "/faute/une-page",
        query_string={"q": PLANTED["search"]},
        data={"name": PLANTED["form"]},
        headers={"User-Agent": PLANTED["browser"], "X-Forwarded-For": PLANTED["address"]},
        environ_overrides={"REMOTE_ADDR": PLANTED["address"]},
    )

    (event,) = sentry.wait_for(1)
    assert nothing_planted(sentry)
    (fault,) = event["exception"]["values"]
    assert (fault["type"], fault["value"].partition(":")[0]) == ("ValueError", "cannot be read")
    assert fault["stacktrace"]["frames"][-1]["function"] == "fail"
    assert event["environment"] == "staging"
    assert event["tags"] == {
        "request_id": answer.headers["X-Request-ID"], "method": "POST", "route": "/faute/<name>",
    }  # fmt: skip
    assert not {"request", "user", "server_name", "breadcrumbs", "extra", "modules"} & set(event)


def test_an_error_in_the_log_leaves_clean(app: Flask, tracked: Settings, sentry: SentryStandIn) -> None:
    error_tracking.start(tracked, request_tags, without_person)
    with app.test_request_context("/installations", query_string={"q": PLANTED["search"]}):
        logging.getLogger("webapp").error("No answer for %s", PLANTED["search"])

    (event,) = sentry.wait_for(1)
    assert event["logentry"]["message"] == "No answer for …"
    assert nothing_planted(sentry)


def test_without_an_address_nothing_is_started(lonely_settings: Settings) -> None:
    assert error_tracking.start(lonely_settings) is False


def failed(error: BaseException) -> dict[str, Any]:
    ti = SimpleNamespace(
        dag_id="sync_aps", task_id="apply", run_id="manual", try_number=4, max_tries=3, map_index=-1
    )
    return {"ti": ti, "exception": error, "dag_run": None}


@pytest.mark.parametrize(
    ("error", "count"),
    [
        (KeyError(f"no such column at postgresql://etl:{PLANTED['password']}@db"), 1),
        (RefusedError("refused"), 0),
    ],
    ids=["a fault of the code", "a refusal"],
)
def test_faults_of_a_task_leave_and_refusals_do_not(
    tracked: Settings, sentry: SentryStandIn, monkeypatch: pytest.MonkeyPatch, error: Exception, count: int
) -> None:
    settings = tracked.model_copy(update={"slack_webhook_url": None})
    monkeypatch.setattr(callbacks, "load_settings", lambda: settings)
    callbacks.tell_failure(failed(error))

    events = sentry.wait_for(count)
    assert [event["tags"]["task_id"] for event in events] == ["apply"] * count
    assert nothing_planted(sentry) is bool(count)
