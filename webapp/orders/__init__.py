"""Ministerial orders on the site: which of them an installation has, and their text as it reads for it."""

from webapp.orders.library import init_app
from webapp.orders.routes import blueprint

__all__ = ["blueprint", "init_app"]
