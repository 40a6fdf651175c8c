"""Chosen orders as they read for an installation, ready for the page."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from regulation.applicability import parameters_for
from regulation.classement import Classement
from regulation.order import Order
from regulation.topics import Topic
from webapp.orders.library import OrderLibrary, Shelf
from webapp.orders.listing import OrderLine, OrderList, masked_rubriques
from webapp.orders.text import contents_html, text_html


@dataclass(frozen=True, slots=True)
class OrderReading:
    """One order on the page: its line in the list (None when the list has none), contents and text.

    `masked` are its rubriques that masked lines of the installation may be of.
    """

    order: Order
    line: OrderLine | None
    masked: tuple[str, ...]
    contents: Markup
    text: Markup

    @property
    def has_text(self) -> bool:
        """Tell whether anything is left to read (a topic may leave nothing)."""
        return bool(self.text)


def read_chosen(
    library: OrderLibrary,
    shelf: Shelf,
    listed: OrderList,
    chosen: Sequence[str],
    classements: Sequence[Classement],
    topic: Topic | None,
    held: Container[str] = frozenset(),
) -> list[OrderReading]:
    """Return the chosen orders that are published: listed ones in the order of the list, then the others.

    `held` are the alineas that are ticked in their texts.
    """
    lines = {line.order.cid: line for line in listed.lines}
    masked = {order.cid: masked_rubriques(order) for order in listed.undetermined}
    masked |= {cid: line.masked for cid, line in lines.items()}
    wanted = [cid for cid in lines if cid in chosen]
    wanted += [cid for cid in dict.fromkeys(chosen) if cid not in lines and cid in shelf.heads]
    readings = []
    for cid in wanted:
        head = shelf.heads[cid]
        sections = library.read(shelf, cid).personalise(parameters_for(head, classements)).sections
        contents, text = contents_html(sections, topic), text_html(sections, topic, held)
        readings.append(OrderReading(head, lines.get(cid), masked.get(cid, ()), contents, text))
    return readings
