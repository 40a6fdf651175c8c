"""The texts of the alerts: complete, in French, and within what Slack takes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest

from etl import ocr
from etl.aps.statuses import SourceFailure
from etl.errors import RefusedError
from plugins.alerts import messages
from plugins.alerts.messages import Failure, Message, Question, Recovery
from tests.stand_ins.slack import complaint

NOON = datetime(2026, 11, 12, 11, 0, tzinfo=UTC)
FAILURE = Failure(
    dag_id="transform_icpe",
    task_id="transform",
    run_id="manual__2026-11-12",
    cause="Column code_s3ic is missing.",
    try_number=2,
    tries=4,
    failed_at=NOON,
    run_started_at=NOON - timedelta(minutes=5),
    log_url="http://airflow/dags/transform_icpe/log",
    manual_url="http://airflow/manuel/dags/transform_icpe.md",
)
RECOVERY = Recovery("sync_icpe", "run", NOON - timedelta(hours=26), NOON, 3, "http://airflow/run")
QUESTION = Question("sync_icpe", "run", "12 installations disparaîtraient", NOON, "http://airflow/answer")


def body(message: Message) -> str:
    return str(message.blocks)


def test_a_failure_tells_everything() -> None:
    message = messages.failure_message(FAILURE, NOON - timedelta(days=1))
    assert message.text == "transform_icpe : échec — Column code_s3ic is missing."
    for expected in (
        "transform_icpe",
        "*Tâche*\\ntransform",
        "manual__2026-11-12",
        "2 sur 4",
        "*Depuis*\\n11/11/2026 à 12:00",
        "Column code_s3ic is missing.",
        "Les données précédentes restent en service",
        "relancez transform_icpe",
        "<http://airflow/dags/transform_icpe/log|Journal de la tâche>",
        "<http://airflow/manuel/dags/transform_icpe.md|Que faire ?>",
    ):
        assert expected in body(message), expected


def test_a_failure_that_is_tried_again_says_when_and_asks_nothing() -> None:
    message = messages.failure_message(replace(FAILURE, retry_by=NOON + timedelta(minutes=4)), NOON)
    assert "nouvel essai prévu" in message.text
    assert "nouvel essai automatique avant 12/11/2026 à 12:04" in body(message)
    assert "relancez" not in body(message)


def test_a_recovery_tells_how_long_it_lasted() -> None:
    message = messages.recovery_message(RECOVERY)
    assert message.text == "sync_icpe : rétabli après 1 j 2 h"
    assert "*Essais en échec*\\n3" in body(message)


def test_a_question_tells_until_when_and_where_to_answer() -> None:
    message = messages.question_message(QUESTION)
    assert "12 installations disparaîtraient" in message.text
    assert "Sans réponse avant 12/11/2026 à 12:00, rien ne sera écrit." in body(message)
    assert "<http://airflow/answer|Répondre dans Airflow>" in body(message)


DETAILS = {
    "read": 12,
    "failed": 2,
    "unfinished": 1,
    "new": 14,
    "removed": 3,
    "left": 5,
    "failures": {"gone": 1, "corrupt": 1},
    "states": {"SUCCESS": 100, "ERROR": 4, "NOT_ATTEMPTED": 6},
    "pages": 240,
    "minutes": 3.52,
}


def test_the_summary_of_an_update_tells_counts_states_pages_and_minutes() -> None:
    message = messages.update_message("run", DETAILS, "http://airflow/run")
    assert message.text == "update_aps : 12 arrêtés lus, 3 en échec"
    for expected in (
        "*Nouveaux dans la source*\\n14",
        "*Retirés de la source*\\n3",
        "*Lus*\\n12 (240 pages)",
        "*En échec*\\n2 (fichier abîmé : 1, absent de la source : 1)",
        "*Non essayés*\\n1",
        "*Restent à lire*\\n5",
        "3,5 min de processeur",
        "100 lus, 4 en erreur, 6 pas encore lus",
    ):
        assert expected in body(message), expected


def test_every_failure_has_its_words() -> None:
    assert set(messages.FAILURES) == {*ocr.Failure, *SourceFailure, "kept"}


@pytest.mark.parametrize(
    "message",
    [
        messages.update_message("r" * 250, DETAILS, "http://airflow/run"),
        messages.failure_message(FAILURE, NOON),
        messages.failure_message(replace(FAILURE, task_id="", retry_by=NOON), NOON),
        messages.failure_message(
            replace(FAILURE, dag_id="d" * 250, cause=messages.cause_of("x" * 9000)), NOON
        ),
        messages.recovery_message(RECOVERY),
        messages.question_message(QUESTION),
    ],
)
def test_slack_takes_every_message(message: Message) -> None:
    assert complaint({"text": message.text, "blocks": message.blocks}) == ""


def test_a_cause_cannot_become_a_mention_or_a_link() -> None:
    message = messages.failure_message(replace(FAILURE, cause="<!channel> & <http://evil|ok>"), NOON)
    assert "&lt;!channel&gt; &amp; &lt;http://evil|ok&gt;" in body(message)
    assert "<!channel>" not in body(message)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RefusedError("Line 3:\n  too short."), "Line 3: too short."),
        (
            psycopg2.OperationalError("connection refused\n\tIs the server running?"),
            "OperationalError: connection refused",
        ),
        (KeyError("lat"), "KeyError: 'lat'"),
        (KeyError(), "KeyError"),
        ("timed_out", "timed_out"),
        (None, messages.NO_CAUSE),
        (ValueError("x" * 5000), f"ValueError: {'x' * (messages.LONGEST_CAUSE - 13)}…"),
    ],
)
def test_a_cause_is_one_line(error: BaseException | str | None, expected: str) -> None:
    assert messages.cause_of(error) == expected


@pytest.mark.parametrize(
    ("multiplier", "longest", "try_number", "minutes"),
    [(0, None, 3, 1), (1, None, 3, 1), (2, None, 1, 2), (2, None, 3, 8), (2, 5, 3, 5)],
)
def test_the_latest_retry_follows_airflows_backoff(
    multiplier: float, longest: int | None, try_number: int, minutes: int
) -> None:
    cap = timedelta(minutes=longest) if longest else None
    found = messages.latest_retry(NOON, timedelta(minutes=1), multiplier, cap, try_number)
    assert found == NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(seconds=40), "40 s"),
        (timedelta(minutes=2, seconds=3), "2 min 3 s"),
        (timedelta(hours=3, seconds=59), "3 h"),
        (timedelta(days=2, hours=1, minutes=9), "2 j 1 h"),
        (timedelta(), "0 s"),
        (timedelta(seconds=-5), "0 s"),
    ],
)
def test_durations_are_short(length: timedelta, expected: str) -> None:
    assert messages.readable_duration(length) == expected


PURGED = {
    "inactive_days": 90,
    "deleted": {"people": 2, "copies": 3, "fictive": 1, "classements": 40, "prescriptions": 12},
    "kept": {"came_back": 1, "held": 0},
}


@pytest.mark.parametrize(("held", "mark"), [(0, "🟢"), (2, "🟠")])
def test_a_purge_tells_whom_it_deleted_and_whom_it_kept(held: int, mark: str) -> None:
    message = messages.purge_message(
        "run", {**PURGED, "kept": {"came_back": 1, "held": held}}, "http://airflow/run"
    )
    told = {field["text"] for field in message.blocks[1]["fields"]}

    assert message.text == "purge_users : 2 personnes effacées"
    assert message.blocks[0]["text"]["text"] == f"{mark} {message.text}"
    assert {
        "*Sans visite depuis*\n90 jours", "*Prescriptions*\n12", "*Revenues entre-temps, gardées*\n1"
    } < told  # fmt: skip
