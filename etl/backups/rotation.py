"""Which backups are kept: the newest of each of the last days, and of each of the last weeks."""

from collections.abc import Callable, Collection, Hashable
from datetime import datetime

DAILY = 7
WEEKLY = 4


def kept(moments: Collection[datetime], *, daily: int = DAILY, weekly: int = WEEKLY) -> set[datetime]:
    """Return the moments whose backups stay: the newest of the last days and weeks that have one.

    Days and ISO weeks are those of UTC. What counts are days and weeks with a backup, not those of the
    calendar: after a long silence nothing is thrown away for its age alone.
    """
    return _newest_of_each(moments, daily, datetime.date) | _newest_of_each(moments, weekly, _week)


def _newest_of_each(
    moments: Collection[datetime], wanted: int, period: Callable[[datetime], Hashable]
) -> set[datetime]:
    newest: dict[Hashable, datetime] = {}
    for moment in sorted(moments, reverse=True):
        newest.setdefault(period(moment), moment)
    return set(list(newest.values())[:wanted])


def _week(moment: datetime) -> tuple[int, int]:
    year, week, _ = moment.isocalendar()
    return year, week
