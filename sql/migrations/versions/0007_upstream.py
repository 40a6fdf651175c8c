"""What the texts of orders were at their source when they were last compared."""

from alembic import op

from etl.database import read_statement

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(read_statement("migrations/versions/0007_upstream.sql"))


def downgrade() -> None:
    op.execute("DROP TABLE backoffice.upstream_texts")
