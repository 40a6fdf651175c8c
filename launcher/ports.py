"""Ports of this machine: which are free, and which setting names them."""

import socket

from launcher.console import LaunchError

LOOPBACK = "127.0.0.1"


def choose_port(wanted: int, variable: str, what: str) -> int:
    """Return the port to listen on; 0 asks for any free one.

    Raises:
        LaunchError: the port is in use; the sentence names the variable to set.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, wanted))
        except OSError as error:
            raise LaunchError(
                f"The port {wanted} of {what} cannot be used ({error.strerror}). "
                f"Set {variable} to a free one, such as `make run {variable}=0` (0 picks any)."
            ) from None
        return int(probe.getsockname()[1])
