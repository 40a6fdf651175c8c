"""What an answer agrees to: the files of its own button, whatever was shown before."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dags import approval
from dags.approval import REFUSE, Approval, refusal
from dags.runs import ReportedRefusalError

FILES = {"installations_all.csv": "a" * 64}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The refusals that were recorded (the database has its own tests)."""
    refusals: list[tuple[Any, ...]] = []
    monkeypatch.setattr(approval, "keep_refusal", lambda *given: refusals.append(given))
    return refusals


def answer(option: str, person: dict[str, str] | None) -> dict[str, Any]:
    return {
        "chosen_options": [option],
        "params_input": {},
        "responded_at": datetime(2026, 11, 12, tzinfo=UTC),
        "responded_by_user": person,
        "timedout": person is None,
    }


def asked() -> Approval:
    return Approval(task_id="approve", comparison={"files": FILES, "needs_approval": True}, dataset="icpe")


def agreement(operator: Approval) -> str:
    return operator._agreement()


def test_the_button_of_these_files_agrees_to_their_checksums(kept: list[Any]) -> None:
    operator = asked()
    given = answer(agreement(operator), {"id": "1", "name": "admin"})
    assert operator.execute_complete({}, given) == FILES
    assert kept == []


def test_the_button_of_an_earlier_question_agrees_to_nothing(kept: list[Any]) -> None:
    given = answer("Appliquer les fichiers 00000000", {"id": "1", "name": "admin"})
    assert asked().execute_complete({}, given) == {}
    assert kept == []


@pytest.mark.parametrize(
    ("person", "why"),
    [({"id": "1", "name": "claire"}, "Refused by claire"), (None, "Nobody answered in time")],
)
def test_a_refusal_is_recorded_with_its_reason_and_ends_the_task(
    person: dict[str, str] | None, why: str, kept: list[tuple[Any, ...]]
) -> None:
    operator = asked()
    with pytest.raises(ReportedRefusalError, match=why):
        operator.execute_complete({}, answer(REFUSE, person))
    ((_, said, comparison),) = kept
    assert said == refusal(person)
    assert comparison["files"] == FILES


def test_nothing_is_asked_when_nothing_needs_an_answer() -> None:
    operator = Approval(
        task_id="approve", comparison={"files": FILES, "needs_approval": False}, dataset="icpe"
    )
    assert operator.execute({}) == {}
