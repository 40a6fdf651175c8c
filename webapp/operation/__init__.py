"""What machines ask the site: is it alive, is it ready."""

from webapp.operation.routes import blueprint

__all__ = ["blueprint"]
