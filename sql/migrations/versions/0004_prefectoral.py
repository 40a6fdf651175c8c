"""Prefectoral orders and their pages with a French full-text index."""

from alembic import op

from etl.database import read_statement

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(read_statement("migrations/versions/0004_prefectoral.sql"))


def downgrade() -> None:
    for table in ("ap_files_to_delete", "ap_pages", "aps"):
        op.drop_table(table)
