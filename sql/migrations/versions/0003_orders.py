"""Ministerial orders, their alineas with a French full-text index, and the nomenclature."""

from alembic import op

from etl.database import read_statement

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(read_statement("migrations/versions/0003_orders.sql"))


def downgrade() -> None:
    for table in ("classement_references", "alineas", "ams"):
        op.drop_table(table)
    op.execute("DROP TEXT SEARCH CONFIGURATION french_unaccent")
