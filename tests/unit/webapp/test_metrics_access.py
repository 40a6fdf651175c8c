"""Who may read the metrics."""

import pytest
from pydantic import SecretStr

from etl.settings import Settings
from webapp import create_app

TOKEN = "a token of more than thirty-two characters"
HERE, ELSEWHERE = "127.0.0.1", "203.0.113.7"


@pytest.mark.parametrize(
    ("token", "address", "headers", "code"),
    [
        (None, HERE, {}, 200),
        (None, "::1", {}, 200),
        (None, ELSEWHERE, {}, 404),
        (None, "", {}, 404),
        (None, HERE, {"X-Forwarded-For": ELSEWHERE}, 404),
        (None, HERE, {"X-Forwarded-For": HERE}, 404),
        (None, HERE, {"Forwarded": "for=127.0.0.1"}, 404),
        (None, HERE, {"X-Real-IP": HERE}, 404),
        (TOKEN, ELSEWHERE, {"Authorization": f"Bearer {TOKEN}"}, 200),
        (TOKEN, ELSEWHERE, {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": ELSEWHERE}, 200),
        (TOKEN, HERE, {}, 404),
        (TOKEN, HERE, {"Authorization": "Bearer"}, 404),
        (TOKEN, HERE, {"Authorization": f"Bearer {TOKEN}x"}, 404),
        (TOKEN, HERE, {"Authorization": f"Basic {TOKEN}"}, 404),
        (TOKEN, HERE, {"Authorization": "Bearer é"}, 404),
    ],
)
def test_who_may_read_the_metrics(
    lonely_settings: Settings, token: str | None, address: str, headers: dict[str, str], code: int
) -> None:
    settings = lonely_settings.model_copy(update={"metrics_token": SecretStr(token) if token else None})
    client = create_app(settings).test_client()

    answer = client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})

    assert answer.status_code == code
    assert ("envinorma_" in answer.text) is (code == 200)


def test_without_the_database_the_metrics_say_so(lonely_settings: Settings) -> None:
    text = create_app(lonely_settings).test_client().get("/metrics").text

    assert "envinorma_database_up 0.0" in text
    assert "envinorma_guests" not in text
    assert 'envinorma_step_late_after_seconds{dataset="database",step="backup_database"}' in text
