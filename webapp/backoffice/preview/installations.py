"""The published installations that an order is about, to preview it for one of them."""

from dataclasses import dataclass

from etl.database import read_statement
from regulation.order import Order
from webapp.models import db

MOST = 100


@dataclass(frozen=True, slots=True)
class Concerned:
    """A published installation that has a line to which the order is bound."""

    s3ic_id: str
    name: str
    city: str | None


def concerned_installations(order: Order) -> list[Concerned]:
    """Return the first hundred by name; none for a transverse order, which is about all of them."""
    if order.is_transverse or not order.bindings:
        return []
    bound = sorted({f"{binding.rubrique} {binding.regime.value}" for binding in order.bindings})
    statement = read_statement("backoffice/concerned_installations.sql")
    rows = db.session.connection().exec_driver_sql(statement, {"bound": bound, "limit": MOST})
    return [Concerned(row.s3ic_id, row.name, row.city) for row in rows]
