"""How far a scan is askew: the angle at which its lines stand out best from the white between them."""

import numpy as np
from PIL import Image

from etl.ocr.raster import Raster, tilted

# Rectifying less costs as much as it brings; more is a drawing, not a sheet askew in the feeder.
LEAST_DEGREES = 0.3
MOST_DEGREES = 5.0
FEW_CELLS = 600
# How many times sharper the best angle is than the middling: 10 to 45 for print, 2 for a sheet lying.
CLEAR = 3.0


def straightened(raster: Raster) -> Raster:
    """Return the raster with its lines level, or the very same where they are."""
    degrees = skew_degrees(raster.picture, raster.dpi)
    return tilted(raster, degrees) if abs(degrees) >= LEAST_DEGREES else raster


def skew_degrees(picture: Image.Image, dpi: int) -> float:
    """Return the anticlockwise turn, to a tenth of a degree, that would level the lines; 0 without lines."""
    cells = np.asarray(picture.reduce(max(1, round(dpi / 50))))
    rows, columns = np.nonzero(cells < float(np.median(cells)) - 60)
    if not FEW_CELLS <= rows.size <= cells.size / 3:
        return 0.0
    angles = np.arange(-MOST_DEGREES, MOST_DEGREES + 0.01, 0.5)
    # A third of the ink tells as much for the first look.
    sharpness = [_sharpness(rows[::3], columns[::3], float(angle)) for angle in angles]
    best = int(np.argmax(sharpness))
    if sharpness[best] < CLEAR * float(np.median(sharpness)) or best in {0, len(angles) - 1}:
        return 0.0
    near = np.arange(angles[best] - 0.4, angles[best] + 0.41, 0.1)
    return round(float(max(near, key=lambda angle: _sharpness(rows, columns, float(angle)))), 1)


def _sharpness(rows: np.ndarray, columns: np.ndarray, degrees: float) -> float:
    """Return how much the ink changes from one row to the next once the page is turned."""
    levels = (rows - columns * np.tan(np.radians(degrees))).astype(np.int32)
    profile = np.bincount(levels - levels.min())
    return float(np.square(np.diff(profile)).sum())
