"""A port in use is said with the variable that changes it."""

import socket

import pytest

from launcher.console import LaunchError
from launcher.ports import choose_port


def test_a_port_in_use_names_its_variable():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(LaunchError, match=rf"The port {port} of the site .*Set WEB_PORT to a free one"):
            choose_port(port, "WEB_PORT", "the site")


def test_zero_picks_a_free_one():
    port = choose_port(0, "WEB_PORT", "the site")

    assert port > 0
    assert choose_port(port, "WEB_PORT", "the site") == port
