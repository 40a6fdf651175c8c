"""Both engines read the same words; without either, or past their time, a sentence says so."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from etl.ocr import find_models
from etl.ocr.models import REVISION, EngineMissingError, engine_name, has_tesserocr, library_name
from etl.ocr.reading import Engine, EngineError
from etl.ocr.tesseract_program import TesseractProgram
from etl.ocr.tesserocr_engine import TesserocrEngine, direction
from etl.ocr.worker import load_engine
from tests import ocr_files as files

ENGINES: list[Callable[[Path], Engine]] = [TesserocrEngine, TesseractProgram]


@pytest.fixture(scope="module", params=ENGINES, ids=["tesserocr", "tesseract"])
def engine(request: pytest.FixtureRequest) -> Engine:
    built: Engine = request.param(find_models())
    return built


def test_an_engine_reads_words_where_they_are(engine: Engine) -> None:
    reading = engine.read(files.picture(), 200, 60)
    assert [word for word in files.WORDS if word not in reading.text] == []
    assert reading.confidence > 85
    words = [word for line in reading.lines for word in line.words]
    first = next(word for word in words if "environnement" in word.text)
    left, top, right, bottom = first.box
    assert 0 < left < right < files.picture().width
    assert 10 < bottom - top < 60


def test_an_engine_finds_nothing_on_white_paper(engine: Engine) -> None:
    assert engine.read(Image.new("L", (800, 800), 255), 200, 60).lines == ()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_an_engine_knows_which_way_is_up(engine: Engine, turn: int) -> None:
    lying = files.picture().rotate(-turn, expand=True)
    assert engine.upright_turn(lying, 60) == turn


def test_an_engine_does_not_guess_which_way_is_up(engine: Engine) -> None:
    assert engine.upright_turn(Image.new("L", (600, 600), 255), 60) is None


def test_the_program_is_stopped_when_its_time_is_over() -> None:
    with pytest.raises(EngineError, match="gave up"):
        TesseractProgram(find_models()).read(files.picture(300), 300, 0.05)


def test_an_engine_is_named_by_library_model_and_revision() -> None:
    name = engine_name(find_models())
    assert name.startswith("tesseract 5")
    assert "tesserocr" in name
    assert "; fra " in name
    assert name.endswith(f"envinorma-ocr {REVISION}")


@pytest.fixture
def without_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `import tesserocr` fail, as it does where the wheel or something it needs is missing."""
    monkeypatch.setitem(sys.modules, "tesserocr", None)
    monkeypatch.delitem(sys.modules, "etl.ocr.tesserocr_engine", raising=False)


@pytest.mark.usefixtures("without_library")
def test_without_the_library_the_program_reads() -> None:
    assert not has_tesserocr()
    assert library_name().endswith("(program)")
    engine = load_engine(find_models())
    assert isinstance(engine, TesseractProgram)
    assert "prescriptions" in engine.read(files.picture(), 200, 60).text


@pytest.mark.usefixtures("without_library")
def test_without_either_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", "/nowhere/tesseract")
    with pytest.raises(EngineMissingError, match="tesseract-ocr"):
        library_name()


@pytest.mark.parametrize(
    ("ends", "baseline", "angle"),
    [
        (((10, 95), (110, 95)), (0.0, -5.0), 0),
        (((10, 95), (110, 105)), (0.1, -5.0), 0),
        (((20, 0), (20, 100)), (0.0, -10.0), 270),
        (((100, 100), (100, 0)), (0.0, -10.0), 90),
        (((110, 5), (10, 5)), (0.0, -5.0), 180),
        (((10, 95), (10, 95)), (0.0, -5.0), 0),
        (None, (0.0, 0.0), 0),
    ],
    ids=["level", "rising", "downwards", "upwards", "upside down", "a dot", "unknown"],
)
def test_a_line_runs_as_its_baseline(
    ends: tuple[tuple[int, int], tuple[int, int]] | None, baseline: tuple[float, float], angle: int
) -> None:
    box = (10, 0, 110, 100)
    assert direction(box, ends) == (pytest.approx(baseline), angle)
