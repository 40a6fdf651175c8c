"""Asking a person before a sync makes much disappear.

An answer holds for the files whose checksums stood in the question, and for nothing else: the button itself
bears their fingerprint, and what is written afterwards is checked against them again. In Airflow 3.3 a
question keeps its first wording even when its task is cleared or tried again, so files that changed are
asked about in a new run.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Context

from dags.questions import body_of, fingerprint, subject_of
from dags.runs import ReportedRefusalError, keep_refusal
from etl.settings import load_settings
from plugins.alerts.callbacks import tell_question

REFUSE = "Refuser : garder l'état actuel"


class Approval(HITLOperator):
    """Waits for a person's agreement when a comparison needs one; gives back the checksums agreed to, by key.

    Without an answer in time (APPROVAL_HOURS), or with a refusal, the report says `refused` and the task
    fails for good: the state in service stays.
    """

    template_fields = ("comparison",)

    def __init__(
        self,
        *,
        comparison: Any,
        dataset: str,
        **options: Any,
    ) -> None:
        """Take the comparison (values of one, from an earlier task) and the dataset for its report."""
        super().__init__(subject="", options=[REFUSE], defaults=[REFUSE], execution_timeout=None, **options)
        self.comparison = comparison
        self.dataset = dataset

    def execute(self, context: Context) -> dict[str, str]:
        """Ask, when there is something to ask; the answer comes back to `execute_complete`."""
        if not self.comparison["needs_approval"]:
            return {}
        wait = timedelta(hours=load_settings().approval_hours)
        self.subject, self.body = subject_of(self.comparison), body_of(self.comparison)
        self.options = [self._agreement(), REFUSE]
        self.response_timeout = wait
        tell_question(context, self.subject, datetime.now(UTC) + wait)
        answered: dict[str, str] = super().execute(
            context
        )  # leaves by a signal: the task waits without a process
        return answered

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, str]:
        """Return the checksums that the answer agrees to; none when the question shown was of other files."""
        answer = super().execute_complete(context, event)
        if answer["chosen_options"] == [REFUSE]:
            why = refusal(answer["responded_by_user"])
            keep_refusal((self.dag_id, self.dataset), why, self.comparison)
            raise ReportedRefusalError(why)
        agreed = answer["chosen_options"] == [self._agreement()]
        return dict(self.comparison["files"]) if agreed else {}

    def validate_chosen_options(self, chosen_options: list[str]) -> None:
        """Accept the button of an earlier question: it agrees to nothing, and a new run asks anew."""

    def _agreement(self) -> str:
        return f"Appliquer les fichiers {fingerprint(self.comparison['files'])}"


def refusal(person: Mapping[str, str] | None) -> str:
    """Say who refused; nobody stands for a question that was not answered in time."""
    if person is None:
        return "Nobody answered in time: nothing was written, the state in service stays."
    return f"Refused by {person['name']}: nothing was written, the state in service stays."
