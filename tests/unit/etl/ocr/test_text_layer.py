"""The operators of the layer: words at their places, with their spaces, clear of each other, unseen."""

import re

import pytest
from pikepdf import Matrix

from etl.ocr.reading import Line, Word
from etl.ocr.text_layer import LEAST_GAP, WIDTH, layer_content

SHOWN = re.compile(r"(-?[\d.]+) 0 Td ([\d.]+) Tz <([0-9A-F]*)> Tj")


def line(*words: tuple[str, int, int], size: float = 20.0, angle: int = 0) -> Line:
    """Return a level line of words, each with its left and right end."""
    made = tuple(Word(text, (left, 100, right, 130), 90.0) for text, left, right in words)
    return Line(made, (words[0][1], 100, words[-1][2], 130), size, angle=angle)


def shown(content: bytes, size: float = 20.0) -> list[tuple[str, float, float]]:
    """Return what a content shows: each text with where its word starts and ends along the line."""
    found, at = [], 0.0
    for move, stretch, code in SHOWN.findall(content.decode("ascii")):
        at += float(move)
        text = bytes.fromhex(code).decode("utf-16-be")
        found.append((text, at, at + len(text.rstrip()) * WIDTH * size * float(stretch) / 100))
    return found


def test_words_start_and_end_where_they_were_read() -> None:
    texts, starts, ends = zip(
        *shown(layer_content([line(("Vu", 50, 80), ("le", 90, 105), ("code", 115, 160))], Matrix())),
        strict=True,
    )
    assert texts == ("Vu ", "le ", "code")
    assert starts == (0, 40, 65)
    assert ends == pytest.approx((30, 55, 110), abs=0.2)


@pytest.mark.parametrize(
    ("left", "right"), [(80, 100), (70, 100), (79, 95)], ids=["touch", "overlap", "nearly"]
)
def test_a_word_ends_before_the_next_begins(left: int, right: int) -> None:
    (_, _, end), (_, start, _) = shown(
        layer_content([line(("relatif", 0, 80), ("à", left, right))], Matrix())
    )
    assert start == left
    assert end == pytest.approx(left - LEAST_GAP * 20, abs=0.2)


@pytest.mark.parametrize(
    "words", [(("a", 0, 1), ("b", 2, 3)), (("ab", 50, 50), ("c", 20, 30)), (("x", 9, 4),)]
)
def test_no_word_is_ever_without_a_width(words: tuple[tuple[str, int, int], ...]) -> None:
    assert all(end - start > 0.5 for _, start, end in shown(layer_content([line(*words)], Matrix())))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("é", "00E9"),
        ("œ", "0153"),
        ("’", "2019"),
        ("𝄞", "FFFD"),
        ("(", "0028"),
        (">", "003E"),
        ("\\", "005C"),
    ],
)
def test_a_sign_is_written_as_its_number(text: str, code: str) -> None:
    assert f"<{code}> Tj".encode() in layer_content([line((text, 0, 10))], Matrix())


@pytest.mark.parametrize(
    ("angle", "axes"), [(0, "1 0 0 -1"), (90, "0 -1 -1 -0"), (180, "-1 0 0 1"), (270, "0 1 1 -0")]
)
def test_a_line_runs_as_it_was_read(angle: int, axes: str) -> None:
    content = layer_content([line(("marge", 0, 40), angle=angle)], Matrix()).decode("ascii")
    numbers = re.search(r"(\S+ \S+ \S+ \S+) \S+ \S+ Tm", content)
    assert numbers is not None
    assert [abs(float(n)) for n in numbers[1].split()] == [abs(float(n)) for n in axes.split()]
    assert [float(n) < -0.5 for n in numbers[1].split()] == [float(n) < -0.5 for n in axes.split()]


def test_the_layer_is_invisible_and_leaves_the_state_as_it_was() -> None:
    operators = (
        layer_content([line(("Vu", 0, 20))], Matrix(0.36, 0, 0, -0.36, 0, 842)).decode("ascii").split("\n")
    )
    assert operators[:4] == ["q", "0.36 0 0 -0.36 0 842 cm", "BT", "3 Tr"]
    assert operators[-2:] == ["ET", "Q"]


def test_nothing_read_is_an_empty_layer() -> None:
    assert shown(layer_content([], Matrix())) == []
