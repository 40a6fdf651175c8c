"""A site that publishes: its orders in service and in the back-office, and its account in Airflow."""

from pathlib import Path

from bs4 import BeautifulSoup
from flask import Flask

from etl.am_import import import_ams
from etl.database import Role, connect
from etl.settings import Settings
from etl.sync import apply_ams
from tests.ams import demo_archive
from tests.demo_site import site_settings
from tests.stand_ins.airflow import AirflowStandIn
from webapp.backoffice.publication import airflow as client

PAGE = "/back-office/publication"
OTHER = "JORFTEXT900000000002"
GONE = "JORFTEXT900000000003"


def with_orders(settings: Settings, folder: Path) -> Settings:
    """Put the demo's orders into the back-office and into service."""
    archive = demo_archive(folder / "orders.zip")
    for load in (import_ams, apply_ams):
        with connect(settings, Role.ETL) as connection:
            load(connection, archive)
    return site_settings(settings)


def linked(app: Flask, airflow_api: AirflowStandIn) -> Flask:
    """Give a site its account in Airflow."""
    app.extensions[client.EXTENSION_KEY] = client.connect_app(airflow_api.settings(Settings(_env_file=None)))
    return app


def words(page: BeautifulSoup, place: str = "main") -> str:
    """The words of a part of a page."""
    (found,) = page.select(place)
    return " ".join(found.text.split())
