"""What every DAG shares: when a failed task is tried again, and who is told."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from dags.runs import keep_failure
from plugins.alerts.callbacks import tell_failure, tell_retry

START = datetime(2026, 1, 1, tzinfo=UTC)
LONGEST_TASK = timedelta(hours=2)

# By type: what nobody can mend by waiting fails at once, what the outside world mends by itself is tried
# again with a growing delay. Anything else takes Airflow's own road, with the same delays.
RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=[
                "etl.errors.RefusedError",
                "etl.errors.SettingsError",
                "etl.errors.TooManyFailuresError",
            ],
            action=RetryAction.FAIL,
            reason="Refused, misconfigured or already reported: another try would end the same way",
        ),
        RetryRule(
            exception=[
                "etl.errors.TransientError",
                "psycopg2.OperationalError",
                "psycopg2.InterfaceError",
                "builtins.ConnectionError",
                "builtins.TimeoutError",
            ],
            action=RetryAction.RETRY,
            reason="The database or the network failed: tried again later",
        ),
    ]
)


def task_defaults(dataset: str) -> dict[str, Any]:
    """Return the `default_args` of a DAG: at most 4 tries, 1 to 2, then 2 to 4, then 4 to 8 minutes apart."""
    return {
        "owner": "envinorma",
        "retries": 3,
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": 2,
        "max_retry_delay": timedelta(minutes=10),
        "retry_policy": RETRY_POLICY,
        "execution_timeout": LONGEST_TASK,
        "on_retry_callback": [tell_retry],
        "on_failure_callback": [partial(keep_failure, dataset=dataset), tell_failure],
    }
