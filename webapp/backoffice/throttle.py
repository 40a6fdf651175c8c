"""Attempts to sign in, counted in the database: too many for an account or from an address have to wait."""

from datetime import timedelta

from sqlalchemy import delete, func, or_, select, update

from webapp.backoffice.models import SignInAttempt
from webapp.models import db
from webapp.visitors import visitor_address

WINDOW = timedelta(minutes=15)
MOST_FOR_A_NAME = 5
MOST_FROM_AN_ADDRESS = 20
# Nothing of an attempt is kept for longer.
KEPT = timedelta(days=1)
LONGEST_NAME = 100


def note_attempt(name: str) -> int | None:
    """Record an attempt before it is judged; return its id, None where there were too many; commits.

    It is written before others are counted, so that of many at once no more pass than in a row.
    """
    attempt = SignInAttempt(name=name[:LONGEST_NAME], address=visitor_address())
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.attempted_at < func.now() - KEPT))
    db.session.add(attempt)
    db.session.commit()
    recent = (
        select(
            func.count().filter(SignInAttempt.name == attempt.name),
            func.count().filter(SignInAttempt.address == attempt.address),
        )
        .select_from(SignInAttempt)
        .where(
            SignInAttempt.attempted_at > func.now() - WINDOW,
            SignInAttempt.has_succeeded.is_(False),
            or_(SignInAttempt.name == attempt.name, SignInAttempt.address == attempt.address),
        )
    )
    for_name, from_address = db.session.execute(recent).one()
    if for_name > MOST_FOR_A_NAME or from_address > MOST_FROM_AN_ADDRESS:
        # A refused attempt does not prolong the wait.
        db.session.delete(attempt)
        db.session.commit()
        return None
    return attempt.id


def note_success(attempt_id: int) -> None:
    """Let an attempt, and those before it for the same name, count no more; the caller commits."""
    name = select(SignInAttempt.name).where(SignInAttempt.id == attempt_id).scalar_subquery()
    db.session.execute(update(SignInAttempt).where(SignInAttempt.name == name).values(has_succeeded=True))
