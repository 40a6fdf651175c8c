"""The formulas of docs/scale.md."""

import pytest

from bench.cost_model import Measured, core_hours, hours, readable, told

MEASURED = Measured(
    core_seconds_per_page=1.0, pages_per_document=10.0, seconds_per_document=0.0, seconds_per_batch=0.0
)


def test_pages_follow_from_the_documents_at_hand() -> None:
    assert MEASURED.pages == pytest.approx(793_020)
    assert core_hours(MEASURED) == pytest.approx(793_020 / 3600)


def test_a_hundred_cores_take_a_hundredth_and_the_download_a_line_for_each_machine() -> None:
    download = 150 * 8000 / 100 / 3600
    assert hours(MEASURED, 1) == pytest.approx(core_hours(MEASURED) + download)
    assert hours(MEASURED, 100) == pytest.approx((core_hours(MEASURED) / 100) + download / 25)


def test_what_is_told_names_each_number_of_cores() -> None:
    line = told(MEASURED)
    assert all(f"{cores} cores" in line for cores in (1, 10, 100))
    assert (readable(47.9), readable(48)) == ("47.9 h", "2.0 days")
