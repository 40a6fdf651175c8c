"""Which failures are told: once per incident, once more when the promised tries are used up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from plugins.alerts.callbacks import is_worth_telling
from plugins.alerts.incidents import Incident
from plugins.alerts.messages import Failure

NOON = datetime(2026, 11, 12, 12, 0, tzinfo=UTC)
FINAL = Failure("d", "t", "r", "cause", 1, 4, NOON, NOON - timedelta(minutes=9), "log", "manual")
RETRIED = replace(FINAL, retry_by=NOON + timedelta(minutes=2))
NEW = Incident(NOON, 1, to_announce=True)
OF_THIS_RUN = Incident(NOON - timedelta(minutes=5), 2, to_announce=False)
OF_YESTERDAY = Incident(NOON - timedelta(days=1), 9, to_announce=False)


@pytest.mark.parametrize(
    ("failure", "incident", "expected"),
    [
        (RETRIED, NEW, True),
        (FINAL, NEW, True),
        (replace(RETRIED, try_number=2), OF_THIS_RUN, False),
        (replace(FINAL, try_number=4), OF_THIS_RUN, True),
        (FINAL, OF_YESTERDAY, False),
        (RETRIED, OF_YESTERDAY, False),
        (replace(FINAL, try_number=4), OF_YESTERDAY, False),
        (replace(RETRIED, try_number=3), replace(OF_YESTERDAY, to_announce=True), True),
        (RETRIED, None, True),
        (replace(RETRIED, try_number=2), None, False),
        (replace(FINAL, try_number=4), None, True),
    ],
)
def test_each_incident_is_told_once(failure: Failure, incident: Incident | None, expected: bool) -> None:
    assert is_worth_telling(failure, incident) is expected
