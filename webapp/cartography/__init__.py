"""The map of installations, with the filters of the search and the same installations as a list."""

from webapp.cartography.routes import blueprint

__all__ = ["blueprint"]
