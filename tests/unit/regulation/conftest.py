from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from regulation.archive import read_orders

if TYPE_CHECKING:
    from regulation.order import Order

DEMO_AMS = Path(__file__).parents[3] / "demo" / "ams"


@pytest.fixture(scope="session")
def demo_ams() -> Path:
    return DEMO_AMS


@pytest.fixture(scope="session")
def demo_orders() -> dict[str, Order]:
    return {order.cid: order for order in read_orders(DEMO_AMS)}
