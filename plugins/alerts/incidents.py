"""Incidents: from the first failure of a DAG to its next success, kept in the table `alert_incidents`.

The table decides whether people have been told already. When it cannot be reached, the answer is None and the
caller tells: twice is better than never.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg2

from etl.database import Role, connect, read_statement
from etl.errors import StepError
from etl.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Incident:
    """An open incident after one more failure; `to_announce` means that nobody has been told yet."""

    opened_at: datetime
    failures: int
    to_announce: bool


@dataclass(frozen=True, slots=True)
class Resolution:
    """An incident that has just ended."""

    opened_at: datetime
    resolved_at: datetime
    failures: int


def note_failure(settings: Settings, subject: str, cause: str) -> Incident | None:
    """Open or lengthen the incident of a subject, and claim its announcement; None without a database."""
    rows = _run(settings, ["note_failure", "claim_announcement"], {"subject": subject, "cause": cause})
    if rows is None or rows[0] is None:
        return None
    opened_at, failures = rows[0]
    return Incident(opened_at, failures, to_announce=rows[1] is not None)


def release_announcement(settings: Settings, subject: str) -> None:
    """Give the announcement back after a message that did not arrive, so that the next failure announces."""
    _run(settings, ["release_announcement"], {"subject": subject})


def resolve(settings: Settings, subject: str) -> Resolution | None:
    """Close the open incident of a subject; None when there is none (or no database)."""
    rows = _run(settings, ["resolve_incident"], {"subject": subject})
    return Resolution(*rows[0]) if rows and rows[0] is not None else None


def _run(
    settings: Settings, statements: list[str], values: dict[str, Any]
) -> list[tuple[Any, ...] | None] | None:
    """Run statements in one transaction; give back the first row of each, or None without a database."""
    try:
        with connect(settings, Role.ETL) as connection, connection.cursor() as cursor:
            return [_first_row(cursor, statement, values) for statement in statements]
    except (StepError, psycopg2.Error) as error:
        log.warning("The incident of %s cannot be recorded: %s", values["subject"], error)
        return None


def _first_row(cursor: Any, statement: str, values: dict[str, Any]) -> tuple[Any, ...] | None:
    cursor.execute(read_statement(f"alerts/{statement}.sql"), values)
    row: tuple[Any, ...] | None = cursor.fetchone() if cursor.description else None
    return row
