"""A house of its own for what breaks: a Postgres that may be stopped, with the demo in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.cluster import start_cluster, stop_cluster
from etl.migrations import migrate
from etl.settings import Settings
from launcher.ports import choose_port
from tests.demo_site import load_demo, load_demo_orders, site_settings


@pytest.fixture(scope="module")
def house(run_dir: Path) -> Iterator[Settings]:
    """Settings of the demo on a server of this module alone; whoever stops it starts it again."""
    folder = run_dir / "faults"
    port = choose_port(0, "POSTGRES_PORT", "Postgres")
    settings = site_settings(Settings(_env_file=None, run_dir=folder, postgres_port=port))
    start_cluster(settings)
    try:
        migrate(settings)
        load_demo(settings)
        load_demo_orders(settings)
        yield settings
    finally:
        stop_cluster(settings)
