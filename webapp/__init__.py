"""The public site: what inspectors read."""

from flask import Flask

from etl.settings import Settings
from webapp import application, deployment

__all__ = ["create_app"]


def create_app(settings: Settings | None = None) -> Flask:
    """Return the site for these settings (those of the environment when none are given).

    For `flask --app webapp check`, whose business are settings that the site would not start with, it is an
    application with that command alone.

    Raises:
        SettingsError: a setting that the site needs is missing or unusable.
        StepError: without DATABASE_URL, the project's own database does not run.
    """
    if settings is None and deployment.is_being_checked():
        return deployment.application_to_check()
    return application.create_app(settings)
