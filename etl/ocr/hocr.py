"""hOCR, the form the program tesseract answers in: words with boxes, baselines and confidences."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from etl.ocr.reading import Box, EngineError, Line, Reading, Word

LINE_CLASSES = {"ocr_line", "ocr_caption", "ocr_header", "ocr_textfloat"}
NUMBER = r"(-?\d+(?:\.\d+)?)"


def parse_hocr(text: str) -> Reading:
    """Return the reading that a hOCR document (or the `ocr_page` of one) describes.

    Raises:
        EngineError: the text is not hOCR.
    """
    try:
        # The document is the engine's own, built from a picture: no entity or DTD of a stranger is in it.
        root = ET.fromstring(text)  # noqa: S314
    except ET.ParseError as error:
        raise EngineError(f"The engine's answer cannot be read ({error}).") from error
    return Reading(tuple(_lines(root)))


def _lines(root: ET.Element) -> Iterator[Line]:
    for paragraph in _of_class(root, {"ocr_par"}):
        lines = [line for element in _of_class(paragraph, LINE_CLASSES) if (line := _line(element)).words]
        for number, line in enumerate(lines, start=1):
            yield _closing(line) if number == len(lines) else line


def _of_class(element: ET.Element, classes: set[str]) -> Iterator[ET.Element]:
    return (child for child in element.iter() if child.get("class") in classes)


def _closing(line: Line) -> Line:
    return Line(line.words, line.box, line.size, line.baseline, line.angle, ends_paragraph=True)


def _line(element: ET.Element) -> Line:
    title = element.get("title", "")
    box = _box(title)
    below = _numbers(title, "x_descenders", 1) or (0.0,)
    slope, offset = _numbers(title, "baseline", 2) or (0.0, -below[0])
    size = _numbers(title, "x_size", 1) or (float(box[3] - box[1]),)
    words = tuple(word for child in _of_class(element, {"ocrx_word"}) if (word := _word(child)).text)
    told = _numbers(title, "textangle", 1)
    angle = round(told[0]) % 360 if told else _angle(words, box)
    return Line(words, box, size[0], (slope, offset), angle)


def _angle(words: tuple[Word, ...], box: Box) -> int:
    """Return how a line is turned, from its words: the engine reads lines on their side without saying so."""
    if not words or box[3] - box[1] <= 2 * (box[2] - box[0]):
        return 0
    letters = sum(len(word.text) for word in words)
    return 0 if letters < 3 else 270 if words[-1].box[1] > words[0].box[1] else 90


def _word(element: ET.Element) -> Word:
    title = element.get("title", "")
    confidence = _numbers(title, "x_wconf", 1) or (0.0,)
    return Word("".join(element.itertext()).strip(), _box(title), confidence[0])


def _box(title: str) -> Box:
    numbers = _numbers(title, "bbox", 4)
    if numbers is None:
        raise EngineError(f"The engine's answer has an element without a box: « {title[:80]} ».")
    left, top, right, bottom = (round(number) for number in numbers)
    return left, top, right, bottom


def _numbers(title: str, name: str, count: int) -> tuple[float, ...] | None:
    found = re.search(rf"(?:^|; ?){name} " + " ".join([NUMBER] * count), title)
    return tuple(float(number) for number in found.groups()) if found else None
