"""The program tesseract through pytesseract: the fallback where tesserocr is not available."""

from pathlib import Path

import pytesseract
from PIL import Image

from etl.ocr.hocr import parse_hocr
from etl.ocr.models import LANGUAGE
from etl.ocr.reading import SURE_OF_ORIENTATION, EngineError, Reading


class TesseractProgram:
    """French print by one run of the program per picture, killed when its time is over."""

    def __init__(self, models: Path) -> None:
        self._models = models

    def read(self, picture: Image.Image, dpi: int, seconds: float) -> Reading:
        """Return the words of a grey picture.

        Raises:
            EngineError: the program failed, or ran longer than `seconds`.
        """
        try:
            answer = pytesseract.image_to_pdf_or_hocr(
                picture,
                lang=LANGUAGE,
                config=self._config(f"--psm 3 --dpi {dpi}"),
                extension="hocr",
                timeout=seconds,
            )
        except (pytesseract.TesseractError, RuntimeError) as error:
            raise EngineError(f"The program tesseract gave up on this page ({error}).") from error
        return parse_hocr(answer.decode("utf-8") if isinstance(answer, bytes) else answer)

    def upright_turn(self, picture: Image.Image, seconds: float) -> int | None:
        """Return the anticlockwise turn that sets the picture upright; None if unsure or nearly empty."""
        try:
            found = pytesseract.image_to_osd(
                picture, config=self._config(""), timeout=seconds, output_type=pytesseract.Output.DICT
            )
        except (pytesseract.TesseractError, RuntimeError):
            return None
        return int(found["orientation"]) if found["orientation_conf"] >= SURE_OF_ORIENTATION else None

    def _config(self, options: str) -> str:
        return f'--tessdata-dir "{self._models}" {options}'
