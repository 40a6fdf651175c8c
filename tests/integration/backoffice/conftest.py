"""The site with its back-office, in front of a real database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from etl.am_import import import_ams
from etl.database import Role, connect
from etl.settings import Settings
from tests.ams import demo_archive
from tests.demo_site import load_demo, site_settings
from tests.site_visits import visitor_of


@pytest.fixture
def office_settings(settings: Settings) -> Settings:
    """Settings of a site with an empty back-office, of this test alone."""
    return site_settings(settings)


@pytest.fixture
def office(office_settings: Settings) -> Iterator[Flask]:
    """That site."""
    for client in visitor_of(office_settings):
        yield client.application


@pytest.fixture(scope="module")
def filled_settings(new_database: Callable[..., Settings]) -> Settings:
    """Settings of a site with the demo department, its orders in the back-office, for a whole module."""
    settings = site_settings(new_database())
    load_demo(settings)
    archive = demo_archive(Path(settings.bucket_url("misc")) / "orders.zip")
    with connect(settings, Role.ETL) as connection:
        import_ams(connection, archive)
    return settings


@pytest.fixture(scope="module")
def filled_office(filled_settings: Settings) -> Iterator[Flask]:
    """That site."""
    for client in visitor_of(filled_settings):
        yield client.application
