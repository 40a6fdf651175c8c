"""Rows that refer to something that is not there: none, in a database that is whole."""

from collections.abc import Mapping
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from psycopg2.extras import RealDictCursor

from etl.database import read_statement

OWNERLESS_LINES = "classements.owner_id"


def count_orphans(connection: Connection) -> dict[str, int]:
    """Return, by foreign key, how many rows refer to a row that is not there; empty where all is whole.

    Every foreign key between tables that the role of the connection reads is looked at, as the catalogue of
    the database lists them, and the owner of a classement line, which is one in all but name.
    """
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(read_statement("purge/foreign_keys.sql"))
        keys = cursor.fetchall()
    counts = {key["name"]: _count(connection, _orphans_of(key)) for key in keys}
    counts[OWNERLESS_LINES] = _count(connection, read_statement("purge/count_ownerless_lines.sql"))
    return {name: count for name, count in counts.items() if count}


def _orphans_of(key: Mapping[str, Any]) -> sql.Composed:
    """Return the statement that counts the rows of one foreign key without a row they refer to."""
    pairs = list(zip(key["child_columns"], key["parent_columns"], strict=True))
    given = [sql.SQL("child.{} IS NOT NULL").format(sql.Identifier(column)) for column, _ in pairs]
    same = [
        sql.SQL("parent.{} = child.{}").format(sql.Identifier(theirs), sql.Identifier(ours))
        for ours, theirs in pairs
    ]
    return sql.SQL(
        "SELECT count(*) FROM {child} AS child WHERE {given}"
        " AND NOT EXISTS (SELECT FROM {parent} AS parent WHERE {same})"
    ).format(
        child=sql.Identifier(key["child_schema"], key["child"]),
        parent=sql.Identifier(key["parent_schema"], key["parent"]),
        given=sql.SQL(" AND ").join(given),
        same=sql.SQL(" AND ").join(same),
    )


def _count(connection: Connection, statement: str | sql.Composed) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return int(row[0]) if row else 0
