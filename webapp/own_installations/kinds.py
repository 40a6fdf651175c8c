"""What an installation is to the person who looks at it: published, a private copy, a fictive one."""

from dataclasses import dataclass

from sqlalchemy import select

from webapp.installations.wording import FICTIVE_ID
from webapp.models import Installation, db


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an own installation comes from: nowhere (fictive), or a source that may be gone (None)."""

    is_fictive: bool
    source: Installation | None = None


def is_fictive(installation: Installation) -> bool:
    """Tell whether a person invented the installation."""
    return installation.owner_id is not None and installation.s3ic_id == FICTIVE_ID


def origin_of(installation: Installation) -> Origin | None:
    """Return where an own installation comes from, None for a published one.

    A copy finds its source again by the s3ic_id where the row was deleted and came back.
    """
    if installation.owner_id is None:
        return None
    if is_fictive(installation):
        return Origin(is_fictive=True)
    published = select(Installation).where(
        Installation.s3ic_id == installation.s3ic_id, Installation.owner_id.is_(None)
    )
    return Origin(is_fictive=False, source=db.session.scalar(published))
