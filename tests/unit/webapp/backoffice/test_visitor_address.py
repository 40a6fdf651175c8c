"""Where an attempt comes from: as many proxies are believed as there are, and no more."""

import pytest

from etl.settings import Settings
from webapp import create_app
from webapp.visitors import visitor_address


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_only_the_proxies_there_are_believed(
    trusted: int, forwarded: str, address: str, lonely_settings: Settings
) -> None:
    app = create_app(lonely_settings.model_copy(update={"trusted_proxies": trusted}))
    headers = {"X-Forwarded-For": forwarded}
    with app.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        assert visitor_address() == address
