"""The nomenclature: what a person chooses a rubrique, an alinea and a regime from."""

import re
from dataclasses import dataclass

from sqlalchemy import exists, select

from etl.database import read_statement
from webapp.installations.wording import REGIMES
from webapp.models import ClassementReference, db

SUGGESTIONS = 12
ON_A_PAGE = 60
LONGEST_QUESTION = 100
RUBRIQUE = re.compile("[0-9]{3,4}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A line of the nomenclature."""

    id: int
    rubrique: str
    alinea: str
    regime: str
    description: str

    @property
    def regime_in_words(self) -> str:
        """Return the regime as people say it."""
        return REGIMES[self.regime]


def suggest_references(text: str, wanted: int = SUGGESTIONS) -> list[Reference]:
    """Return the lines that match what is being typed, best first; none for nothing."""
    asked = text.replace("\0", " ").strip()[:LONGEST_QUESTION]
    if not any(character.isalnum() for character in asked):
        return []
    statement = read_statement("search/suggest_references.sql")
    rows = db.session.connection().exec_driver_sql(statement, {"text": asked, "wanted": wanted})
    return [Reference(row.id, row.rubrique, row.alinea or "", row.regime, row.description) for row in rows]


def reference_by_id(reference_id: int) -> Reference | None:
    """Return a line of the nomenclature, None where there is none (any more)."""
    row = db.session.get(ClassementReference, reference_id) if 0 < reference_id < 1 << 63 else None
    if row is None:
        return None
    return Reference(row.id, row.rubrique, row.alinea or "", row.regime, row.description)


def is_known_rubrique(rubrique: str) -> bool:
    """Tell whether the nomenclature has the rubrique; while none is loaded, any such number will do."""
    if db.session.scalar(select(exists().where(ClassementReference.rubrique == rubrique))):
        return True
    is_loaded = db.session.scalar(select(exists(select(ClassementReference.id))))
    return not is_loaded and RUBRIQUE.fullmatch(rubrique) is not None


def description_of(rubrique: str, alinea: str | None, regime: str) -> str | None:
    """Return what the nomenclature says of a line: of this very one, else of its alinea or rubrique."""
    table = ClassementReference
    lines = select(table.description).where(table.rubrique == rubrique, table.description != "")
    nearest = lines.order_by(
        table.alinea.is_not_distinct_from(alinea or None).desc(),
        (table.regime == regime).desc(),
        table.alinea.is_(None).desc(),
        table.id,
    )
    return db.session.scalar(nearest.limit(1))
