"""The angle of a scan is found to a tenth of a degree, and only where there are lines of print."""

import pytest
from pikepdf import Matrix
from PIL import Image

from etl.ocr.raster import Raster
from etl.ocr.straighten import skew_degrees, straightened
from tests import ocr_files as files


@pytest.mark.parametrize("askew", [-3.2, -1.4, -0.6, 0.0, 0.5, 1.0, 2.7])
def test_the_angle_is_found(askew: float) -> None:
    picture = files.picture().rotate(askew, Image.Resampling.BICUBIC, fillcolor=255)
    assert skew_degrees(picture, 200) == pytest.approx(-askew, abs=0.11)


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("L", (1654, 2339), 255),
        Image.new("L", (1654, 2339), 0),
        Image.new("L", (3, 3), 0),
        Image.linear_gradient("L").resize((1654, 2339)),
        files.picture().transpose(Image.Transpose.ROTATE_90),
        files.picture().rotate(91, expand=True, fillcolor=255),
    ],
    ids=["white", "black", "tiny", "gradient", "on its side", "on its side, askew"],
)
def test_without_lines_nothing_is_turned(picture: Image.Image) -> None:
    raster = Raster(picture, 200, Matrix())
    assert straightened(raster) is raster


def test_a_level_page_is_not_touched() -> None:
    raster = Raster(files.picture(), 200, Matrix())
    assert straightened(raster) is raster
