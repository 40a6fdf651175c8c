"""What a person takes away from a collection: picks of one installation, and what is said around them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from regulation.prescriptions import OrderGroup, Pick, Source, group_by_order, group_by_topic
from regulation.topics import Topic

LICENCE = "Licence Ouverte 2.0"
LICENCE_URL = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
SOURCE = "Géorisques / S3IC, Légifrance"


class Grouping(StrEnum):
    """How the picks of a sheet are put together."""

    BY_ORDER = "arrete"
    BY_TOPIC = "theme"


@dataclass(frozen=True, slots=True)
class CitedOrder:
    """An order as an export names it; a date or an address that nobody knows is missing."""

    title: str
    dated_on: date | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The picks of one person for one installation, in the order they were made.

    `orders` names the orders of the picks; `data_dated_on` is the date of the data of the installation.
    """

    installation: str
    s3ic_id: str
    city: str
    made_on: date
    picks: tuple[Pick, ...]
    orders: Mapping[tuple[Source, str], CitedOrder] = field(default_factory=dict)
    data_dated_on: date | None = None

    def order_of(self, source: Source, order_id: str) -> CitedOrder:
        """Return an order of the sheet; one that nobody named bears its identifier."""
        return self.orders.get((source, order_id)) or CitedOrder(order_id)

    @property
    def origin(self) -> str:
        """Return where the data comes from, its date and its licence, in one sentence."""
        dated = f", données du {french_day(self.data_dated_on)}" if self.data_dated_on else ""
        return f"Source : {SOURCE}{dated}. {LICENCE}."


@dataclass(frozen=True, slots=True)
class SheetRow:
    """What one order says under one reference."""

    source: Source
    order: CitedOrder
    reference: str
    name: str
    picks: tuple[Pick, ...]

    @property
    def citation(self) -> str:
        """Return reference and name on one line."""
        return " – ".join(part for part in (self.reference.strip(), self.name.strip()) if part)


@dataclass(frozen=True, slots=True)
class Block:
    """Rows under one topic, or under none."""

    topic: Topic | None
    rows: tuple[SheetRow, ...]


def blocks(sheet: Sheet, grouping: Grouping) -> tuple[Block, ...]:
    """Return the rows of a sheet: in one block by order, or in one block for each topic."""
    if grouping is Grouping.BY_TOPIC:
        return tuple(Block(topic, _rows(sheet, groups)) for topic, groups in group_by_topic(sheet.picks))
    return (Block(None, _rows(sheet, group_by_order(sheet.picks))),)


def _rows(sheet: Sheet, groups: tuple[OrderGroup, ...]) -> tuple[SheetRow, ...]:
    return tuple(
        SheetRow(
            source=group.source,
            order=sheet.order_of(group.source, group.order_id),
            reference=found.reference,
            name=found.name,
            picks=found.picks,
        )
        for group in groups
        for found in group.references
    )


def french_day(day: date) -> str:
    """Return `01/03/2021`."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
