"""The migrations: up, down, up again, equal to the models, safe to run twice and at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, NullPool, create_engine, inspect

from etl.database import Role, database_url
from etl.migrations import known_revisions, migrate, migrate_down, newest_revision
from etl.revisions import older_revisions
from etl.settings import Settings
from webapp.backoffice.models import BackofficeBase
from webapp.models import db

pytestmark = pytest.mark.postgres


def tables_of(settings: Settings) -> set[str]:
    engine = create_engine(database_url(settings, Role.OWNER), poolclass=NullPool)
    inspector = inspect(engine)
    own = {f"backoffice.{name}" for name in inspector.get_table_names(schema="backoffice")}
    return set(inspector.get_table_names()) | own


def test_up_down_and_up_again(new_database: Callable[..., Settings]) -> None:
    settings = new_database(empty=True)
    assert migrate(settings) == (None, newest_revision())
    first = tables_of(settings)
    assert {"installations", "classements", "users", "prescriptions", "dataset_runs"} <= first
    assert {"backoffice.orders", "backoffice.order_versions", "backoffice.editors"} <= first
    assert migrate_down(settings, "base") == (newest_revision(), None)
    assert tables_of(settings) == {"alembic_version"}
    migrate(settings)
    assert tables_of(settings) == first


def test_the_site_knows_the_revisions_that_alembic_knows() -> None:
    assert older_revisions() == set(known_revisions()[:-1])


def test_a_second_call_changes_nothing(settings: Settings) -> None:
    assert migrate(settings) == (newest_revision(), newest_revision())


def test_two_at_once_wait_for_each_other(new_database: Callable[..., Settings]) -> None:
    settings = new_database(empty=True)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(migrate, [settings, settings]))
    assert sorted(results, key=str) == sorted(
        [(None, newest_revision()), (newest_revision(), newest_revision())], key=str
    )


@pytest.mark.parametrize(
    ("schema", "metadata"),
    [(None, db.metadata), ("backoffice", BackofficeBase.metadata)],
    ids=["public", "backoffice"],
)
def test_models_equal_migrations(settings: Settings, schema: str | None, metadata: MetaData) -> None:
    engine = create_engine(database_url(settings, Role.OWNER), poolclass=NullPool)
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "include_schemas": True,
            "include_name": lambda name, kind, _: kind != "schema" or name == schema,
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
