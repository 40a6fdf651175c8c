"""What the pages of own installations read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from etl.database import read_statement
from webapp.guests import Guest
from webapp.installations.queries import visible_installation
from webapp.installations.wording import FICTIVE_ID
from webapp.models import Classement, Installation, Prescription, db

# Far above what a person works on at a time; real installations have up to 111 lines.
MOST_INSTALLATIONS = 100
MOST_LINES = 300


@dataclass(frozen=True, slots=True)
class OwnInstallation:
    """An installation of a person, with how many lines and picks hang on it."""

    id: int
    name: str
    city: str | None
    is_fictive: bool
    created_at: datetime
    classements: int
    picks: int


def list_own(guest: Guest) -> list[OwnInstallation]:
    """Return what a person made, newest first."""
    asked = {"owner_id": guest.id, "wanted": MOST_INSTALLATIONS}
    rows = db.session.connection().exec_driver_sql(read_statement("own_installations/list.sql"), asked)
    return [
        OwnInstallation(
            id=row.id,
            name=row.name,
            city=row.city,
            is_fictive=row.s3ic_id == FICTIVE_ID,
            created_at=row.created_at,
            classements=row.classements,
            picks=row.picks,
        )
        for row in rows
    ]


def own_installation(ref: str) -> Installation | None:
    """Return the installation of an address where it is the person's own, else None."""
    found = visible_installation(ref)
    return found if found is not None and found.owner_id is not None else None


def copy_of(guest: Guest, source: Installation) -> Installation | None:
    """Return the person's copy of an installation, None where there is none.

    By the s3ic_id: a source that was deleted and came back is the same installation.
    """
    wanted = select(Installation).where(
        Installation.owner_id == guest.id, Installation.s3ic_id == source.s3ic_id
    )
    return db.session.scalar(wanted.order_by(Installation.id).limit(1))


def line_of(installation: Installation, line_id: int) -> Classement | None:
    """Return a line of an installation, None where it has no such line (any more)."""
    if not 0 < line_id < 1 << 63:
        return None
    wanted = select(Classement).where(Classement.id == line_id, Classement.installation_id == installation.id)
    return db.session.scalar(wanted)


def count_picks(installation: Installation) -> int:
    """Return how many prescriptions its owner holds of an own installation."""
    picks = select(func.count()).where(
        Prescription.installation_id == installation.id,
        Prescription.user_id == installation.owner_id,
        Prescription.removed_at.is_(None),
    )
    return db.session.scalars(picks).one()


def count_own(guest: Guest) -> int:
    """Return how many installations a person has."""
    return db.session.scalars(select(func.count()).where(Installation.owner_id == guest.id)).one()


def next_position(installation: Installation) -> int:
    """Return the place that the next line takes."""
    last = select(func.max(Classement.position)).where(Classement.installation_id == installation.id)
    highest = db.session.scalar(last)
    return 0 if highest is None else highest + 1


def count_lines(installation: Installation) -> int:
    """Return how many lines an installation has."""
    return db.session.scalars(select(func.count()).where(Classement.installation_id == installation.id)).one()
