"""Which orders a run reads, and in which order: pure decisions on what is listed and what is known.

1. Asked for by name: these alone.
2. New: listed by the source, never attempted; the newest first.
3. Retriable: the last try failed for a cause outside the document, and its wait is over.
4. Outdated: read by an older engine. At most 50 a run, those without text first, then those that the engine
   was least sure of: a new engine must not make the whole stock be read again at once.

Permanent failures are left alone: the same bytes would fail again. `redo` says otherwise, for the orders
asked for, or else for all failures and everything an older engine read.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from etl.aps.index import Entry, Index
from etl.aps.statuses import retry_due_at
from etl.errors import RefusedError

LIMIT = 2_000  # some three hours on two cores
HIGHEST_LIMIT = 15_000
OUTDATED_PER_RUN = 50
SHOWN = 3
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks of a run: only these orders, read again what has been read, at most so many."""

    ids: tuple[str, ...] = ()
    redo: bool = False
    limit: int = LIMIT


def wish_of(params: Mapping[str, Any]) -> Wish:
    """Return the wish that the parameters of a run hold: `ids` (a list or None), `redo`, `limit`."""
    return Wish(tuple(params["ids"] or ()), bool(params["redo"]), int(params["limit"]))


@dataclass(frozen=True, slots=True)
class Work:
    """The orders to read, how many are of which kind, and how many are left for later runs."""

    ids: tuple[str, ...]
    kinds: dict[str, int]
    left: int


def find_work(listed: Mapping[str, str], index: Index, wish: Wish, engine: str, now: datetime) -> Work:
    """Return what a run reads.

    Args:
        listed: every order of the source with its date in ISO, empty where there is none.
        index: what is known; an order that is not in it was never attempted.
        wish: what a person asked for.
        engine: the name of the engine that would read.
        now: when the run began.

    Raises:
        RefusedError: an order asked for is not listed; the sentence names the first ones.
    """
    if wish.ids:
        found = {"asked": _asked(listed, index, wish)}
    else:
        entries = [index.get(known) or Entry(known) for known in listed]
        found = {
            "new": _newest_first(listed, [entry for entry in entries if not entry.attempts]),
            "retriable": _retriable(entries, now),
            "outdated": _outdated(entries, engine, None if wish.redo else OUTDATED_PER_RUN),
            "failed": [entry.georisques_id for entry in entries if wish.redo and entry.status == "ERROR"],
        }
    ranked = list(dict.fromkeys(known for ids in found.values() for known in ids))
    taken = ranked[: wish.limit]
    first_kind = {known: kind for kind, ids in reversed(found.items()) for known in ids}
    kinds = Counter(first_kind[known] for known in taken)
    return Work(tuple(taken), dict(kinds), len(ranked) - len(taken))


def _asked(listed: Mapping[str, str], index: Index, wish: Wish) -> list[str]:
    unknown = sorted(set(wish.ids) - set(listed))
    if unknown:
        more = f" and {len(unknown) - SHOWN} others" if len(unknown) > SHOWN else ""
        raise RefusedError(
            f"Géorisques does not list {', '.join(unknown[:SHOWN])}{more} among the orders of published "
            "installations. Correct the ids (they look like A/3/0123…) and run again."
        )
    return [
        known
        for known in dict.fromkeys(wish.ids)
        if wish.redo or known not in index or index[known].status != "SUCCESS"
    ]


def _newest_first(listed: Mapping[str, str], entries: Sequence[Entry]) -> list[str]:
    ids = [entry.georisques_id for entry in entries]
    return sorted(ids, key=lambda known: listed[known], reverse=True)


def _retriable(entries: Sequence[Entry], now: datetime) -> list[str]:
    """Return those whose wait is over, the longest waiting first."""
    due = [
        (entry.tried_at, entry.georisques_id)
        for entry in entries
        if entry.is_transient and entry.tried_at and retry_due_at(entry.attempts, entry.tried_at) <= now
    ]
    return [georisques_id for _, georisques_id in sorted(due)]


def _outdated(entries: Sequence[Entry], engine: str, most: int | None) -> list[str]:
    """Return what another engine read, those without text first, then by confidence, the oldest first."""
    others = [entry for entry in entries if entry.engine not in {None, engine} and not entry.is_transient]
    others.sort(key=lambda entry: (entry.status, entry.confidence or 100.0, entry.read_at or LONG_AGO))
    return [entry.georisques_id for entry in others][:most]
