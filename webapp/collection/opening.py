"""What a tick begins with, in one statement: the person, the installation, and how its orders read today."""

from dataclasses import dataclass

from etl.database import read_statement
from webapp.guests.identity import Guest, hash_of, known_identity, note_return, remember_guest
from webapp.installations.queries import OWN_ID, S3IC_ID
from webapp.models import Installation, db
from webapp.orders.library import library
from webapp.orders.listing import engine_classements
from webapp.orders.today import TodaysTexts


@dataclass(frozen=True, slots=True)
class Opening:
    """`guest` is locked until the commit, None where the person made nothing yet.

    The installation has what names it, and is not of the session.
    """

    installation: Installation
    guest: Guest | None
    today: TodaysTexts


def open_collection(ref: str) -> Opening | None:
    """Return what a change of a collection needs, None where the person may see no such installation."""
    if not (S3IC_ID.fullmatch(ref) or OWN_ID.fullmatch(ref)):
        return None
    identity = known_identity()
    asked = {
        "identity_hash": hash_of(identity) if identity else None,
        "s3ic_id": ref if "." in ref else None,
        "own_id": None if "." in ref else int(ref),
    }
    rows = db.session.connection().exec_driver_sql(read_statement("collection/open.sql"), asked).all()
    if not rows:
        return None
    first = rows[0]
    guest = remember_guest(None if first.person_id is None else Guest(first.person_id, first.grouping))
    if first.is_back:
        note_return(first.person_id)
    lines = engine_classements(row for row in rows if row.rubrique is not None)
    installation = Installation(id=first.id, s3ic_id=first.s3ic_id, owner_id=first.owner_id, name=first.name)
    return Opening(installation, guest, TodaysTexts(lines, library().shelf()))
