"""Installations that a person made: private copies of published ones, and fictive ones."""

from webapp.own_installations.line_routes import blueprint as lines_blueprint
from webapp.own_installations.routes import blueprint

__all__ = ["blueprint", "lines_blueprint"]
