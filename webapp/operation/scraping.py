"""Who may read the metrics: whoever has the token; without one, this machine alone, and directly.

A request that a proxy passed on comes from the loopback too: it has the proxy's header.
"""

import hmac
from ipaddress import ip_address

from flask import request

from webapp.configuration import current_settings

PROXY_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


def may_read_metrics() -> bool:
    """Tell whether this request may read the metrics."""
    token = current_settings().metrics_token
    if token is None:
        return _is_direct_from_here()
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {token.get_secret_value()}"
    return hmac.compare_digest(given.encode(), wanted.encode())


def _is_direct_from_here() -> bool:
    if any(header in request.headers for header in PROXY_HEADERS):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:  # a socket file has no address: whoever may open it is on this machine
        return False
