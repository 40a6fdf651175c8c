"""The back-office: where editors, signed in, make the texts that the site publishes."""

from flask import Flask

from webapp.backoffice import order_routes  # noqa: F401  (its views join the blueprint)
from webapp.backoffice.account import routes as account_routes  # noqa: F401
from webapp.backoffice.accounts import editors
from webapp.backoffice.comparison import routes as comparison_routes  # noqa: F401
from webapp.backoffice.history import journal_routes  # noqa: F401
from webapp.backoffice.parametrization import routes as parametrization_routes  # noqa: F401
from webapp.backoffice.parametrization import topic_routes  # noqa: F401
from webapp.backoffice.preview import routes as preview_routes  # noqa: F401
from webapp.backoffice.publication import airflow
from webapp.backoffice.publication import routes as publication_routes  # noqa: F401
from webapp.backoffice.routes import blueprint
from webapp.backoffice.sources import fetching
from webapp.backoffice.sources import routes as source_routes  # noqa: F401
from webapp.backoffice.text import routes as text_routes  # noqa: F401
from webapp.configuration import SETTINGS_KEY

__all__ = ["blueprint", "init_app"]


def init_app(app: Flask) -> None:
    """Give the command line of the site the accounts of editors, and the site its way to Airflow."""
    app.cli.add_command(editors)
    app.extensions[airflow.EXTENSION_KEY] = airflow.connect_app(app.extensions[SETTINGS_KEY])
    fetching.init_app(app)
