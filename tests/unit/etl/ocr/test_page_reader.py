"""How often a page is read, and which reading counts: condensed, at full width, turned upright."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from etl.ocr import Decision, Limits
from etl.ocr.page_reader import PageReader
from etl.ocr.raster import CONDENSED
from etl.ocr.reading import Line, Reading, Word
from tests import ocr_files as files

FULL = files.picture().width
NARROW = round(CONDENSED * FULL)


@dataclass
class Planned:
    """An engine that is as sure as it is told, one reading after the other."""

    sureness: list[float]
    turn: int | None = None
    shown: list[tuple[int, int]] = field(default_factory=list)

    def read(self, picture: Image.Image, dpi: int, seconds: float) -> Reading:
        """Return one word that tells which reading this is."""
        assert dpi == 200
        assert seconds == Limits().page_seconds
        self.shown.append(picture.size)
        number = len(self.shown)
        word = Word(f"lecture-{number}", (10, 10, 90, 40), self.sureness[number - 1])
        return Reading((Line((word,), word.box, 30.0),))

    def upright_turn(self, picture: Image.Image, seconds: float) -> int | None:
        """Return the turn that was planned."""
        del picture, seconds
        return self.turn


@pytest.mark.parametrize(
    ("sureness", "turn", "widths", "counts"),
    [
        ([92], None, [NARROW], 1),
        ([75, 88], None, [NARROW, FULL], 2),
        ([75, 70], None, [NARROW, FULL], 1),
        ([30, 32], None, [NARROW, FULL], 2),
        ([30, 32], 0, [NARROW, FULL], 2),
        ([30, 32, 93], 180, [NARROW, FULL, NARROW], 3),
        ([30, 32, 20, 25], 180, [NARROW, FULL, NARROW, FULL], 2),
    ],
    ids=["sure", "surer wide", "no surer wide", "lost", "lost upright", "upside down", "no surer turned"],
)
def test_a_page_is_read_until_it_is_sure(
    sureness: list[float], turn: int | None, widths: list[int], counts: int, tmp_path: Path
) -> None:
    source = files.put(tmp_path, files.scan())
    engine = Planned(sureness, turn)
    page = PageReader(engine, Limits()).read(source, 1)
    assert [width for width, _ in engine.shown] == pytest.approx(widths, abs=1)
    assert (page.outcome.decision, page.text) == (Decision.READ, f"lecture-{counts}")
    assert page.outcome.confidence == sureness[counts - 1]


def test_the_matrix_is_that_of_the_picture_that_was_read(tmp_path: Path) -> None:
    source = files.put(tmp_path, files.scan())
    engine = Planned([92])
    page = PageReader(engine, Limits()).read(source, 1)
    (width, height) = engine.shown[0]
    a, b, c, d, left, top = page.to_page
    assert (a * width + left, d * height + top) == pytest.approx((595, 0), abs=1)
    assert (b, c) == pytest.approx((0, 0), abs=1e-6)
    assert page.pixels == width * height


@pytest.mark.parametrize(
    ("make", "decision"), [(files.digital, Decision.KEEP), (files.blank_scan, Decision.BLANK)]
)
def test_a_page_that_is_not_to_be_read_is_not_shown_to_the_engine(
    make: Callable[[], bytes], decision: Decision, tmp_path: Path
) -> None:
    source = files.put(tmp_path, make())
    engine = Planned([])
    page = PageReader(engine, Limits()).read(source, 1)
    assert (page.outcome.decision, page.outcome.confidence, engine.shown) == (decision, None, [])
