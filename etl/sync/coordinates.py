"""From the projected metres of the source to the longitude and latitude of maps."""

from functools import cache

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

Degrees = npt.NDArray[np.float64]

LAMBERT_93 = 2154
WGS84 = 4326
# Where Lambert-93 is meant to be used (EPSG): west, south, east, north. Overseas sites are given in other
# projections, which the source does not name; read as Lambert-93 they would land in the sea.
AREA = (-9.86, 41.15, 10.38, 51.56)
DECIMALS = 7  # a centimetre: another release of the projection library changes no row


def to_wgs84(easting: Degrees, northing: Degrees) -> tuple[Degrees, Degrees]:
    """Return longitudes and latitudes in degrees for Lambert-93 metres; NaN for none and out of its area."""
    longitude, latitude = _transformer().transform(easting, northing)
    west, south, east, north = AREA
    with np.errstate(invalid="ignore"):
        inside = (west <= longitude) & (longitude <= east) & (south <= latitude) & (latitude <= north)
    return (
        np.where(inside, np.round(longitude, DECIMALS), np.nan),
        np.where(inside, np.round(latitude, DECIMALS), np.nan),
    )


@cache
def _transformer() -> Transformer:
    return Transformer.from_crs(LAMBERT_93, WGS84, always_xy=True)
