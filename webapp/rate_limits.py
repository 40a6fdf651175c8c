"""How much one address may ask of what costs most; beyond it, 429 with the seconds to wait.

Counted in the memory of each worker and forgotten after a minute. An office shares one address: a budget is
that of an office at work. The proxy in front bounds everything else (docs/decisions/0017-rate-limits.md).
"""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from werkzeug.exceptions import TooManyRequests

from webapp.api import problems
from webapp.visitors import is_this_machine, visitor_address

log = logging.getLogger(__name__)

READING = frozenset({"GET", "HEAD", "OPTIONS"})
SEARCHES = frozenset({"fulltext", "cartography"})


@dataclass(frozen=True, slots=True)
class Budget:
    """What an address may do in a minute, counted together for all that it covers."""

    name: str
    allowed: RateLimitItem
    covers: Callable[[], bool]


BUDGETS = (
    Budget("api", RateLimitItemPerMinute(600), problems.is_asked),
    Budget("searches", RateLimitItemPerMinute(600), lambda: request.blueprint in SEARCHES),
    Budget("exports", RateLimitItemPerMinute(120), lambda: request.blueprint == "exports"),
    Budget("writing", RateLimitItemPerMinute(600), lambda: request.method not in READING),
)


def init_app(app: Flask) -> None:
    """Count each request before anything is done for it."""
    counter = SlidingWindowCounterRateLimiter(MemoryStorage())
    app.before_request(lambda: spend(counter))


def spend(counter: SlidingWindowCounterRateLimiter) -> None:
    """Count this request; this machine itself (health checks, measurements) may ask as much as it likes.

    Raises:
        TooManyRequests: the address has spent its budget.
    """
    covering = [budget for budget in BUDGETS if budget.covers()]
    if not covering or is_this_machine():
        return
    address = household(visitor_address())
    for budget in covering:
        if not counter.hit(budget.allowed, budget.name, address):
            again = counter.get_window_stats(budget.allowed, budget.name, address).reset_time
            log.warning("An address has spent its budget for a minute: %s", budget.name)
            raise TooManyRequests(retry_after=max(1, math.ceil(again - time.time())))


def household(address: str) -> str:
    """Return what counts as one visitor: an IPv4 address, or the network of an IPv6 one, which holds 2^64."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return address
    return str(known.ipv4_mapped or ip_network((known, 64), strict=False))
