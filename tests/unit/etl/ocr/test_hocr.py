"""hOCR of both engines gives the same words, boxes, baselines and confidences."""

import pytest

from etl.ocr.hocr import parse_hocr
from etl.ocr.reading import EngineError, Line, Word

LIBRARY = """
<div class='ocr_page' id='page_1' title='image ""; bbox 0 0 1654 2339; ppageno 0; scan_res 200 200'>
 <div class='ocr_carea' id='block_1_1' title="bbox 100 90 900 160">
  <p class='ocr_par' id='par_1_1' lang='fra' title="bbox 100 90 900 160">
   <span class='ocr_line' id='l1' title="bbox 100 90 900 120; baseline -0.01 -6; x_size 30.5; x_descenders 6">
    <span class='ocrx_word' id='w1' title='bbox 100 90 200 120; x_wconf 96'>L&#39;arrêté</span>
    <span class='ocrx_word' id='w2' title='bbox 220 91 300 118; x_wconf 90'><strong>du</strong></span>
    <span class='ocrx_word' id='w3' title='bbox 310 91 320 118; x_wconf 12'> </span>
   </span>
   <span class='ocr_header' id='l2' title="bbox 100 130 500 160; baseline 0 -5; x_size 28; x_descenders 6">
    <span class='ocrx_word' id='w4' title='bbox 100 130 500 160; x_wconf 88'>préfet</span>
   </span>
  </p>
 </div>
 <div class='ocr_carea'><p class='ocr_par'>
  <span class='ocr_textfloat' title="bbox 1500 300 1530 700; textangle 90; x_size 30">
   <span class='ocrx_word' title='bbox 1500 300 1530 700; x_wconf 70'>marge</span></span>
  </p><p class='ocr_par'><span class='ocr_line' title='bbox 0 0 9 9; x_size 9'></span></p></div>
</div>
"""
PROGRAM = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml">'
    f"<body>{LIBRARY}</body></html>"
)


@pytest.mark.parametrize("answer", [LIBRARY, PROGRAM], ids=["tesserocr", "tesseract"])
def test_lines_and_words(answer: str) -> None:
    first, second, third = parse_hocr(answer).lines
    assert first == Line(
        words=(Word("L'arrêté", (100, 90, 200, 120), 96.0), Word("du", (220, 91, 300, 118), 90.0)),
        box=(100, 90, 900, 120),
        size=30.5,
        baseline=(-0.01, -6.0),
    )
    assert (second.words[0].text, second.ends_paragraph) == ("préfet", True)
    assert (third.angle, third.baseline, third.size) == (90, (0.0, 0.0), 30.0)


@pytest.mark.parametrize(
    ("boxes", "angle"),
    [
        ([(0, 0, 90, 20), (100, 0, 190, 20)], 0),
        ([(0, 0, 20, 90), (0, 100, 20, 190)], 270),
        ([(0, 100, 20, 190), (0, 0, 20, 90)], 90),
    ],
    ids=["level", "downwards", "upwards"],
)
def test_lines_on_their_side_are_found_by_their_words(boxes: list[tuple[int, ...]], angle: int) -> None:
    ends = [[box[side] for box in boxes] for side in range(4)]
    whole = (min(ends[0]), min(ends[1]), max(ends[2]), max(ends[3]))
    words = "".join(
        f"<span class='ocrx_word' title='bbox {' '.join(map(str, box))}; x_wconf 90'>mot</span>"
        for box in boxes
    )
    title = f"bbox {' '.join(map(str, whole))}; x_size 20; x_descenders 5"
    answer = f"<p class='ocr_par'><span class='ocr_line' title='{title}'>{words}</span></p>"
    (line,) = parse_hocr(answer).lines
    assert (line.angle, line.baseline) == (angle, (0.0, -5.0))


def test_text_and_confidence() -> None:
    reading = parse_hocr(LIBRARY)
    assert reading.text == "L'arrêté du\npréfet\n\nmarge"
    letters = [(8, 96), (2, 90), (6, 88), (5, 70)]
    assert reading.confidence == round(sum(n * c for n, c in letters) / 21, 1)


def test_nothing_read_has_no_confidence() -> None:
    assert parse_hocr("<div class='ocr_page'></div>").confidence == 0.0


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "<div class='ocr_page'>",
        "<div><p class='ocr_par'><span class='ocr_line' title='x_size 9'/></p></div>",
    ],
    ids=["nothing", "cut short", "without a box"],
)
def test_an_answer_that_is_not_hocr_is_an_error(answer: str) -> None:
    with pytest.raises(EngineError, match="The engine's answer"):
        parse_hocr(answer)
