"""What a person holds of an installation, ready to be grouped."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from regulation.order import Alinea
from regulation.prescriptions import OrderGroup, Pick, Source, group_by_order, group_by_topic
from regulation.topics import Topic


@dataclass(frozen=True, slots=True)
class HeldPick:
    """One pick: `pick.key` is the id of its row, `alinea` its text and table as they were taken.

    `dated_on` is the date of the order, None where it is not known (any more); `gone_at` is since when the
    source has it no more.
    """

    pick: Pick
    alinea: Alinea
    alinea_id: str | None
    page: int | None
    order_title: str
    dated_on: date | None
    created_at: datetime
    gone_at: datetime | None

    @property
    def key(self) -> int:
        """Return the id of the row."""
        return int(self.pick.key)

    @property
    def order_id(self) -> str:
        """Return the cid of an AM, the georisques_id of an AP."""
        return self.pick.order_id

    @property
    def is_from_am(self) -> bool:
        """Tell whether it comes from a ministerial order."""
        return self.pick.source is Source.AM


@dataclass(frozen=True)
class Collection:
    """The picks of one person for one installation, in the order they were made."""

    held: tuple[HeldPick, ...]

    def __len__(self) -> int:
        return len(self.held)

    @cached_property
    def by_key(self) -> dict[int, HeldPick]:
        """Return the picks by the id of their row, which is the `key` of the engine's `Pick`."""
        return {held.key: held for held in self.held}

    @cached_property
    def by_order(self) -> tuple[OrderGroup, ...]:
        """Return the picks by order, then by reference, as docs/rules.md says."""
        return group_by_order([held.pick for held in self.held])

    @cached_property
    def by_topic(self) -> tuple[tuple[Topic, tuple[OrderGroup, ...]], ...]:
        """Return the picks by topic, each topic's by order."""
        return group_by_topic([held.pick for held in self.held])

    @cached_property
    def alinea_ids(self) -> frozenset[str]:
        """Return the alineas of ministerial orders that are held."""
        return frozenset(held.alinea_id for held in self.held if held.alinea_id)

    @cached_property
    def first_of_order(self) -> dict[str, HeldPick]:
        """Return, for each order, a pick that knows its title and date: the newest one."""
        return {held.order_id: held for held in self.held}

    def title_of(self, group: OrderGroup) -> str:
        """Return the title of the order of a group, as it was when last picked from."""
        return self.first_of_order[group.order_id].order_title
