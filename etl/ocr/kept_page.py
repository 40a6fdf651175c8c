"""The file that keeps a page between its reading and the writing of its document."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from etl.ocr.outcomes import PageOutcome
from etl.ocr.reading import Box, Line, Reading, Word

Six = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page's outcome and text; where it was read, its lines too.

    `to_page` is the matrix from their pixels to the page, `pixels` the size of the picture that was read.
    """

    outcome: PageOutcome
    text: str = ""
    reading: Reading | None = None
    to_page: Six = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    pixels: int = 0

    def save(self, path: Path) -> None:
        """Write the page aside and rename it.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        aside = path.with_suffix(".part")
        aside.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")
        os.replace(aside, path)  # noqa: PTH105 - Path.replace is the same call


def load_page(path: Path) -> KeptPage | None:
    """Return a kept page, or None where there is none that can be read."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        reading = values["reading"]
        return KeptPage(
            outcome=PageOutcome.from_dict(values["outcome"]),
            text=str(values["text"]),
            reading=None if reading is None else Reading(tuple(_line(line) for line in reading["lines"])),
            to_page=_six(values["to_page"]),
            pixels=int(values["pixels"]),
        )
    except (OSError, KeyError, TypeError, ValueError):
        return None


def _six(values: list[float]) -> Six:
    first, second, third, fourth, fifth, sixth = (float(value) for value in values)
    return first, second, third, fourth, fifth, sixth


def _line(values: dict[str, Any]) -> Line:
    words = tuple(
        Word(word["text"], _box(word["box"]), float(word["confidence"])) for word in values["words"]
    )
    slope, offset = values["baseline"]
    return Line(
        words, _box(values["box"]), values["size"], (slope, offset), values["angle"], values["ends_paragraph"]
    )


def _box(values: list[int]) -> Box:
    left, top, right, bottom = (int(value) for value in values)
    return left, top, right, bottom
