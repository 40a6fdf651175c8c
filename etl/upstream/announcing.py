"""Each change at the source is told once: claimed before it is told, given back where the telling failed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.database import read_statement
from etl.settings import Settings


@dataclass(frozen=True, slots=True)
class UpstreamChange:
    """An order whose text changed at Légifrance, found at a moment."""

    cid: str
    title: str
    changed_at: datetime


def announce_changes(connection: Connection, tell: Callable[[UpstreamChange], bool]) -> tuple[int, int]:
    """Tell each change that nobody was told of; return how many were told, and how many wait for another try.

    Args:
        connection: in the role of the steps; commits around each telling.
        tell: whether the message arrived.
    """
    told, waiting = 0, list[str]()
    while (change := _claim(connection, waiting)) is not None:
        if tell(change):
            told += 1
        else:
            waiting.append(change.cid)
            _run(connection, "backoffice/release_upstream.sql", {"cid": change.cid})
    return told, len(waiting)


def comparison_url(settings: Settings, cid: str) -> str:
    """Return the address of the page that compares an order with Légifrance."""
    return f"{settings.site_url.rstrip('/')}/back-office/arretes/{cid}/comparaison?avec=legifrance"


def _claim(connection: Connection, waiting: list[str]) -> UpstreamChange | None:
    row = _run(connection, "backoffice/claim_upstream.sql", {"cids": waiting})
    return None if row is None else UpstreamChange(*row)


def _run(
    connection: Connection, statement: str, values: dict[str, object]
) -> tuple[str, str, datetime] | None:
    with connection.cursor() as cursor:
        cursor.execute(read_statement(statement), values)
        row: tuple[str, str, datetime] | None = cursor.fetchone() if cursor.description else None
    connection.commit()
    return row
