"""Liveness, readiness and metrics, for the supervisor, the load balancer, Prometheus and `make run`."""

from flask import Blueprint, Response, abort, jsonify
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from webapp.configuration import current_settings
from webapp.operation.checks import State, check_parts
from webapp.operation.metrics import exposition
from webapp.operation.scraping import may_read_metrics

blueprint = Blueprint("operation", __name__)


@blueprint.get("/sante")
def readiness() -> Response:
    """Say whether the site can answer visitors, part by part; 503 where a part that decides is not ready."""
    parts = check_parts(current_settings())
    is_ready = all(part.state is State.READY for part in parts.values() if part.decides)
    response = jsonify(
        status=State.READY if is_ready else State.UNAVAILABLE,
        parts={
            name: {"status": part.state, "decides": part.decides, "milliseconds": part.milliseconds}
            for name, part in parts.items()
        },
    )
    response.status_code = 200 if is_ready else 503
    response.cache_control.no_store = True
    return response


@blueprint.get("/sante/processus")
def liveness() -> Response:
    """Say that this process answers, whatever the state of what it needs."""
    response = jsonify(status=State.READY)
    response.cache_control.no_store = True
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give the metrics to whoever may read them; for everybody else there is no such page."""
    if not may_read_metrics():
        abort(404)
    response = Response(exposition(), content_type=CONTENT_TYPE_LATEST)
    response.cache_control.no_store = True
    return response
