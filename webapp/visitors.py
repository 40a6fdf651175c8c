"""Where a request comes from."""

from ipaddress import ip_address

from flask import request

from webapp.configuration import current_settings

PROXY_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
LONGEST_ADDRESS = 100


def visitor_address() -> str:
    """Return where a request comes from: as the proxies say that TRUSTED_PROXIES counts, else its own end."""
    trusted = current_settings().trusted_proxies
    said = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if trusted and len(said) >= trusted:
        return said[-trusted][:LONGEST_ADDRESS]
    return request.remote_addr or ""


def is_this_machine() -> bool:
    """Tell whether this machine itself asks: not a proxy on it that nobody told us of (TRUSTED_PROXIES 0)."""
    if not current_settings().trusted_proxies and any(name in request.headers for name in PROXY_HEADERS):
        return False
    try:
        return ip_address(visitor_address()).is_loopback
    except ValueError:  # a socket file has no address
        return False
