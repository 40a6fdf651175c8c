"""The list of orders: what an editor asks for, and the lines that answer it.

There are a few hundred orders: all are read at once, then searched, filtered and sorted here.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from etl.database import read_statement
from webapp.backoffice.models import BIND
from webapp.models import db

MOST = 5_000
PAGE_SIZE = 50
LONGEST_TEXT = 100


@dataclass(frozen=True, slots=True)
class Line:
    """An order of the list; `installations` counts the published ones that have a line it is bound to."""

    cid: str
    nor: str | None
    state: str
    title: str
    nickname: str | None
    is_transverse: bool
    date_of_signature: date
    classements: Sequence[Mapping[str, Any]]
    sections: int
    sections_with_topic: int
    attention: Mapping[str, int]
    upstream_changed_at: datetime | None
    version: int
    updated_at: datetime
    installations: int

    @property
    def coverage(self) -> float:
        """Return the share of the sections with a text that have a topic; 1 where there is no text."""
        return self.sections_with_topic / self.sections if self.sections else 1.0

    @property
    def conflicts(self) -> int:
        """Return how many contradictions or errors keep the order from being published."""
        return self.attention.get("conflicts", 0)

    @property
    def orphans(self) -> int:
        """Return how many parameters or topics found no section after the last change of the text."""
        return self.attention.get("orphans", 0)

    @property
    def bindings(self) -> list[str]:
        """Return `2925 D` for each rubrique and regime, once, in the order of the classements."""
        return list(dict.fromkeys(f"{line['rubrique']} {line['regime']}" for line in self.classements))


@dataclass(frozen=True, slots=True)
class Asked:
    """What an editor asks for; an empty text lets everything by."""

    text: str = ""
    state: str = ""
    regime: str = ""
    rubrique: str = ""
    topics: str = ""
    attention: str = ""
    sort: str = ""


COVERAGES: dict[str, tuple[str, Callable[[Line], bool]]] = {
    "aucun": ("Aucun thème", lambda line: line.sections_with_topic == 0 and line.sections > 0),
    "partiel": ("Thèmes incomplets", lambda line: 0 < line.coverage < 1),
    "complet": ("Thèmes complets", lambda line: line.coverage == 1 and line.sections > 0),
}
ATTENTIONS: dict[str, tuple[str, Callable[[Line], bool]]] = {
    "tout": ("À reprendre", lambda line: bool(line.conflicts or line.orphans or line.upstream_changed_at)),
    "contradictions": ("Contradictions", lambda line: line.conflicts > 0),
    "orphelins": ("Éléments orphelins", lambda line: line.orphans > 0),
    "source": ("Texte modifié à la source", lambda line: line.upstream_changed_at is not None),
}
# Name, whether the greatest comes first, and what is compared.
SORTS: dict[str, tuple[str, bool, Callable[[Line], Any]]] = {
    "date": ("Date de signature", True, lambda line: line.date_of_signature),
    "titre": ("Titre", False, lambda line: folded(line.title)),
    "modification": ("Dernière modification", True, lambda line: line.updated_at),
    "installations": (
        "Installations concernées",
        True,
        lambda line: (line.is_transverse, line.installations),
    ),
    "themes": ("Couverture des thèmes", False, lambda line: line.coverage),
}


def options(choices: Mapping[str, Sequence[Any]]) -> list[tuple[str, str]]:
    """Return the values of a filter or of the sort, with their French names."""
    return [(value, str(choice[0])) for value, choice in choices.items()]


def all_lines() -> list[Line]:
    """Return every order, newest first, as the role of the back-office sees them."""
    with db.engines[BIND].connect() as connection:
        rows = connection.exec_driver_sql(read_statement("backoffice/list_orders.sql"), {"limit": MOST})
        return [Line(**row) for row in rows.mappings()]


def found(lines: Sequence[Line], asked: Asked) -> list[Line]:
    """Return the lines that answer, sorted; an unknown value of a filter or sort counts as none."""
    words = folded(asked.text[:LONGEST_TEXT]).split()
    kept = [line for line in lines if _answers(line, asked) and _has_words(line, words)]
    _, is_descending, key = SORTS.get(asked.sort, SORTS["date"])
    return sorted(kept, key=key, reverse=is_descending)


def folded(text: str) -> str:
    """Return a text without accents and capitals, to compare."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _answers(line: Line, asked: Asked) -> bool:
    filters = [COVERAGES.get(asked.topics), ATTENTIONS.get(asked.attention)]
    return (
        (not asked.state or line.state == asked.state)
        and _is_bound(line, asked.rubrique, asked.regime)
        and all(chosen is None or chosen[1](line) for chosen in filters)
    )


def _is_bound(line: Line, rubrique: str, regime: str) -> bool:
    """Tell whether one classement has both the rubrique and the regime asked for."""
    if not rubrique and not regime:
        return True
    return any(
        (not rubrique or bound["rubrique"] == rubrique) and (not regime or bound["regime"] == regime)
        for bound in line.classements
    )


def _has_words(line: Line, words: Sequence[str]) -> bool:
    searched = folded(" ".join([line.cid, line.nor or "", line.title, line.nickname or "", *line.bindings]))
    return all(word in searched for word in words)
