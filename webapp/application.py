"""The application factory."""

from flask import Flask

from etl.database import Role, database_url
from etl.settings import Settings, load_settings
from webapp.models import db


def create_app(settings: Settings | None = None) -> Flask:
    """Return the site for these settings (those of the environment when none are given).

    Raises:
        SettingsError: a setting that the site needs is missing or unusable.
    """
    settings = settings or load_settings()
    app = Flask(__name__, static_folder=None)
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url(settings, Role.WEB)
    db.init_app(app)
    return app
