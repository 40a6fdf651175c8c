"""The demo with documents of prefectoral orders, served: what `visit` visits here."""

from collections.abc import Callable, Iterator

import pytest

from etl.settings import Settings
from tests.demo_site import load_demo, load_demo_orders, site_settings
from tests.e2e.conftest import Site, served
from tests.viewed_documents import SOURCE, load_documents, read_scan


@pytest.fixture(scope="session")
def scan(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[str]]:
    """A scan of two pages as the reader makes it searchable, and the text it found on each."""
    return read_scan(tmp_path_factory.mktemp("scan"))


@pytest.fixture(scope="session")
def site(
    new_database: Callable[..., Settings],
    tmp_path_factory: pytest.TempPathFactory,
    scan: tuple[bytes, list[str]],
) -> Iterator[Site]:
    """The demo with orders of one installation: a scan, one of 300 pages, a damaged one, two without text."""
    settings = site_settings(new_database()).model_copy(update={"georisques_documents_url": SOURCE})
    load_demo(settings)
    load_demo_orders(settings)
    load_documents(settings, scan)
    with served(settings, tmp_path_factory.mktemp("viewer") / "gunicorn.log") as running:
        yield running
