"""The first page, and what robots ask for."""

from webapp.pages.routes import blueprint

__all__ = ["blueprint"]
