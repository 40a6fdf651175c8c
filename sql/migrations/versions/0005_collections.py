"""Collections: removals that can be undone, and the grouping that a person chose."""

from alembic import op

from etl.database import read_statement

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(read_statement("migrations/versions/0005_collections.sql"))


def downgrade() -> None:
    op.execute("DELETE FROM prescriptions WHERE removed_at IS NOT NULL")
    op.drop_index("prescriptions_user_idx")
    op.drop_index("prescriptions_alinea_idx")
    op.create_index(
        "prescriptions_alinea_idx", "prescriptions", ["user_id", "installation_id", "alinea_id"], unique=True
    )
    op.drop_column("prescriptions", "removed_at")
    op.drop_column("users", "grouping")
