"""What the pages of installations read."""

from dataclasses import dataclass

from sqlalchemy import select

from webapp.database import begin_consistent_reads
from webapp.installations.wording import HIDDEN_RUBRIQUE
from webapp.models import Classement, Installation, db


@dataclass(frozen=True, slots=True)
class Sheet:
    """An installation with its classements, in the order of the source."""

    installation: Installation
    classements: list[Classement]

    @property
    def has_hidden_lines(self) -> bool:
        """Tell whether a line is of a rubrique whose content is confidential."""
        return any(line.rubrique == HIDDEN_RUBRIQUE for line in self.classements)

    @property
    def is_published(self) -> bool:
        """Tell whether the source still publishes the installation."""
        return self.installation.withdrawn_at is None


def read_sheet(s3ic_id: str) -> Sheet | None:
    """Return the published (or withdrawn) installation of an id, None where there is none."""
    begin_consistent_reads()
    installation = db.session.scalar(
        select(Installation).where(Installation.s3ic_id == s3ic_id, Installation.owner_id.is_(None))
    )
    if installation is None:
        return None
    lines = select(Classement).where(Classement.installation_id == installation.id)
    return Sheet(installation, list(db.session.scalars(lines.order_by(Classement.position))))
