"""What a classement or a condition may name: rubriques and alineas of the nomenclature, the order's first."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from etl.am_documents import Document
from regulation.conditions import Parameter
from regulation.editing.condition_form import Row
from regulation.editing.condition_values import Known
from webapp.models import ClassementReference, db


@dataclass(frozen=True, slots=True)
class Offered:
    """Rubriques, and alineas each after its rubrique, in the order in which they are proposed."""

    rubriques: tuple[str, ...]
    alineas: tuple[tuple[str, str], ...]
    known: Known


def offered_for(document: Document, rows: Iterable[Row] = ()) -> Offered:
    """Return what to propose for the classements of an order or for a condition, and what this may say.

    Alineas are those of the order's rubriques and of the ones that the condition tests. While no nomenclature
    is loaded, any rubrique and alinea will do.
    """
    lines = {
        (rubrique, alinea or "")
        for rubrique, alinea in db.session.execute(
            select(ClassementReference.rubrique, ClassementReference.alinea)
        )
    }
    own = _own_lines(document)
    first, listed = sorted({rubrique for rubrique, _ in own}), {rubrique for rubrique, _ in lines}
    others = sorted(listed.difference(first))
    tested = {row.value.strip() for row in rows if row.parameter is Parameter.RUBRIQUE}
    concerned = tested & listed | set(first)
    alineas = sorted(own | {line for line in lines if line[0] in concerned or not concerned})
    known = (
        Known(frozenset(listed.union(first)), frozenset(alinea for _, alinea in alineas if alinea))
        if lines
        else Known()
    )
    return Offered((*first, *others), tuple(line for line in alineas if line[1]), known)


def _own_lines(document: Document) -> set[tuple[str, str]]:
    return {
        (line["rubrique"], alinea)
        for line in document["classements_with_alineas"]
        for alinea in line["alineas"] or [""]
    }
