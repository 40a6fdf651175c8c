"""${message}."""

from alembic import op

from etl.database import read_statement

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(read_statement("migrations/versions/${up_revision}_${message.lower().replace(' ', '_')}.sql"))


def downgrade() -> None:
    raise NotImplementedError
