"""The databases of a server, as the backup and the restore make, drop and exchange them."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import sql
from psycopg2.errors import InsufficientPrivilege, ObjectInUse
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from sqlalchemy.engine import URL

from etl.database import CONNECT_TIMEOUT_SECONDS, libpq_url, read_statement
from etl.errors import SettingsError, TransientError

# Present on every server, and not the one that is exchanged.
NEIGHBOUR = "postgres"
LONGEST_NAME = 63
SWAP_TRIES = 10
PUBLIC = "PUBLIC"


class Server:
    """A server seen from a database beside ours, whose connections then are nobody's hindrance."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.major: int = connection.server_version // 10_000

    def take(self, lock: int, database: str) -> bool:
        """Take a lock under the name of a database until the connection ends; tell whether it was free."""
        statement = "SELECT pg_try_advisory_lock(%(lock)s, hashtext(%(database)s))"
        ((is_ours,),) = self._read(statement, lock=lock, database=database)
        return bool(is_ours)

    def is_there(self) -> bool:
        """Return True where the server still answers.

        Raises:
            psycopg2.OperationalError: it does not.
        """
        return bool(self._read("SELECT TRUE"))

    def exists(self, database: str) -> bool:
        """Tell whether there is such a database."""
        return bool(
            self._read("SELECT TRUE FROM pg_database WHERE datname = %(database)s", database=database)
        )

    def create(self, database: str) -> None:
        """Make an empty database that only its owner enters.

        Raises:
            SettingsError: this login may not make databases.
        """
        try:
            self._run("CREATE DATABASE {} TEMPLATE template0", database)
        except InsufficientPrivilege:
            raise SettingsError(
                f"{self.connection.info.user} may not make databases: give it the right once, as the "
                f"superuser, with ALTER ROLE {self.connection.info.user} CREATEDB."
            ) from None
        self._run("REVOKE ALL ON DATABASE {} FROM PUBLIC", database)

    def drop(self, database: str) -> None:
        """Drop a database, if it is there, with whoever is connected to it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def beginning_with(self, prefix: str) -> list[str]:
        """Return the databases whose names begin so, in order."""
        found = self._read(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %(prefix)s) ORDER BY datname",
            prefix=prefix,
        )
        return [name for (name,) in found]

    def give_same_rights(self, old: str, new: str) -> None:
        """Let those enter the new database who may enter the old one, with the same settings.

        A dump says nothing of a database itself.
        """
        for privilege, grantee in self._read(read_statement("backup/rights_of_database.sql"), database=old):
            who = sql.SQL(PUBLIC) if grantee is None else sql.SQL(grantee)  # quoted by the server
            self._run(
                sql.SQL("GRANT {} ON DATABASE {{}} TO {}")
                .format(sql.SQL(privilege), who)
                .as_string(self.connection),
                new,
            )
        for (setting,) in self._read(read_statement("backup/settings_of_database.sql"), database=old):
            name, _, value = setting.partition("=")
            statement = sql.SQL("ALTER DATABASE {} SET {} TO {}")
            with self.connection.cursor() as cursor:
                cursor.execute(
                    statement.format(sql.Identifier(new), sql.Identifier(name), sql.Literal(value))
                )

    def give_usual_rights(self, database: str) -> None:
        """Let everybody enter a database, as the server does with a new one."""
        self._run("GRANT CONNECT, TEMPORARY ON DATABASE {} TO PUBLIC", database)

    def put_in_place(self, new: str, live: str, aside: str) -> None:
        """Give a database the name of the live one, which keeps what it holds under another: both, or none.

        Whoever is connected is cut off: one moment they read the old state, the next the new one.

        Raises:
            TransientError: connections come back faster than they are ended.
        """
        for _ in range(SWAP_TRIES):
            self.end_connections(live, new)
            try:
                self._rename_both(new, live, aside)
            except ObjectInUse:
                continue
            return
        raise TransientError(
            f"Connections to {live} come back faster than they are ended: stop what makes them, then start "
            "again. The old state is in service."
        )

    def end_connections(self, *databases: str) -> None:
        """End every connection to some databases."""
        self._read(read_statement("backup/end_connections.sql"), databases=list(databases))

    def _rename_both(self, new: str, live: str, aside: str) -> None:
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        names = [(live, aside)] if self.exists(live) else []
        with self.connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                for old_name, new_name in (*names, (new, live)):
                    cursor.execute(rename.format(sql.Identifier(old_name), sql.Identifier(new_name)))
            except psycopg2.Error:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")

    def _run(self, statement: str, database: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(database)))

    def _read(self, statement: str, **values: object) -> list[tuple[str, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())


@contextmanager
def server_of(url: URL) -> Iterator[Server]:
    """Connect to the server of an address, beside the database it names; every statement stands for itself.

    Raises:
        psycopg2.OperationalError: it cannot be reached.
    """
    connection = psycopg2.connect(
        libpq_url(url.set(database=NEIGHBOUR).difference_update_query(["options"])),
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        application_name="envinorma backup",
    )
    try:
        connection.autocommit = True
        yield Server(connection)
    finally:
        connection.close()


def name_beside(database: str, purpose: str, stamp: str = "") -> str:
    """Return the name of a database that stands beside another one, short enough for the server."""
    end = f"_{purpose}_{stamp}"
    return f"{database[: LONGEST_NAME - len(end)]}{end}"
