"""The public site: what inspectors read."""

from webapp.application import create_app

__all__ = ["create_app"]
