"""The collection beside the orders: picks by order or by topic, with what became of their text since."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for

from regulation.prescriptions import AddressableAlinea, OrderGroup, Pick
from regulation.topics import Topic
from webapp.aps.addresses import anchor_of, page_anchor
from webapp.collection.content import plain_text
from webapp.collection.picks import Collection, HeldPick
from webapp.collection.queries import Removal, read_collection
from webapp.differences import Run, is_same_text, word_changes
from webapp.guests import Guest
from webapp.installations.queries import installation_ref
from webapp.models import Installation

if TYPE_CHECKING:
    from webapp.orders.today import TodaysTexts

EXTRACT_LENGTH = 110
BY_ORDER, BY_TOPIC = "arrete", "theme"


@dataclass(frozen=True, slots=True)
class Item:
    """One pick as the panel shows it.

    `is_gone`: its order or alinea is no more; `is_off`: it does not apply (any more); `changes` lead from the
    text that was taken to that of today, empty where they are the same.
    """

    held: HeldPick
    extract: str
    address: str
    is_gone: bool = False
    is_off: bool = False
    changes: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """Picks under one reference of an order."""

    reference: str
    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class OrderPart:
    """Picks of one order."""

    title: str
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Picks of one topic, or all of them (no title) where they go by order."""

    title: str
    orders: tuple[OrderPart, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The whole panel: `count` picks in `parts`, and what can be put back."""

    installation: Installation
    ref: str
    count: int
    grouping: str
    parts: tuple[Part, ...]
    removal: Removal | None
    changed: int
    alinea_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of the orders shows: the chosen orders, about a topic or whole."""

    cids: tuple[str, ...] = ()
    ap_ids: tuple[str, ...] = ()
    topic: Topic | None = None

    def has(self, held: HeldPick) -> bool:
        """Tell whether the place of a pick is on the page."""
        if not held.is_from_am:
            return held.order_id in self.ap_ids
        return held.order_id in self.cids and self.topic in (None, held.pick.topic)


def build_panel(guest: Guest | None, installation: Installation, today: "TodaysTexts", shown: Shown) -> Panel:
    """Return what a person holds of an installation; links stay on the page that is shown where they can."""
    collection, removal = read_collection(guest.id if guest else None, installation.id)
    items = _Items(collection, installation, today, shown)
    grouping = guest.grouping if guest else BY_ORDER
    return Panel(
        installation=installation,
        ref=installation_ref(installation),
        count=len(collection),
        grouping=grouping,
        parts=tuple(_parts(collection, items, grouping)),
        removal=removal,
        changed=sum(1 for item in items.by_key.values() if item.changes),
        alinea_ids=collection.alinea_ids,
    )


def _parts(collection: Collection, items: "_Items", grouping: str) -> Iterator[Part]:
    if grouping == BY_TOPIC:
        for topic, groups in collection.by_topic:
            yield Part(topic.label, tuple(_order_part(collection, items, group) for group in groups))
    elif collection.held:
        yield Part("", tuple(_order_part(collection, items, group) for group in collection.by_order))


def _order_part(collection: Collection, items: "_Items", group: OrderGroup) -> OrderPart:
    references = tuple(
        Reference(each.reference, each.name, tuple(map(items.of, each.picks))) for each in group.references
    )
    return OrderPart(collection.title_of(group), references)


class _Items:
    """Every pick compared with the text of today, order by order."""

    def __init__(
        self, collection: Collection, installation: Installation, today: "TodaysTexts", shown: Shown
    ) -> None:
        self._ref = installation_ref(installation)
        self._shown = shown
        self._addresses: dict[str, str] = {}
        by_order: dict[str, list[HeldPick]] = {}
        for held in collection.held:
            by_order.setdefault(held.order_id, []).append(held)
        self.by_key: dict[int, Item] = {}
        for order_id, group in by_order.items():
            found = today.alineas(order_id, [held.alinea_id for held in group if held.alinea_id])
            for held in group:
                self.by_key[held.key] = self._item(held, found.get(held.alinea_id or ""))

    def of(self, pick: Pick) -> Item:
        return self.by_key[int(pick.key)]

    def _item(self, held: HeldPick, today: AddressableAlinea | None) -> Item:
        text = plain_text(held.alinea)
        is_gone = held.gone_at is not None or (held.alinea_id is not None and today is None)
        changes: tuple[Run, ...] = ()
        if today is not None:
            new = plain_text(today.alinea)
            changes = () if is_same_text(text, new) else word_changes(text, new)
        return Item(
            held=held,
            extract=shortened(text),
            address=self._address(held),
            is_gone=is_gone,
            is_off=today is not None and not today.active,
            changes=changes,
        )

    def _address(self, held: HeldPick) -> str:
        """Return where the pick stands: on this page where it shows the order, else on one that does."""
        place = f"a-{held.alinea_id}" if held.alinea_id else _place_in_ap(held)
        if self._shown.has(held):
            return f"#{place}"
        if held.order_id not in self._addresses:
            chosen: dict[str, Any] = {"am": [*self._shown.cids], "ap": [*self._shown.ap_ids]}
            kind = "am" if held.is_from_am else "ap"
            if held.order_id not in chosen[kind]:
                chosen[kind].append(held.order_id)
            address = url_for("orders.chosen_orders", s3ic_id=self._ref, **chosen)
            self._addresses[held.order_id] = address
        return f"{self._addresses[held.order_id]}#{place}"


def _place_in_ap(held: HeldPick) -> str:
    return page_anchor(held.order_id, held.page) if held.page else anchor_of(held.order_id)


def shortened(text: str) -> str:
    """Return the beginning of a text on one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= EXTRACT_LENGTH:
        return line
    return line[:EXTRACT_LENGTH].rpartition(" ")[0] + "…"
