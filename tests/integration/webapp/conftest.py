"""The site in front of a real database."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from upath import UPath

from etl.database import Role, connect
from etl.settings import ROOT, Settings
from etl.sync import sync_nomenclature
from tests.aps import Ap, load_aps
from tests.demo_site import load_demo, load_demo_orders, site_settings
from tests.owners import Owner
from tests.people import AP, AP_ELSEWHERE, SITE, SITE_ELSEWHERE, Person
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


@pytest.fixture(scope="module")
def picking_settings(new_database: Callable[..., Settings]) -> Settings:
    """Settings of a site with the demo, its orders, and two prefectoral orders, for a whole module."""
    settings = site_settings(new_database())
    load_demo(settings)
    load_demo_orders(settings)
    pages = ("ARRÊTÉ PRÉFECTORAL\nArticle 1", "Article 2")
    here = Ap(AP, SITE, "Arrêté du site", date(2020, 1, 1), pages)
    elsewhere = Ap(AP_ELSEWHERE, SITE_ELSEWHERE, "Arrêté d’un autre site", date(2020, 1, 1), pages)
    load_aps(settings, [here, elsewhere])
    return settings


@pytest.fixture(scope="module")
def picking_app(picking_settings: Settings) -> Iterator[Flask]:
    """That site."""
    for client in visitor_of(picking_settings):
        yield client.application


@pytest.fixture
def person(picking_app: Flask) -> Person:
    """Someone who never was here, with the page of an order of that site open."""
    someone = Person(picking_app)
    someone.read()
    return someone


@pytest.fixture(scope="module")
def own_settings(picking_settings: Settings) -> Settings:
    """Settings of that site with the nomenclature, which own installations choose from."""
    with connect(picking_settings, Role.ETL) as connection:
        sync_nomenclature(connection, UPath(ROOT / "demo" / "idf" / "classement_references.csv"))
    return picking_settings


@pytest.fixture(scope="module")
def app(own_settings: Settings) -> Iterator[Flask]:
    """That site."""
    for client in visitor_of(own_settings):
        yield client.application


@pytest.fixture
def owner(app: Flask) -> Owner:
    """Someone who never was here, and makes installations of their own."""
    return Owner(app)
