"""The figures of the statistics page."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from webapp.audience.kinds import KINDS
from webapp.models import AudienceViews, db

DAYS_SHOWN = 30
MONTHS_SHOWN = 12
API = "api"


@dataclass(frozen=True, slots=True)
class Bar:
    """A day in the chart: its views, and how high its bar is, from 0 to 100."""

    day: date
    views: int
    height: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """Pages seen: the last days with today, each kind over them, the last months; calls of the API apart."""

    bars: list[Bar]
    kinds: list[tuple[str, int]]
    months: list[tuple[date, int]]
    api_calls: int
    counted_since: date | None

    @property
    def most(self) -> int:
        """Return the views of the best day."""
        return max((bar.views for bar in self.bars), default=0)

    @property
    def pages(self) -> int:
        """Return the pages seen over the days shown."""
        return sum(bar.views for bar in self.bars)


def read_statistics(today: date) -> Statistics:
    """Return the figures up to a day, that day included."""
    first = today - timedelta(days=DAYS_SHOWN - 1)
    rows = db.session.execute(
        select(AudienceViews.day, AudienceViews.kind, AudienceViews.views).where(
            AudienceViews.day.between(first, today)
        )
    ).all()
    by_kind: Counter[str] = Counter()
    by_day: Counter[date] = Counter()
    for day, kind, views in rows:
        by_kind[kind] += views
        by_day[day] += views if kind != API else 0
    return Statistics(
        bars=_bars([(first + timedelta(days=passed)) for passed in range(DAYS_SHOWN)], by_day),
        kinds=[(title, by_kind[kind]) for kind, title in KINDS.items() if by_kind[kind] and kind != API],
        months=_read_months(today),
        api_calls=by_kind[API],
        counted_since=db.session.scalar(select(func.min(AudienceViews.day))),
    )


def _bars(days: Iterable[date], views: Counter[date]) -> list[Bar]:
    most = max(views.values(), default=0)
    return [Bar(day, views[day], 100 * views[day] / most if most else 0.0) for day in days]


def _read_months(today: date) -> list[tuple[date, int]]:
    """Return the first day of each of the last months that have views with their sum, the newest first."""
    month = func.date_trunc("month", AudienceViews.day)
    number = today.year * 12 + today.month - MONTHS_SHOWN
    first = date(number // 12, number % 12 + 1, 1)
    rows = db.session.execute(
        select(month, func.sum(AudienceViews.views))
        .where(AudienceViews.day.between(first, today), AudienceViews.kind != API)
        .group_by(month)
        .order_by(month.desc())
    )
    return [(moment.date(), int(views)) for moment, views in rows]
