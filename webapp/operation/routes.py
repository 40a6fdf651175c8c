"""Liveness and readiness, for the supervisor, the load balancer and `make run`."""

from flask import Blueprint, Response, jsonify

from webapp.configuration import current_settings
from webapp.operation.checks import check_parts

blueprint = Blueprint("operation", __name__)


@blueprint.get("/sante")
def readiness() -> Response:
    """Say whether the site can answer visitors, part by part; 503 where it cannot."""
    parts = check_parts(current_settings())
    is_ready = all(part.is_ready for part in parts.values())
    response = jsonify(
        status=_word(is_ready=is_ready),
        parts={
            name: {"status": _word(is_ready=part.is_ready), "milliseconds": part.milliseconds}
            for name, part in parts.items()
        },
    )
    response.status_code = 200 if is_ready else 503
    response.cache_control.no_store = True
    return response


@blueprint.get("/sante/processus")
def liveness() -> Response:
    """Say that this process answers, whatever the state of what it needs."""
    response = jsonify(status="ready")
    response.cache_control.no_store = True
    return response


def _word(*, is_ready: bool) -> str:
    return "ready" if is_ready else "unavailable"
