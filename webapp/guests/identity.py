"""Who a guest is: a random value in the signed cookie of the session, of which the table keeps the hash.

The value is drawn when a page with a form goes out, so that two forms sent at once come from one person; the
row is made when something is first written, never by a page view.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from flask import g, session
from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert

from etl.database import read_statement
from webapp.models import User, db

SESSION_KEY = "guest"
IDENTITY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Guest:
    """A person who made something: the row's id, and how they read their collections (`arrete`, `theme`)."""

    id: int
    grouping: str


def current_guest() -> Guest | None:
    """Return the person of this request, None who made nothing yet; writes nothing."""
    if "guest" not in g:
        identity = known_identity()
        g.guest = _find(identity) if identity else None
    found: Guest | None = g.guest
    return found


def guest_for_writing() -> Guest:
    """Return the person of this request, made now if need be, their row locked until the commit.

    The lock makes all writes of one person wait for each other: two tabs never meet half-way.
    """
    guest = known_guest_for_writing()
    if guest is None:
        identity = known_identity() or draw_identity()
        new = insert(User).values(identity_hash=hash_of(identity))
        db.session.execute(new.on_conflict_do_nothing())
        guest = known_guest_for_writing()
    if guest is None:
        raise LookupError("A person was deleted while something was being written for them.")
    return guest


def known_guest_for_writing() -> Guest | None:
    """Return the person of this request, locked like that; None who made nothing yet: nobody is made."""
    identity = known_identity()
    g.guest = _find_locked(identity) if identity else None
    found: Guest | None = g.guest
    return found


def remember_guest(guest: Guest | None) -> Guest | None:
    """Keep who the person of this request is, where a statement that does more has read it."""
    g.guest = guest
    return guest


def note_return(guest_id: int) -> None:
    """Write that a person is here with what they write: a purge that runs just then lets them be."""
    db.session.connection().exec_driver_sql(read_statement("guests/note_return.sql"), {"id": guest_id})


def forget_read_guest() -> None:
    """Read the person anew when asked next: what was written of them was changed, or given up."""
    g.pop("guest", None)


def draw_identity() -> bytes:
    """Return a new random identity, put into the session of the browser."""
    identity = secrets.token_bytes(IDENTITY_BYTES)
    session[SESSION_KEY] = identity.hex()
    session.permanent = True
    return identity


def known_identity() -> bytes | None:
    """Return the identity in the session; whatever else stands in its place counts as none."""
    value = session.get(SESSION_KEY)
    try:
        identity = bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        return None
    return identity if len(identity) == IDENTITY_BYTES else None


def hash_of(identity: bytes) -> bytes:
    """Return what the table keeps of an identity: from it nobody makes a cookie."""
    return hashlib.sha256(identity).digest()


def _find(identity: bytes) -> Guest | None:
    wanted = select(User.id, User.grouping).where(User.identity_hash == hash_of(identity))
    return _guest(db.session.execute(wanted).one_or_none())


def _find_locked(identity: bytes) -> Guest | None:
    statement, asked = read_statement("guests/lock.sql"), {"identity_hash": hash_of(identity)}
    row = db.session.connection().exec_driver_sql(statement, asked).one_or_none()
    if row is not None and row.is_back:
        note_return(row.id)
    return _guest(row)


def _guest(row: Row[Any] | None) -> Guest | None:
    return Guest(row.id, row.grouping) if row else None
