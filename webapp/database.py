"""How the site reads: one view of the data for a whole page."""

from webapp.models import db


def begin_consistent_reads() -> None:
    """See one state of the database until the end of the request, whatever a sync commits meanwhile."""
    db.session.connection(
        execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    )
