"""Where the data comes from, how fresh it is, and its files."""

from flask import Flask

from webapp.data.routes import blueprint
from webapp.data.standing import STANDING_KEY, footer_standing

__all__ = ["blueprint", "init_app"]


def init_app(app: Flask) -> None:
    """Let every page show what data is in service."""
    app.extensions[STANDING_KEY] = None
    app.jinja_env.globals["footer_standing"] = footer_standing
