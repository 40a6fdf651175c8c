"""Alembic's environment: the owner's connection, the site's models as the target to compare with."""

from alembic import context
from sqlalchemy import create_engine, pool

from etl.database import Role, database_url
from etl.settings import load_settings
from webapp.models import db


def run_migrations() -> None:
    """Apply the migrations in one transaction, on the connection given by the caller or on one of our own."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate_on(given)
        return
    url = context.config.attributes.get("url") or database_url(load_settings(), Role.OWNER)
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        migrate_on(connection)


def migrate_on(connection: object) -> None:
    """Run what `alembic` was asked for on one connection."""
    context.configure(connection=connection, target_metadata=db.metadata, compare_server_default=False)
    with context.begin_transaction():
        context.run_migrations()


run_migrations()
