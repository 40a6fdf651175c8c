"""What a person does to own installations. Nothing is committed here; the person's row is locked."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from etl.database import read_statement
from regulation.classement import HIDDEN_RUBRIQUE, Regime
from webapp.formats import now
from webapp.guests import Guest
from webapp.installations.queries import read_classements
from webapp.installations.wording import FICTIVE_ID
from webapp.models import Classement, Installation, Prescription, db
from webapp.own_installations.kinds import is_fictive
from webapp.own_installations.nomenclature import description_of
from webapp.own_installations.queries import (
    MOST_INSTALLATIONS,
    MOST_LINES,
    copy_of,
    count_lines,
    count_own,
    next_position,
)

# A form that is sent twice in a row is meant once.
SENT_TWICE = timedelta(minutes=1)
# Columns that tell two lines apart.
CONTENT = (
    "rubrique",
    "alinea",
    "regime",
    "volume",
    "unit",
    "date_autorisation",
    "date_mise_en_service",
    "last_substantial_modif_date",
)


class FullError(Exception):
    """There would be too many installations or lines; its text is the sentence for the person."""


def copy_installation(guest: Guest, source: Installation) -> Installation:
    """Return the person's copy of a published installation, made now if there is none.

    Raises:
        FullError: the person has too many installations; nothing may be committed.
    """
    found = copy_of(guest, source)
    if found is not None:
        if found.source_id != source.id:
            # The source was deleted, and came back as a new row.
            found.source_id = source.id
            db.session.flush()
        return found
    _check_installations(guest)
    asked = {"owner_id": guest.id, "source_id": source.id}
    connection = db.session.connection()
    made = connection.exec_driver_sql(read_statement("own_installations/copy_installation.sql"), asked)
    copy_id = made.scalar_one()
    connection.exec_driver_sql(
        read_statement("own_installations/copy_classements.sql"), asked | {"copy_id": copy_id}
    )
    return db.session.scalars(select(Installation).where(Installation.id == copy_id)).one()


def create_fictive(guest: Guest, name: str, values: Mapping[str, Any]) -> Installation:
    """Return a new fictive installation with its first line; the very same made just now comes back.

    Raises:
        FullError: the person has too many installations; nothing may be committed.
    """
    twin = _made_just_now(guest, name, values)
    if twin is not None:
        return twin
    _check_installations(guest)
    installation = Installation(
        owner_id=guest.id, s3ic_id=FICTIVE_ID, name=name, regime=values["regime"], active=""
    )
    db.session.add(installation)
    db.session.flush()
    add_line(installation, values, place=0)
    return installation


def rename(installation: Installation, name: str) -> None:
    """Give an own installation another name."""
    db.session.execute(
        update(Installation)
        .where(Installation.id == installation.id)
        .values(name=name, updated_at=func.now())
    )


def remove_installation(installation: Installation) -> None:
    """Delete an own installation with its lines and everything picked for it."""
    db.session.execute(delete(Prescription).where(Prescription.installation_id == installation.id))
    db.session.execute(delete(Installation).where(Installation.id == installation.id))


def add_line(installation: Installation, values: Mapping[str, Any], *, place: int | None = None) -> None:
    """Add a line; where the place that its form saw free holds the very same line, it was sent twice.

    Raises:
        FullError: the installation has too many lines; nothing may be committed.
    """
    if place is not None and _holds_at(installation, place, values):
        return
    if count_lines(installation) >= MOST_LINES:
        raise FullError(f"Une installation peut avoir {MOST_LINES} classements au plus : retirez-en d’abord.")
    line = Classement(
        installation_id=installation.id,
        owner_id=installation.owner_id,
        position=next_position(installation),
        activite=description_of(values["rubrique"], values.get("alinea"), values["regime"]),
        **values,
    )
    db.session.add(line)
    db.session.flush()
    _note_change(installation)


def change_line(installation: Installation, line: Classement, changes: Mapping[str, Any]) -> None:
    """Change what the form says of a line, and what goes with it: the words of the nomenclature."""
    was_masked = line.rubrique == HIDDEN_RUBRIQUE
    for name, value in changes.items():
        setattr(line, name, value)
    if "rubrique" in changes or ("alinea" in changes and not was_masked):
        line.activite = description_of(line.rubrique, line.alinea, line.regime)
    if "rubrique" in changes and was_masked:
        # The act was masked together with the line: it says nothing of the new one.
        line.rubrique_acte = line.alinea_acte = line.regime_acte = None
    db.session.flush()
    _note_change(installation)


def remove_line(installation: Installation, line: Classement) -> None:
    """Take a line out."""
    db.session.delete(line)
    db.session.flush()
    _note_change(installation)


def _note_change(installation: Installation) -> None:
    """Write when an installation changed; a fictive one has the strongest regime of its lines."""
    values: dict[str, Any] = {"updated_at": func.now()}
    if is_fictive(installation):
        regimes = [Regime(line.regime) for line in read_classements(installation.id)]
        values["regime"] = min(regimes, key=lambda regime: regime.rank, default=Regime.UNKNOWN).value
    db.session.execute(update(Installation).where(Installation.id == installation.id).values(**values))


def _check_installations(guest: Guest) -> None:
    if count_own(guest) >= MOST_INSTALLATIONS:
        raise FullError(
            f"Vous avez {MOST_INSTALLATIONS} installations, c’est le maximum : supprimez-en une d’abord."
        )


def _holds_at(installation: Installation, place: int, values: Mapping[str, Any]) -> bool:
    wanted = select(Classement).where(
        Classement.installation_id == installation.id, Classement.position == place
    )
    line = db.session.scalar(wanted)
    return line is not None and all(getattr(line, name) == values.get(name) for name in CONTENT)


def _made_just_now(guest: Guest, name: str, values: Mapping[str, Any]) -> Installation | None:
    wanted = select(Installation).where(
        Installation.owner_id == guest.id,
        Installation.s3ic_id == FICTIVE_ID,
        Installation.name == name,
        Installation.created_at > now() - SENT_TWICE,
    )
    twins = db.session.scalars(wanted.order_by(Installation.id))
    return next((twin for twin in twins if _holds_at(twin, 0, values)), None)
