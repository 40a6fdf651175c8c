"""tesseract in this process through tesserocr: the model is loaded once, pictures pass without a file."""

from pathlib import Path

from PIL import Image
from tesserocr import PSM, PyTessBaseAPI

from etl.ocr.hocr import parse_hocr
from etl.ocr.models import LANGUAGE
from etl.ocr.reading import SURE_OF_ORIENTATION, EngineError, Reading


class TesserocrEngine:
    """French print by tesseract's neural engine with automatic page layout (psm 3)."""

    def __init__(self, models: Path) -> None:
        self._models = models
        self._api: PyTessBaseAPI | None = None
        self._orientation: PyTessBaseAPI | None = None

    def read(self, picture: Image.Image, dpi: int, seconds: float) -> Reading:  # noqa: ARG002 - see below
        """Return the words of a grey picture.

        `seconds` is not used: the library cannot be stopped half-way in earnest, the process around it can.

        Raises:
            EngineError: the library gave up on this picture.
        """
        if self._api is None:
            self._api = PyTessBaseAPI(path=f"{self._models}/", lang=LANGUAGE, psm=PSM.AUTO)
        _show(self._api, picture)
        self._api.SetSourceResolution(dpi)
        if not self._api.Recognize():
            raise EngineError("The engine gave up on this page.")
        answer = self._api.GetHOCRText(0)
        self._api.Clear()
        return parse_hocr(answer)

    def upright_turn(self, picture: Image.Image, seconds: float) -> int | None:  # noqa: ARG002 - as above
        """Return the anticlockwise turn that sets the picture upright; None if unsure or nearly empty."""
        if not (self._models / "osd.traineddata").is_file():
            return None
        if self._orientation is None:
            self._orientation = PyTessBaseAPI(path=f"{self._models}/", lang="osd", psm=PSM.OSD_ONLY)
        _show(self._orientation, picture)
        found = self._orientation.DetectOrientationScript()
        self._orientation.Clear()
        if not found or found["orient_conf"] < SURE_OF_ORIENTATION:
            return None
        return int(found["orient_deg"])


def _show(api: PyTessBaseAPI, picture: Image.Image) -> None:
    """Hand raw bytes over: the library's own way compresses pictures first, a tenth of the page's time."""
    api.SetImageBytes(picture.tobytes(), picture.width, picture.height, 1, picture.width)
