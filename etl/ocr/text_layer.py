"""The invisible text under a page: each word where it was read, in a font without shapes."""

import math
from collections.abc import Iterator, Sequence

import pikepdf
from pikepdf import Array, Dictionary, Matrix, Name, Stream, String

from etl.ocr.reading import Line, Word

FONT = Name("/EnvinormaOCR")
# Every character is half as wide as the font is high; what is above and below the baseline makes the height.
WIDTH = 0.5
# Where words touch or overlap, this much of the line's height is left between them: readers of the layer that
# go by gaps alone (poppler) take less for none.
LEAST_GAP = 0.2
ASCENT, DESCENT = 750, -250
IDENTITY = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap CMapName currentdict /CMap defineresource pop end end
"""


def add_font(pdf: pikepdf.Pdf, program: bytes) -> pikepdf.Object:
    """Add the layer's font to a document and return it; `program` is the TrueType font without shapes."""
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name.GlyphLessFont,
        Flags=5,
        ItalicAngle=0,
        StemV=80,
        FontBBox=Array([0, DESCENT, round(1000 * WIDTH), ASCENT]),
        Ascent=ASCENT,
        Descent=DESCENT,
        CapHeight=ASCENT,
        FontFile2=pdf.make_stream(program, Length1=len(program)),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name.GlyphLessFont,
        DW=round(1000 * WIDTH),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        CIDToGIDMap=pdf.make_stream(b"\x00\x01" * 65536),
        FontDescriptor=pdf.make_indirect(descriptor),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name.GlyphLessFont,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(IDENTITY),
        )
    )


def lay_under(
    pdf: pikepdf.Pdf, page: pikepdf.Page, font: pikepdf.Object, lines: Sequence[Line], to_page: Matrix
) -> None:
    """Put the lines under a page's content; `to_page` leads from their pixels to the page's units."""
    page.add_resource(font, Name.Font, FONT)
    page.contents_add(Stream(pdf, layer_content(lines, to_page)), prepend=True)


def layer_content(lines: Sequence[Line], to_page: Matrix) -> bytes:
    """Return the layer's content stream: invisible text (mode 3) that leaves the graphics state as it was."""
    matrix = " ".join(_number(value, 5) for value in to_page.shorthand)
    parts = ["q", f"{matrix} cm", "BT", "3 Tr"]
    for line in lines:
        parts.extend(_line_content(line))
    return "\n".join([*parts, "ET", "Q"]).encode("ascii")


def _line_content(line: Line) -> Iterator[str]:
    """Yield the operators of one line; its words follow each other along the baseline."""
    size = max(4.0, line.size)
    x, y, angle = _origin(line)
    cosine, sine = math.cos(angle), math.sin(angle)
    # Pixels go downwards, letters upwards: the second axis of the text is mirrored.
    axes = " ".join(_number(value, 4) for value in (cosine, sine, sine, -cosine))
    yield f"{FONT} {_number(size, 1)} Tf"
    yield f"{axes} {_number(x, 1)} {_number(y, 1)} Tm"
    at = 0.0
    words = list(_spans(line))
    for number, (word, start, end) in enumerate(words, start=1):
        stretch = 100 * (end - start) / (WIDTH * size * len(word))
        # The space goes with its word: pdfium passes over a text repeated close by, as spaces alone are.
        text = word if number == len(words) else f"{word} "
        yield f"{_number(start - at, 1)} 0 Td {_number(stretch, 1)} Tz <{_encoded(text)}> Tj"
        at = start


def _origin(line: Line) -> tuple[float, float, float]:
    """Return where the baseline starts, in pixels, and its clockwise angle in radians."""
    left, top, right, bottom = line.box
    slope, offset = line.baseline
    if line.angle == 90:
        return right + offset, bottom, math.radians(-90) + math.atan(slope)
    if line.angle == 270:
        return left - offset, top, math.radians(90) + math.atan(slope)
    if line.angle == 180:
        return right, top - offset, math.radians(180) + math.atan(slope)
    return left, bottom + offset, math.atan(slope)


def _spans(line: Line) -> Iterator[tuple[str, float, float]]:
    """Yield each word and where it starts and ends along the baseline, in pixels, clear of the next one."""
    extents = [_extent(line, word) for word in line.words]
    following = [start for start, _ in extents[1:]] + [math.inf]
    for word, (start, end), limit in zip(line.words, extents, following, strict=True):
        clear = limit - LEAST_GAP * line.size if limit > start else math.inf
        yield word.text, start, max(min(end, clear), start + 1)


def _extent(line: Line, word: Word) -> tuple[float, float]:
    """Return where a word starts and ends along its line."""
    if line.angle == 90:
        return line.box[3] - word.box[3], line.box[3] - word.box[1]
    if line.angle == 270:
        return word.box[1] - line.box[1], word.box[3] - line.box[1]
    if line.angle == 180:
        return line.box[2] - word.box[2], line.box[2] - word.box[0]
    return word.box[0] - line.box[0], word.box[2] - line.box[0]


def _encoded(text: str) -> str:
    """Return the text as UTF-16 in hexadecimal; what takes two units becomes the replacement character."""
    return "".join(f"{ord(char) if ord(char) <= 0xFFFF else 0xFFFD:04X}" for char in text)


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") or "0"
