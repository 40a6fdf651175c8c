"""Lambert-93 metres as degrees: the definition of the projection, and what it cannot hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from etl.sync.coordinates import to_wgs84

METRES = st.floats(min_value=-1e9, max_value=1e9) | st.just(np.nan) | st.just(np.inf)


@pytest.mark.parametrize(
    ("easting", "northing", "longitude", "latitude"),
    [
        (700_000, 6_600_000, 3.0, 46.5),  # the origin that defines the projection
        (652_469, 6_862_035, 2.3522, 48.8566),  # Paris
        (893_000, 6_247_000, 5.38, 43.29),  # Marseille
    ],
)
def test_places_of_france(easting: float, northing: float, longitude: float, latitude: float) -> None:
    found = to_wgs84(np.array([easting], float), np.array([northing], float))
    assert np.array(found).ravel() == pytest.approx((longitude, latitude), abs=0.01)


def test_the_origin_is_exact() -> None:
    longitude, latitude = to_wgs84(np.array([700_000.0]), np.array([6_600_000.0]))
    assert (longitude[0], latitude[0]) == (3.0, 46.5)


@given(METRES, METRES)
def test_a_place_is_in_the_area_of_the_projection_or_nowhere(easting: float, northing: float) -> None:
    longitude, latitude = to_wgs84(np.array([easting]), np.array([northing]))
    assert_array_equal(np.isnan(longitude), np.isnan(latitude))
    assert np.isnan(longitude[0]) or (-9.86 <= longitude[0] <= 10.38 and 41.15 <= latitude[0] <= 51.56)
