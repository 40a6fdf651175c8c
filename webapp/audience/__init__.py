"""The audience: pages seen by day and by kind of page, counted here, without cookie, address or browser."""

from webapp.audience.counting import init_app
from webapp.audience.routes import blueprint

__all__ = ["blueprint", "init_app"]
