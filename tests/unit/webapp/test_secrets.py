"""No page, error, probe or line of the log holds a secret of the settings, whatever goes wrong."""

import pytest
from pydantic import SecretStr

from etl.settings import Settings
from webapp import create_app

MARK = "planted-secret"
LONG = f"{MARK}-and-long-enough-to-sign-cookies"
# It would send to a Sentry.
NOT_PLANTED = {"sentry_dsn"}
PATHS = [
    "/",
    "/installations?q=x",
    "/rien",
    "/panne",
    "/sante",
    "/sante/processus",
    "/metrics",
    "/api/v1/installations",
    "/api/v1/openapi.json",
    "/back-office/",
    "/back-office/connexion",
    "/donnees-personnelles",
]


def planted(settings: Settings) -> Settings:
    """Settings whose every secret bears the mark; the database refuses the password."""
    assert settings.database_url is not None
    address = SecretStr(settings.database_url.get_secret_value().replace("wrong", MARK))
    secrets = {
        name: address if name.endswith("database_url") else SecretStr(f"{LONG}-{name}")
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation) and name not in NOT_PLANTED
    }
    return settings.model_copy(update={**secrets, "airflow_api_url": "http://127.0.0.1:9"})


def test_no_page_holds_a_secret(lonely_settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    settings = planted(lonely_settings)
    app = create_app(settings)

    def break_down() -> str:
        raise RuntimeError(repr(settings))

    app.add_url_rule("/panne", "panne", break_down)
    token = settings.metrics_token
    assert token is not None
    headers = {"Authorization": f"Bearer {token.get_secret_value()}", "Accept": "text/html"}
    answers = {path: app.test_client().get(path, headers=headers) for path in PATHS}

    assert {answers[path].status_code for path in ("/panne", "/installations?q=x", "/metrics")} == {
        200,
        500,
        503,
    }
    assert [path for path, answer in answers.items() if MARK in f"{answer.text}{answer.headers}"] == []
    assert "panne" in caplog.text
    assert MARK not in caplog.text
