"""What was ticked and unticked in the text of an order, and what this changes in a collection."""

import re
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from regulation.order_file import is_cid
from regulation.prescriptions import AddressableAlinea
from regulation.topics import Topic
from webapp.orders.today import TodaysTexts

# More boxes than the longest order has.
MOST_BOXES = 10_000
NAME = re.compile(r"[\w-]{1,40}")
NO_LONGER_THERE = (
    "Le texte a changé depuis que cette page est ouverte : des alinéas cochés n’y sont plus, ils n’ont pas "
    "été ajoutés. Rechargez la page pour lire le texte en vigueur."
)


@dataclass(frozen=True, slots=True)
class Ticks:
    """A form of the text of one order.

    `come` was ticked and `left` unticked since the page went out, whatever other tabs did meanwhile;
    `section` is to be taken whole, `without` to be left whole.
    """

    cid: str
    come: frozenset[str]
    left: frozenset[str]
    section: str
    without: str

    @property
    def anchor(self) -> str:
        """Return the place of the page to come back to."""
        if self.section or self.without:
            return f"s-{self.section or self.without}"
        changed = sorted(self.come | self.left)
        return f"a-{changed[0]}" if len(changed) == 1 else self.cid


@dataclass(frozen=True, slots=True)
class Change:
    """What to add to a collection and what to take out, and what could not be done."""

    title: str
    taken: tuple[AddressableAlinea, ...]
    left: frozenset[str]
    message: str = ""


def read_ticks(typed: MultiDict[str, str]) -> Ticks | None:
    """Return what a form says: `p` the boxes ticked now, `was` those at first; None where it is none."""
    ticked, before = frozenset(typed.getlist("p")), frozenset(typed.getlist("was"))
    cid, section, without = (typed.get(name, "") for name in ("cid", "section", "sans"))
    names = [*ticked, *before, *filter(None, (section, without))]
    if not is_cid(cid) or len(names) > MOST_BOXES or not all(map(NAME.fullmatch, names)):
        return None
    return Ticks(cid, ticked - before, before - ticked, section, without)


def ticks_change(ticks: Ticks, today: TodaysTexts, topic: Topic | None) -> Change:
    """Return what the ticks change, in the order as it reads today; with a topic, only what is about it."""
    order = today.reading(ticks.cid)
    found = today.alineas(ticks.cid, ticks.come)
    taken, left = dict(found), set(ticks.left)
    if ticks.section:
        whole = today.section(ticks.cid, ticks.section, topic)
        taken |= {each.alinea_id: each for each in whole if each.active}
    if ticks.without:
        left |= {each.alinea_id for each in today.section(ticks.cid, ticks.without, topic)}
    return Change(
        title=order.title if order else "",
        taken=tuple(each for name, each in taken.items() if name not in left),
        left=frozenset(left),
        message=NO_LONGER_THERE if len(found) < len(ticks.come) else "",
    )
