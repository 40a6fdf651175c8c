"""What machines ask the site: is it alive, is it ready, how is it doing."""

from webapp.operation.metrics import init_app
from webapp.operation.routes import blueprint

__all__ = ["blueprint", "init_app"]
