"""Installations: searched, listed, and one page for each."""

from webapp.installations.routes import blueprint

__all__ = ["blueprint"]
