"""What is in a database: its tables, how many rows each has, and a mark of a sample of them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from psycopg2.extras import RealDictCursor

from etl.database import read_statement

# Of large tables, one row in sixteen is looked at, chosen by its key: the same rows in every copy.
SAMPLED_FROM_ROWS = 20_000
SAMPLED_ONE_IN = 16


@dataclass(frozen=True, slots=True)
class TableState:
    """Rows of a table, and the sum of the marks of one row in `one_in`."""

    rows: int
    one_in: int
    mark: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """A database: revision of its tables, each table by name, and the counts of what stands around them."""

    revision: str | None
    tables: Mapping[str, TableState]
    objects: Mapping[str, int]

    @property
    def rows(self) -> int:
        """Return the rows of all tables."""
        return sum(table.rows for table in self.tables.values())

    def to_values(self) -> dict[str, Any]:
        """Return the inventory as JSON values."""
        return asdict(self)

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_values` gave.

        Raises:
            KeyError, TypeError: the values are not those of an inventory.
        """
        tables = {name: TableState(**state) for name, state in values["tables"].items()}
        return cls(values["revision"], tables, dict(values["objects"]))


def take_inventory(connection: Connection, like: Inventory | None = None) -> Inventory:
    """Return what is in a database, as the transaction of the connection sees it.

    Args:
        connection: of a role that reads every row.
        like: an inventory to compare with: the same share of each table is looked at.
    """
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(read_statement("backup/written_alike.sql"))
        cursor.execute(read_statement("backup/tables.sql"))
        found = cursor.fetchall()
        tables = {}
        for row in found:
            name = f"{row['schema_name']}.{row['table_name']}"
            known = like.tables.get(name) if like else None
            one_in = known.one_in if known else _share(row["roughly"])
            cursor.execute(_statement(row, one_in))
            state: Mapping[str, Any] = cursor.fetchone() or {}
            tables[name] = TableState(state["rows"], one_in, state["mark"])
        cursor.execute(read_statement("backup/objects.sql"))
        objects = dict(cursor.fetchone() or {})
    return Inventory(_revision(connection, tables), tables, objects)


def differences(expected: Inventory, found: Inventory) -> list[str]:
    """Return what is not the same in two inventories, a few words for each; empty where they are equal."""
    told = []
    if expected.revision != found.revision:
        told.append(f"version of the tables {expected.revision} → {found.revision}")
    for name in sorted({*expected.tables, *found.tables}):
        before, after = expected.tables.get(name), found.tables.get(name)
        if before is None or after is None:
            told.append(f"table {name} {'is missing' if after is None else 'was not there'}")
        elif before.rows != after.rows:
            told.append(f"{name}: {before.rows} rows → {after.rows}")
        elif before.mark != after.mark:
            told.append(f"{name}: other content")
    told += [
        f"{kind}: {count} → {found.objects.get(kind, 0)}"
        for kind, count in expected.objects.items()
        if count != found.objects.get(kind, 0)
    ]
    return told


def _share(roughly: int) -> int:
    return SAMPLED_ONE_IN if roughly >= SAMPLED_FROM_ROWS else 1


def _statement(table: Mapping[str, Any], one_in: int) -> sql.Composed:
    """Return the statement that counts the rows of a table and adds up the marks of its sample."""
    key = [sql.SQL("ours.{}").format(sql.Identifier(column)) for column in table["key_columns"]]
    chosen: sql.Composable = sql.SQL("TRUE")
    if one_in > 1 and key:
        chosen = sql.SQL("left(md5(row({})::text), 1) = '0'").format(sql.SQL(", ").join(key))
    return sql.SQL(
        "SELECT count(*) AS rows, coalesce("
        "sum(('x' || left(md5(ours::text), 15))::bit(60)::bigint) FILTER (WHERE {chosen}), 0"
        ")::text AS mark FROM {table} AS ours"
    ).format(chosen=chosen, table=sql.Identifier(table["schema_name"], table["table_name"]))


def _revision(connection: Connection, tables: Mapping[str, TableState]) -> str | None:
    if "public.alembic_version" not in tables:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT version_num FROM public.alembic_version")
        row = cursor.fetchone()
    return str(row[0]) if row else None
