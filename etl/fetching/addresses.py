"""Which addresses may be asked: https, of the hosts that a setting lists; http on this machine alone."""

import ipaddress

import httpx

from etl.errors import RefusedError


def check_address(url: str, hosts: tuple[str, ...], setting: str = "GEORISQUES_HOSTS") -> None:
    """Check that an address may be asked: https, and one of the hosts; http on this machine alone.

    `setting` is the variable that lists the hosts.

    Raises:
        RefusedError: it may not; the sentence names the host and not the rest of the address.
    """
    try:
        parts = httpx.URL(url)  # as the client will read it
    except httpx.InvalidURL:
        raise RefusedError("It is no address of the web. Give one that begins with https://.") from None
    host = parts.host.lower()
    if not host or not any(host == known or _is_below(host, known) for known in hosts):
        raise RefusedError(
            f"The host {host or '(none)'} is not one of {setting}, so nothing is fetched from it. "
            "Add it there if it is to be trusted."
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise RefusedError(f"The address on {host} does not begin with https://. Only such ones are fetched.")


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine by its address (a name could lead anywhere)."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_below(host: str, known: str) -> bool:
    return host.endswith(f".{known}")
