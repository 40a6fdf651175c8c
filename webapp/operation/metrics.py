"""What the site counts of itself: requests by route and status, how long they take, connections in use.

Labels are templates of addresses, never addresses: what people look at is in no metric.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Engine, event
from sqlalchemy.pool import QueuePool

from webapp.models import db
from webapp.operation.facts import fact_families
from webapp.operation.workers import are_counted_together
from webapp.request_log import route

METRICS_KEY = "envinorma_metrics"
MAIN_POOL = "site"
# From a page out of memory to the limit on the time of a statement.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class SiteMetrics:
    """The metrics of one application, and where they are registered."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram
    in_use: Gauge
    limit: Gauge


def new_metrics() -> SiteMetrics:
    """Return fresh metrics, counted over the workers where there are several."""
    registry = CollectorRegistry()
    return SiteMetrics(
        registry,
        Counter("envinorma_requests", "Requests answered", ("method", "route", "status"), registry=registry),
        Histogram(
            "envinorma_request_seconds",
            "Time until the head of the answer",
            ("route",),
            buckets=SECONDS,
            registry=registry,
        ),
        Gauge(
            "envinorma_database_connections_in_use",
            "Connections that requests hold now",
            ("pool",),
            multiprocess_mode="livesum",
            registry=registry,
        ),
        Gauge(
            "envinorma_database_connections_limit",
            "Connections that the workers which have used the database may open",
            ("pool",),
            multiprocess_mode="livesum",
            registry=registry,
        ),
    )


def init_app(app: Flask) -> None:
    """Count every request that reaches the application; static files do not, they are answered before."""
    metrics = new_metrics()
    app.extensions[METRICS_KEY] = metrics
    app.before_request(start_clock)
    app.after_request(count_request)
    with app.app_context():
        for key, engine in db.engines.items():
            _watch_pool(metrics, key or MAIN_POOL, engine)


def start_clock() -> None:
    """Note when the request began."""
    g.began_at = time.perf_counter()


def count_request(response: Response) -> Response:
    """Count the request with its time."""
    metrics: SiteMetrics = current_app.extensions[METRICS_KEY]
    template = route()
    metrics.requests.labels(known_method(), template, response.status_code).inc()
    if "began_at" in g:
        metrics.seconds.labels(template).observe(time.perf_counter() - g.began_at)
    return response


def known_method() -> str:
    """Return the method of the request; invented ones are one."""
    return request.method if request.method in {"GET", "HEAD", "POST", "OPTIONS"} else "other"


def exposition() -> bytes:
    """Return all metrics as Prometheus reads them: what was counted, and the facts of the database."""
    metrics: SiteMetrics = current_app.extensions[METRICS_KEY]
    facts = CollectorRegistry()
    facts.register(_Families(list(fact_families())))
    return _counted(metrics) + generate_latest(facts)


def _counted(metrics: SiteMetrics) -> bytes:
    if not are_counted_together():
        return generate_latest(metrics.registry)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # it has no types
    return generate_latest(together)


class _Families(Collector):
    """Gives families that are there already."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def _watch_pool(metrics: SiteMetrics, name: str, engine: Engine) -> None:
    """Count what is taken from the pool of an engine and given back."""
    in_use, limit = metrics.in_use.labels(name), metrics.limit.labels(name)

    def taken(*_: object) -> None:
        in_use.inc()

    def given_back(*_: object) -> None:
        in_use.dec()

    def opened(*_: object) -> None:
        if isinstance(engine.pool, QueuePool):
            limit.set(engine.pool.size() + engine.pool._max_overflow)  # noqa: SLF001  (told nowhere else)

    event.listen(engine, "checkout", taken)
    event.listen(engine, "checkin", given_back)
    event.listen(engine, "connect", opened)
