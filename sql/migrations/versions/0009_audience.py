"""The audience, and what the site may know of the version of its tables."""

from alembic import op

from etl.database import read_statement

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(read_statement("migrations/versions/0009_audience.sql"))


def downgrade() -> None:
    op.execute("REVOKE SELECT ON alembic_version FROM envinorma_web")
    op.execute("DROP TABLE audience")
