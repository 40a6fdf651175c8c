"""The open API in front of the whole demo: installations, ministerial and prefectoral orders."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from upath import UPath

from etl.database import Role, connect
from etl.settings import ROOT, Settings
from etl.sync import sync_nomenclature
from tests.aps import Ap, demo_aps, georisques_id_of, load_aps
from tests.demo_site import MANY_LINES, load_demo, load_demo_orders, site_settings
from tests.site_visits import visitor_of

NOMENCLATURE = ROOT / "demo" / "idf" / "classement_references.csv"
FAILED_AP = georisques_id_of("failed")
UNREAD_AP = georisques_id_of("unread")


@pytest.fixture(scope="module")
def api_settings(module_settings: Settings) -> Settings:
    """Settings of a site with everything of the demo; tests only read."""
    settings = site_settings(module_settings)
    load_demo(settings)
    load_demo_orders(settings)
    with connect(settings, Role.ETL) as connection:
        sync_nomenclature(connection, UPath(NOMENCLATURE))
    site = MANY_LINES[0]
    load_aps(
        settings,
        [
            *demo_aps(),
            Ap(FAILED_AP, site, "Arrêté abîmé", ocr_status="ERROR"),
            Ap(UNREAD_AP, site, "Arrêté pas encore lu", ocr_status="NOT_ATTEMPTED"),
        ],
    )
    return settings


@pytest.fixture(scope="module")
def api(api_settings: Settings) -> Iterator[FlaskClient]:
    """A caller of the API."""
    yield from visitor_of(api_settings)


@pytest.fixture(scope="module")
def ask(api: FlaskClient) -> Callable[[str], dict[str, object]]:
    """A function that returns the JSON of an address under /api/v1, which must answer 200."""

    def answer(path: str) -> dict[str, object]:
        found = api.get(path if path.startswith("/api") else f"/api/v1{path}")
        assert found.status_code == 200, found.text
        return dict(found.get_json())

    return answer
