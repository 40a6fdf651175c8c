"""What publication would change on the site, from the current versions and the orders in service.

Fingerprints are compared first; only the files of what differs are read, derived and checked as the export
does. Orders that stay as they are were checked when they came into service.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ARRAY, ColumnElement, Connection, Text, any_, func, literal, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.orm import InstrumentedAttribute

from etl.am_changes import OrderChange, change_of_order, ids_in, is_as_published
from etl.am_documents import unpack
from etl.approval import MAX_SHARE_DISAPPEARING
from etl.database import read_statement
from regulation.consistency import Finding, Level, check_orders
from webapp.backoffice.models import BIND
from webapp.models import Prescription, db


@dataclass(frozen=True, slots=True)
class Touched:
    """An order that publication adds, withdraws or changes; `picks` counts what people hold of it."""

    cid: str
    title: str
    picks: int = 0
    change: OrderChange | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What publication would do; `rewritten` are files that change although they say the same."""

    added: list[Touched] = field(default_factory=list)
    withdrawn: list[Touched] = field(default_factory=list)
    changed: list[Touched] = field(default_factory=list)
    rewritten: list[Touched] = field(default_factory=list)
    unchanged: int = 0
    errors: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)

    @property
    def in_force(self) -> int:
        """Return how many orders would be in service afterwards."""
        return self.unchanged + len(self.added) + len(self.changed) + len(self.rewritten)

    @property
    def is_nothing(self) -> bool:
        """Whether the site has all of it already."""
        return not (self.added or self.withdrawn or self.changed or self.rewritten)

    @property
    def picks(self) -> int:
        """Return how many of people's picks lose their text, or see it change."""
        return sum(touched.picks for touched in (*self.withdrawn, *self.changed))

    @property
    def sections(self) -> int:
        """Return how many sections readers will see otherwise."""
        return sum(len(touched.change.sections) for touched in self.changed if touched.change)

    @property
    def needs_approval(self) -> bool:
        """Whether so much would disappear that a person has to agree in Airflow before it is live."""
        before = self.in_force - len(self.added) + len(self.withdrawn)
        return bool(self.withdrawn) and len(self.withdrawn) / before > MAX_SHARE_DISAPPEARING


def find_changes() -> Changes:
    """Return what publication would change now; the database is only read."""
    with db.engines[BIND].connect() as connection:
        rows = connection.exec_driver_sql(read_statement("backoffice/compare_published.sql")).mappings().all()
        kinds = _sorted_out(rows)
        differing = [row["cid"] for row in (*kinds["added"], *kinds["changed"])]
        compared = _compared(connection, differing)
        taken = _taken_ids(connection, compared, [row["cid"] for row in kinds["withdrawn"]])
    if len(rows) == len(kinds["withdrawn"]):
        errors = [("", "Aucun arrêté n’est en vigueur : il n’y a rien à publier.")]
        return Changes(withdrawn=_touched(kinds["withdrawn"], compared), errors=errors)
    errors, warnings = _findings(compared, taken)
    changed = [
        touched
        for touched in _touched(kinds["changed"], compared)
        if touched.change and not touched.change.is_same_file
    ]
    return Changes(
        added=_touched(kinds["added"], compared),
        withdrawn=_touched(kinds["withdrawn"], compared),
        changed=[touched for touched in changed if not _is_rewritten_only(touched)],
        rewritten=[touched for touched in changed if _is_rewritten_only(touched)],
        unchanged=len(kinds["same"]) + len(kinds["changed"]) - len(changed),
        errors=errors,
        warnings=warnings,
    )


def _touched(rows: Sequence[RowMapping], compared: Mapping[str, OrderChange]) -> list[Touched]:
    picks = _picks([row["cid"] for row in rows], compared)
    return [
        Touched(row["cid"], row["title"], picks.get(row["cid"], 0), compared.get(row["cid"])) for row in rows
    ]


def _sorted_out(rows: Iterable[RowMapping]) -> dict[str, list[RowMapping]]:
    kinds: dict[str, list[RowMapping]] = {"added": [], "withdrawn": [], "changed": [], "same": []}
    for row in rows:
        if row["published_sha256"] is None:
            kinds["added"].append(row)
        elif row["fingerprint"] is None:
            kinds["withdrawn"].append(row)
        else:
            kinds["same" if is_as_published(row) else "changed"].append(row)
    return kinds


def _is_rewritten_only(touched: Touched) -> bool:
    return touched.change is not None and touched.change.is_rewritten_only


def _compared(connection: Connection, cids: Sequence[str]) -> dict[str, OrderChange]:
    """Compare the files of these orders, by cid."""
    if not cids:
        return {}
    statement = read_statement("backoffice/read_both_files.sql")
    rows = connection.exec_driver_sql(statement, {"cids": list(cids)})
    return {
        cid: change_of_order(cid, unpack(document), unpack(published) if published is not None else None)
        for cid, document, published in rows
    }


def _taken_ids(
    connection: Connection, compared: Mapping[str, OrderChange], withdrawn: Sequence[str]
) -> dict[str, str]:
    """Return the new identifiers that an order which stays as it is has already: its cid by identifier."""
    wanted = frozenset().union(*(change.new_ids for change in compared.values()))
    if not wanted:
        return {}
    statement = read_statement("backoffice/read_other_files.sql")
    rows = connection.exec_driver_sql(statement, {"cids": [*compared, *withdrawn]})
    return {taken: cid for cid, content in rows for taken in ids_in(unpack(content)) & wanted}


def _findings(
    compared: Mapping[str, OrderChange], taken: Mapping[str, str]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return what blocks and what is only to be known, each as the order's cid and a sentence."""
    readable = [change.order for change in compared.values() if change.order is not None]
    found = check_orders(readable, taken)
    errors = [(cid, change.error) for cid, change in compared.items() if change.error]
    errors += [(finding.cid, _sentence(finding)) for finding in found if finding.level.blocks]
    return errors, [(one.cid, _sentence(one)) for one in found if one.level is Level.WARNING]


def _sentence(finding: Finding) -> str:
    """Return a finding without the identifier that stands before it."""
    return str(finding).removeprefix(finding.cid).removeprefix(", ").removeprefix(" : ")


def _picks(cids: Sequence[str], compared: Mapping[str, OrderChange]) -> dict[str, int]:
    """Count what people hold of these orders' alineas that change or go, by cid; not who they are."""
    whole = [cid for cid in cids if cid not in compared]
    touched = [alinea_id for cid in cids if cid in compared for alinea_id in compared[cid].alinea_ids]
    if not whole and not touched:
        return {}
    counted = (
        select(Prescription.cid, func.count())
        .where(
            Prescription.removed_at.is_(None),
            _is_among(Prescription.cid, whole) | _is_among(Prescription.alinea_id, touched),
        )
        .group_by(Prescription.cid)
    )
    return {cid: count for cid, count in db.session.execute(counted) if cid is not None}


def _is_among(column: InstrumentedAttribute[str | None], values: Iterable[str]) -> ColumnElement[bool]:
    """Compare with one array: there may be thousands of values."""
    return column == any_(literal(list(values), ARRAY(Text)))
