"""Connections to Postgres: addresses by role, statements from `sql/`, advisory locks."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from urllib.parse import quote

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from sqlalchemy.engine import URL, make_url

from etl.cluster import cluster_url
from etl.errors import SettingsError, StepError
from etl.settings import ROOT, Settings

CONNECT_TIMEOUT_SECONDS = 10


class Role(StrEnum):
    """Who is connected: each role may do only what its room needs (docs/architecture.md)."""

    OWNER = "envinorma_owner"
    ETL = "envinorma_etl"
    WEB = "envinorma_web"
    BACKOFFICE = "envinorma_backoffice"
    BACKUP = "envinorma_backup"


def database_url(settings: Settings, role: Role) -> URL:
    """Return the address for a role: its own variable, else DATABASE_URL with the role switched.

    Without DATABASE_URL it is the project's own cluster, which must be running (see `etl.cluster`).

    Raises:
        SettingsError: the address is not one of Postgres.
    """
    own = {
        Role.ETL: settings.etl_database_url,
        Role.WEB: settings.web_database_url,
        Role.BACKOFFICE: settings.backoffice_database_url,
        Role.BACKUP: settings.backup_database_url,
    }.get(role)
    if own is not None:
        return normalise_url(own.get_secret_value(), settings)
    given = settings.database_url.get_secret_value() if settings.database_url else cluster_url(settings)
    url = normalise_url(given, settings)
    if role is Role.OWNER:
        return url
    return url.update_query_dict({"options": f"-c role={role.value}"})


def normalise_url(text: str, settings: Settings) -> URL:
    """Accept `postgres://` and `postgresql://`; add DB_SSLMODE where the address says nothing of TLS."""
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.partition("+")[0] not in {"postgres", "postgresql"}:
        raise SettingsError("DATABASE_URL must begin with postgresql:// (or postgres://).")
    url = make_url(f"postgresql+psycopg2://{rest}")
    if "sslmode" not in url.query:
        url = url.update_query_dict({"sslmode": settings.db_sslmode})
    return url


def libpq_url(url: URL) -> str:
    """Return the same address in the form that libpq, `psql` and `pg_dump` read."""
    query = "&".join(f"{key}={quote(str(value))}" for key, value in url.query.items())
    bare = url.set(drivername="postgresql").difference_update_query(url.query.keys())
    return bare.render_as_string(hide_password=False) + (f"?{query}" if query else "")


def _connect(settings: Settings, role: Role) -> Connection:
    try:
        return psycopg2.connect(
            libpq_url(database_url(settings, role)),
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            application_name="envinorma",
        )
    except psycopg2.OperationalError as error:
        if role is not Role.OWNER and role in str(error):
            cause = str(error).strip().rpartition("FATAL:")[2].strip()
            raise StepError(
                f"The database does not let us in as {role}: {cause}. "
                "Run `python -m etl migrate` first, as the owner of the tables."
            ) from None
        raise


@contextmanager
def connect(settings: Settings, role: Role = Role.ETL) -> Iterator[Connection]:
    """Open one connection for a role and close it; the caller commits, an error rolls back.

    Raises:
        psycopg2.OperationalError: Postgres cannot be reached.
        StepError: the migrations, which make the roles, have not been applied.
    """
    connection = _connect(settings, role)
    try:
        yield connection
        connection.commit()
    finally:
        # Closing ends what was not committed. A rollback would hide why the server cut the connection.
        connection.close()


@cache
def read_statement(path: str) -> str:
    """Return the text of a statement kept under `sql/`, such as `sync/merge_installations.sql`."""
    return (ROOT / "sql" / path).read_text(encoding="utf-8")
