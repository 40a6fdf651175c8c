"""The tables of the database, brought to the newest version by Alembic."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from etl.database import Role, database_url
from etl.errors import StepError
from etl.settings import ROOT, Settings

# Any number: two migrations of one database wait for each other on it.
MIGRATION_LOCK = 5_150_001
CONNECT_TIMEOUT_SECONDS = 10


def migrate(settings: Settings) -> tuple[str | None, str | None]:
    """Bring the tables to the newest revision, as their owner; return the revisions before and after.

    Two calls at once wait for each other. All of it is one transaction: a failure leaves what was there.

    Raises:
        psycopg2.OperationalError: Postgres cannot be reached.
        StepError: a migration failed, or the tables are of a newer version of the code; nothing was changed.
    """
    return _move(settings, command.upgrade, "head")


def migrate_down(settings: Settings, revision: str) -> tuple[str | None, str | None]:
    """Take the tables back to a revision (`base`: none left); return the revisions before and after."""
    return _move(settings, command.downgrade, revision)


def current_revision(connection: Connection) -> str | None:
    """Return the revision a database is at, None for one without tables of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Return the revision of the code."""
    return ScriptDirectory.from_config(_configuration()).get_current_head()


@cache
def known_revisions() -> tuple[str, ...]:
    """Return every revision of the code, from the first to the newest."""
    steps = ScriptDirectory.from_config(_configuration()).walk_revisions()
    return tuple(reversed([step.revision for step in steps]))


def _move(
    settings: Settings, change: Callable[[Config, str], None], revision: str
) -> tuple[str | None, str | None]:
    configuration = _configuration()
    with _explained(), _owner_engine(settings).begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        before = current_revision(connection)
        configuration.attributes["connection"] = connection
        change(configuration, revision)
        return before, current_revision(connection)


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what Alembic and SQLAlchemy raise into the errors of the steps."""
    try:
        yield
    except OperationalError as error:
        raise error.orig or error from None
    except DBAPIError as error:
        cause = str(error.orig).strip().partition("\n")[0]
        raise StepError(
            f"The tables cannot be migrated: {cause}. Nothing was changed. DATABASE_URL must name "
            "their owner, who may create roles and the extensions pg_trgm and unaccent."
        ) from None
    except CommandError as error:
        raise StepError(f"The tables are of another version of this program: {error}.") from None


def _owner_engine(settings: Settings) -> Engine:
    return create_engine(
        database_url(settings, Role.OWNER),
        poolclass=NullPool,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS, "application_name": "envinorma migrate"},
    )


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(ROOT / "sql" / "migrations"))
    return configuration
