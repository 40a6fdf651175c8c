"""What an engine reads on a picture: words and lines, in pixels from the top left corner."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    # The process that counts pages has no use for pictures.
    from PIL import Image

# Below this, the detection of orientation is a guess (tesseract's own scale, not a percentage).
SURE_OF_ORIENTATION = 2.0


Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Word:
    """A word, its box (left, top, right, bottom; pixels) and how sure the engine is (0 to 100)."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words in reading order.

    `baseline` is (slope, offset): what the letters stand on, from the bottom left corner of `box`, y down.
    `angle` is 0, or 90, 180, 270 where the line is turned anticlockwise. `ends_paragraph` closes a paragraph.
    """

    words: tuple[Word, ...]
    box: Box
    size: float
    baseline: tuple[float, float] = (0.0, 0.0)
    angle: int = 0
    ends_paragraph: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read on one picture."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The text: a line of print per line, an empty line between paragraphs."""
        parts: list[str] = []
        for line in self.lines:
            parts.append(" ".join(word.text for word in line.words))
            if line.ends_paragraph:
                parts.append("")
        return "\n".join(parts).strip()

    @property
    def confidence(self) -> float:
        """The mean confidence of the words, each counted by its letters; 0 where there is none."""
        words = [word for line in self.lines for word in line.words]
        letters = sum(len(word.text) for word in words)
        return round(sum(word.confidence * len(word.text) for word in words) / letters, 1) if letters else 0.0


class Engine(Protocol):
    """A program that reads French print."""

    def read(self, picture: "Image.Image", dpi: int, seconds: float) -> Reading:
        """Return the words of a grey picture.

        Raises:
            EngineError: the engine gave up on this picture, or took longer than `seconds` where it can tell.
        """

    def upright_turn(self, picture: "Image.Image", seconds: float) -> int | None:
        """Return the anticlockwise turn (0, 90, 180, 270) that sets the picture upright; None if unsure."""


class EngineError(Exception):
    """The engine gave up on one picture."""
