"""The back-office: editors, orders with every version, events."""

from alembic import op

from etl.database import read_statement

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(read_statement("migrations/versions/0006_backoffice.sql"))


def downgrade() -> None:
    op.execute("DROP SCHEMA backoffice CASCADE")
