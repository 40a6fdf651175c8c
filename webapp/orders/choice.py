"""The choice of orders, which lives in the address: it can be shared, and survives *back*."""

from dataclasses import dataclass
from enum import Enum

from flask import abort, request

from regulation.order_file import is_cid
from regulation.topics import Topic

MAX_CHOSEN = 100


class Extent(Enum):
    """How far a choice goes: not made yet (the applicable orders are ticked), every order, or those named."""

    NOT_MADE = ""
    ALL = "tous"
    NAMED = "aucun"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which orders a person chose."""

    cids: tuple[str, ...] = ()
    extent: Extent = Extent.NAMED

    def has(self, cid: str, *, by_default: bool) -> bool:
        """Tell whether an order is chosen; `by_default` answers while no choice is made."""
        if self.extent is Extent.NOT_MADE:
            return by_default
        return self.extent is Extent.ALL or cid in self.cids


def choice_to_read() -> Choice:
    """Return the orders that the address names; a name that is no identifier is a bad request."""
    cids = tuple(dict.fromkeys(request.args.getlist("am")))
    if len(cids) > MAX_CHOSEN or not all(map(is_cid, cids)):
        abort(400)
    return Choice(cids)


def choice_to_tick() -> Choice:
    """Return what the page of an installation ticks: the named orders, all, none, or the applicable ones."""
    wanted = request.args.get("choix", "")
    if wanted not in {extent.value for extent in Extent}:
        abort(400)
    named = choice_to_read()
    return named if named.cids else Choice(extent=Extent(wanted))


def chosen_topic() -> Topic | None:
    """Return the topic of the address, None for all of them; an unknown one is a bad request."""
    wanted = request.args.get("theme", "")
    if not wanted:
        return None
    if wanted not in Topic.__members__ or Topic[wanted] is Topic.AUCUN:
        abort(400)
    return Topic[wanted]
