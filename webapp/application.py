"""The application factory: configuration, extensions, templates, blueprints, errors, in this order."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined

from etl.settings import Settings, load_settings
from webapp import (
    api,
    aps,
    audience,
    backoffice,
    cartography,
    compression,
    data,
    errors,
    exports,
    formats,
    fulltext,
    guests,
    installations,
    maintenance,
    operation,
    orders,
    own_installations,
    pages,
    rate_limits,
    request_log,
    security,
    static_files,
)
from webapp.collection import routes as collection
from webapp.configuration import SETTINGS_KEY, flask_configuration
from webapp.models import db

BLUEPRINTS = (
    pages.blueprint,
    installations.blueprint,
    own_installations.blueprint,
    own_installations.lines_blueprint,
    cartography.blueprint,
    orders.blueprint,
    aps.blueprint,
    fulltext.blueprint,
    data.blueprint,
    audience.blueprint,
    collection.blueprint,
    guests.blueprint,
    exports.blueprint,
    operation.blueprint,
    backoffice.blueprint,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the site for these settings (those of the environment when none are given).

    Raises:
        SettingsError: a setting that the site needs is missing or unusable.
        StepError: without DATABASE_URL, the project's own database does not run.
    """
    settings = settings or load_settings()
    app = Flask(__name__, static_folder=None)
    app.config.update(flask_configuration(settings))
    app.extensions[SETTINGS_KEY] = settings

    request_log.init_app(app)
    rate_limits.init_app(app)
    db.init_app(app)
    operation.init_app(app)
    maintenance.init_app(app)
    CSRFProtect(app)
    security.init_app(app, settings)
    compression.init_app(app)

    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    formats.init_app(app)
    static_files.init_app(app, settings)
    data.init_app(app)
    audience.init_app(app)
    orders.init_app(app)
    guests.init_app(app)
    exports.init_app(app)
    backoffice.init_app(app)

    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    api.init_app(app)
    errors.init_app(app)
    return app
