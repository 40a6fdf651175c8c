"""The role that makes backups: it reads everything."""

from alembic import op

from etl.database import read_statement

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(read_statement("migrations/versions/0008_backup.sql"))


def downgrade() -> None:
    op.execute(read_statement("migrations/versions/0008_backup_down.sql"))
