"""Ministerial orders on the site: which of them an installation has, and their text as it reads for it."""

from webapp.orders import ministerial  # noqa: F401  (its route joins the blueprint)
from webapp.orders.library import init_app
from webapp.orders.routes import blueprint

__all__ = ["blueprint", "init_app"]
