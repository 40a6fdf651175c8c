"""What the pages of installations read."""

import re
from dataclasses import dataclass

from sqlalchemy import select

from webapp.database import begin_consistent_reads
from webapp.guests.identity import current_guest, known_identity
from webapp.installations.wording import FICTIVE_ID, HIDDEN_RUBRIQUE
from webapp.models import Classement, Installation, db

S3IC_ID = re.compile(r"[0-9]{4}\.[0-9]{5}")
OWN_ID = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """An installation with its classements, in the order of the source."""

    installation: Installation
    classements: list[Classement]

    @property
    def ref(self) -> str:
        """Return what names the installation in addresses."""
        return installation_ref(self.installation)

    @property
    def is_own(self) -> bool:
        """Tell whether a person made it: a copy, or a fictive one."""
        return self.installation.owner_id is not None

    @property
    def is_fictive(self) -> bool:
        """Tell whether a person invented it."""
        return self.is_own and self.installation.s3ic_id == FICTIVE_ID

    @property
    def has_hidden_lines(self) -> bool:
        """Tell whether a line is of a rubrique whose content is confidential."""
        return any(line.rubrique == HIDDEN_RUBRIQUE for line in self.classements)

    @property
    def is_published(self) -> bool:
        """Tell whether the source still publishes the installation."""
        return self.installation.withdrawn_at is None


def visible_installation(ref: str) -> Installation | None:
    """Return the installation of an address, None where the person of this request may see none.

    An s3ic_id names a published (or withdrawn) installation, a plain number one that this person made.
    """
    if S3IC_ID.fullmatch(ref):
        wanted = [Installation.s3ic_id == ref, Installation.owner_id.is_(None)]
    elif OWN_ID.fullmatch(ref):
        guest = current_guest()
        if guest is None:
            return None
        wanted = [Installation.id == int(ref), Installation.owner_id == guest.id]
    else:
        return None
    return db.session.scalar(select(Installation).where(*wanted))


def installation_ref(installation: Installation) -> str:
    """Return what names an installation in addresses: `visible_installation` reads it."""
    return installation.s3ic_id if installation.owner_id is None else str(installation.id)


def read_classements(installation_id: int) -> list[Classement]:
    """Return the lines of an installation, in the order of the source."""
    lines = select(Classement).where(Classement.installation_id == installation_id)
    return list(db.session.scalars(lines.order_by(Classement.position)))


def may_name_installation(ref: str) -> bool:
    """Tell whether a text has the form of what names an installation, to who may have one of their own.

    Nothing is asked of the database for what cannot be there.
    """
    is_published = S3IC_ID.fullmatch(ref) is not None
    return is_published or (OWN_ID.fullmatch(ref) is not None and known_identity() is not None)


def read_sheet(ref: str) -> Sheet | None:
    """Return the installation of an address with its lines, None where there is none to see."""
    if not may_name_installation(ref):
        return None
    begin_consistent_reads()
    installation = visible_installation(ref)
    if installation is None:
        return None
    return Sheet(installation, read_classements(installation.id))
