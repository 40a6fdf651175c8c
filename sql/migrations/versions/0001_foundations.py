"""The first tables: installations, classements, people and their picks, runs, incidents; roles and rights."""

from alembic import op

from etl.database import read_statement

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(read_statement("migrations/versions/0001_foundations.sql"))


def downgrade() -> None:
    for table in (
        "alert_incidents", "dataset_runs", "prescriptions", "classements", "installations", "users",
    ):  # fmt: skip
        op.drop_table(table)
    op.execute("DROP EXTENSION unaccent")
    op.execute("DROP EXTENSION pg_trgm")
    # The roles stay: they belong to the whole server and another database may use them.
    op.execute("REVOKE USAGE ON SCHEMA public FROM envinorma_etl, envinorma_web, envinorma_backoffice")
    op.execute(
        "DO $$ BEGIN "
        "EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM envinorma_etl', current_database()); "
        "END $$"
    )
