"""The choice of orders, which lives in the address: it can be shared, and survives *back*."""

from dataclasses import dataclass
from enum import Enum

from flask import abort, request

from regulation.order_file import is_cid
from regulation.topics import Topic
from webapp.aps.addresses import LONGEST_WORDS, is_georisques_id
from webapp.aps.reading import Place

MAX_CHOSEN = 100
LAST_PAGE = 100_000


class Extent(Enum):
    """How far a choice goes: not made yet (the applicable orders are ticked), every order, or those named."""

    NOT_MADE = ""
    ALL = "tous"
    NAMED = "aucun"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which orders a person chose: ministerial ones by cid, prefectoral ones by georisques_id."""

    cids: tuple[str, ...] = ()
    ap_ids: tuple[str, ...] = ()
    extent: Extent = Extent.NAMED

    @property
    def is_empty(self) -> bool:
        """Tell whether no order is named."""
        return not self.cids and not self.ap_ids

    @property
    def ticked_aps(self) -> tuple[str, ...] | None:
        """Return the prefectoral orders that are chosen, None for all of them."""
        return None if self.extent is Extent.ALL else self.ap_ids

    def has(self, cid: str, *, by_default: bool) -> bool:
        """Tell whether an order is chosen; `by_default` answers while no choice is made."""
        if self.extent is Extent.NOT_MADE:
            return by_default
        return self.extent is Extent.ALL or cid in self.cids


def choice_to_read() -> Choice:
    """Return the orders that the address names; a name that is no identifier is a bad request."""
    cids = tuple(dict.fromkeys(request.args.getlist("am")))
    ap_ids = tuple(dict.fromkeys(request.args.getlist("ap")))
    if max(len(cids), len(ap_ids)) > MAX_CHOSEN:
        abort(400)
    if not all(map(is_cid, cids)) or not all(map(is_georisques_id, ap_ids)):
        abort(400)
    return Choice(cids, ap_ids)


def choice_to_tick() -> Choice:
    """Return what the page of an installation ticks: the named orders, all, none, or the applicable ones."""
    wanted = request.args.get("choix", "")
    if wanted not in {extent.value for extent in Extent}:
        abort(400)
    named = choice_to_read()
    return Choice(extent=Extent(wanted)) if named.is_empty else named


def place_to_open(choice: Choice) -> Place:
    """Return the page of the address, of the first prefectoral order named, and the words to mark."""
    page = request.args.get("page", 1, type=int)
    words = request.args.get("mots", "").replace("\0", " ")
    if not 1 <= page <= LAST_PAGE or len(words) > LONGEST_WORDS:
        abort(400)
    return Place(next(iter(choice.ap_ids), None), page, words)


def chosen_topic() -> Topic | None:
    """Return the topic of the address, None for all of them; an unknown one is a bad request."""
    wanted = request.args.get("theme", "")
    if not wanted:
        return None
    if wanted not in Topic.__members__ or Topic[wanted] is Topic.AUCUN:
        abort(400)
    return Topic[wanted]
