"""The site in front of a real database."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from etl.settings import Settings
from tests.demo_site import load_demo, site_settings
from tests.site_visits import visitor_of


@pytest.fixture
def empty_settings(settings: Settings) -> Settings:
    """Settings of a site with an empty database, of this test alone."""
    return site_settings(settings)


@pytest.fixture
def empty_client(empty_settings: Settings) -> Iterator[FlaskClient]:
    """A visitor of a site where nothing is loaded yet."""
    yield from visitor_of(empty_settings)


@pytest.fixture(scope="module")
def demo_settings(module_settings: Settings) -> Settings:
    """Settings of a site with the demo department, for a whole module: tests only read."""
    ready = site_settings(module_settings)
    load_demo(ready)
    return ready


@pytest.fixture(scope="module")
def demo_client(demo_settings: Settings) -> Iterator[FlaskClient]:
    """A visitor of the site with the demo department."""
    yield from visitor_of(demo_settings)
