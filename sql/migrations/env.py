"""Alembic's environment: the owner's connection; on its command line, the models of the site to compare."""

from typing import Any

from alembic import context
from sqlalchemy import create_engine, pool

from etl.database import Role, database_url
from etl.settings import load_settings


def run_migrations() -> None:
    """Apply the migrations in one transaction, on the connection given by the caller or on one of our own."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate_on(given, target_metadata=None)
        return
    engine = create_engine(database_url(load_settings(), Role.OWNER), poolclass=pool.NullPool)
    with engine.connect() as connection:
        migrate_on(connection, target_metadata=models_of_the_site())


def migrate_on(connection: object, **options: Any) -> None:
    """Run what `alembic` was asked for on one connection."""
    context.configure(
        connection=connection,
        compare_server_default=False,
        include_schemas=True,
        include_name=is_ours,
        **options,
    )
    with context.begin_transaction():
        context.run_migrations()


def is_ours(name: str | None, kind: str, _: object) -> bool:
    """Tell which schemas are compared: that of the site, which has no name here, and the back-office's."""
    return kind != "schema" or name in {None, "backoffice"}


def models_of_the_site() -> object:
    """Return the tables as the site declares them; only `alembic check` and `--autogenerate` need them."""
    from webapp.backoffice.models import BackofficeBase  # noqa: PLC0415  (the steps migrate without the site)
    from webapp.models import db  # noqa: PLC0415

    return [db.metadata, BackofficeBase.metadata]


run_migrations()
