"""What the database says for `/metrics`: ages, states of reading, people. Read at most twice a minute."""

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from etl.database import read_statement
from etl.freshness import NEWEST_RUNS, NewestRun, age_limits, data_dates, expected_runs
from webapp.configuration import current_settings
from webapp.formats import now
from webapp.models import PrefectoralOrder, User, db

FACTS_KEY = "envinorma_facts"
SECONDS_BETWEEN_READINGS = 30
STATES = ("SUCCESS", "ERROR", "NOT_ATTEMPTED")

log = logging.getLogger(__name__)
_reading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Facts:
    """What one reading found."""

    runs: list[NewestRun]
    orders: dict[str, int]
    waiting_since: datetime | None
    guests: int


def fact_families() -> Iterator[GaugeMetricFamily]:
    """Give the gauges of what the database says; without it, that it does not answer, and the limits."""
    facts = read_facts()
    yield _gauge("envinorma_database_up", "Whether the database answers", {(): float(facts is not None)})
    yield from _limits()
    if facts is not None:
        yield from _runs(facts)
        yield from _orders(facts)
        yield _gauge("envinorma_guests", "People who made something", {(): float(facts.guests)})


def read_facts() -> Facts | None:
    """Return the facts, remembered for half a minute; None where the database does not answer."""
    with _reading:
        remembered: tuple[float, Facts] | None = current_app.extensions.get(FACTS_KEY)
        if remembered is not None and time.monotonic() - remembered[0] < SECONDS_BETWEEN_READINGS:
            return remembered[1]
        facts = _read_or_none()
        if facts is not None:
            current_app.extensions[FACTS_KEY] = (time.monotonic(), facts)
        return facts


def read_newest_runs() -> list[NewestRun]:
    """Return the newest runs by step and dataset, in the transaction of the request."""
    rows = db.session.connection().exec_driver_sql(read_statement(NEWEST_RUNS)).mappings()
    return [NewestRun.from_row(dict(row)) for row in rows]


def _read_or_none() -> Facts | None:
    try:
        return _read()
    except SQLAlchemyError as error:
        log.warning("The metrics go without what the database says: %s", error)
        db.session.rollback()
        return None


def _read() -> Facts:
    kept = PrefectoralOrder.withdrawn_at.is_(None)
    counted = select(PrefectoralOrder.ocr_status, func.count()).where(kept).group_by("ocr_status")
    waiting = select(func.min(PrefectoralOrder.created_at)).where(
        kept, PrefectoralOrder.ocr_status == "NOT_ATTEMPTED"
    )
    return Facts(
        runs=read_newest_runs(),
        orders={state: int(count) for state, count in db.session.execute(counted)},
        waiting_since=db.session.scalar(waiting),
        guests=db.session.scalars(select(func.count()).select_from(User)).one(),
    )


def _limits() -> Iterator[GaugeMetricFamily]:
    settings = current_settings()
    yield _gauge(
        "envinorma_dataset_stale_after_seconds",
        "Age from which data count as old",
        {(dataset,): limit.total_seconds() for dataset, limit in age_limits(settings).items()},
        ("dataset",),
    )
    yield _gauge(
        "envinorma_step_late_after_seconds",
        "How long after its last good run a step is late",
        {(one.step, one.dataset): one.within.total_seconds() for one in expected_runs(settings)},
        ("step", "dataset"),
    )


def _runs(facts: Facts) -> Iterator[GaugeMetricFamily]:
    yield _gauge(
        "envinorma_dataset_age_seconds",
        "Age of the data in service",
        {(dataset,): _age(moment) for dataset, moment in data_dates(facts.runs).items()},
        ("dataset",),
    )
    yield _gauge(
        "envinorma_step_last_success_timestamp_seconds",
        "When a step last ended well",
        {(run.step, run.dataset): run.succeeded_at.timestamp() for run in facts.runs if run.succeeded_at},
        ("step", "dataset"),
    )
    yield _gauge(
        "envinorma_step_last_run_ok",
        "Whether the newest run of a step ended well",
        {(run.step, run.dataset): float(run.outcome in {"done", "unchanged"}) for run in facts.runs},
        ("step", "dataset"),
    )


def _orders(facts: Facts) -> Iterator[GaugeMetricFamily]:
    yield _gauge(
        "envinorma_orders",
        "Prefectoral orders in service by state of reading",
        {(state,): float(facts.orders.get(state, 0)) for state in STATES},
        ("state",),
    )
    waiting = _age(facts.waiting_since) if facts.waiting_since else 0.0
    yield _gauge(
        "envinorma_orders_waiting_seconds",
        "How long the oldest order that nobody tried to read has waited",
        {(): waiting},
    )


def _age(moment: datetime) -> float:
    return max(timedelta(), now() - moment).total_seconds()


def _gauge(
    name: str, told: str, samples: dict[tuple[str, ...], float], labels: tuple[str, ...] = ()
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, told, labels=labels)
    for values, sample in samples.items():
        family.add_metric(list(values), sample)
    return family
