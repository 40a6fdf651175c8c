"""Search: folded text of each installation, its words, and the dictionary that forgives small mistakes."""

from alembic import op

from etl.database import read_statement

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(read_statement("migrations/versions/0002_search.sql"))


def downgrade() -> None:
    op.execute("DROP TRIGGER remember_words_of_new_rows ON installations")
    op.execute("DROP TRIGGER remember_words_of_changed_rows ON installations")
    op.execute("DROP FUNCTION remember_search_words, similar_words")
    op.drop_table("search_words")
    op.drop_column("installations", "search_text")
    op.execute('ALTER TABLE installations ALTER COLUMN s3ic_id TYPE text COLLATE "default"')
    op.execute("DROP FUNCTION typed_words, split_words, fold_text")
