"""Puts printed pages through a scanner: askew, uneven, speckled, stamped; as a fax, grey, or in layers."""

import io
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image, ImageDraw, ImageFilter
from PIL.TiffImagePlugin import TiffImageFile

PAPER = 250


@dataclass(frozen=True)
class Wear:
    """What a copy suffered: degrees askew, blur in pixels, noise and shadow in grey levels, specks."""

    skew: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    specks: int = 0
    shadow: int = 0


def worn(picture: Image.Image, wear: Wear, seed: int) -> Image.Image:
    """Return the grey picture of a page after the scanner."""
    chance = np.random.default_rng(seed)
    page = picture.convert("L").rotate(wear.skew, Image.Resampling.BICUBIC, fillcolor=PAPER)
    if wear.blur:
        page = page.filter(ImageFilter.GaussianBlur(wear.blur))
    grey = np.asarray(page).astype(np.float64)
    if wear.shadow:
        across = np.linspace(0, 1, grey.shape[1])
        grey = grey - wear.shadow * np.exp(-12 * across)
    if wear.noise:
        grey = grey + chance.normal(0, wear.noise, grey.shape)
    clean = np.clip(grey, 0, 255).astype(np.uint8)
    _speckle(clean, wear.specks, chance)
    return Image.fromarray(clean)


def _speckle(grey: np.ndarray, count: int, chance: np.random.Generator) -> None:
    rows = chance.integers(0, grey.shape[0] - 2, count)
    columns = chance.integers(0, grey.shape[1] - 2, count)
    for row, column, size in zip(rows, columns, chance.integers(1, 3, count), strict=True):
        grey[row : row + size, column : column + size] = 30


def stamp(picture: Image.Image, seed: int) -> None:
    """Press a round stamp and a signature on the lower right of a page."""
    chance = np.random.default_rng(seed)
    ink = ImageDraw.Draw(picture)
    width, height = picture.size
    x, y, radius = width * 0.72, height * 0.86, width * 0.055
    for ring in (1.0, 0.94, 0.6):
        r = radius * ring
        ink.ellipse((x - r, y - r, x + r, y + r), outline=70, width=max(1, round(width / 500)))
    path = [
        (x - radius + step * radius / 6, y + radius * 0.8 * math.sin(step * 1.3) * chance.uniform(0.3, 1))
        for step in range(16)
    ]
    ink.line(path, fill=40, width=max(2, round(width / 400)), joint="curve")


def jpeg(picture: Image.Image, quality: int) -> tuple[bytes, Dictionary]:
    """Return a picture as a JPEG stream and the dictionary that a PDF needs for it."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    space = Name.DeviceGray if picture.mode == "L" else Name.DeviceRGB
    return buffer.getvalue(), _image(picture, ColorSpace=space, BitsPerComponent=8, Filter=Name.DCTDecode)


def fax(picture: Image.Image, *, stencil: bool = False) -> tuple[bytes, Dictionary]:
    """Return a black and white picture as a CCITT G4 stream and the dictionary that a PDF needs for it."""
    buffer = io.BytesIO()
    picture.save(buffer, "TIFF", compression="group4", strip_size=1 << 30)
    with TiffImageFile(io.BytesIO(buffer.getvalue())) as tiff:
        offset, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    data = buffer.getvalue()[offset : offset + length]
    parameters = Dictionary(K=-1, Columns=picture.width, Rows=picture.height, BlackIs1=True)
    kind = {"ImageMask": True} if stencil else {"ColorSpace": Name.DeviceGray}
    return data, _image(
        picture, BitsPerComponent=1, Filter=Name.CCITTFaxDecode, DecodeParms=parameters, **kind
    )


def _image(picture: Image.Image, **entries: Any) -> Dictionary:
    return Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=picture.width, Height=picture.height, **entries
    )


def add_scan(
    pdf: pikepdf.Pdf, layers: list[tuple[bytes, Dictionary]], size: tuple[float, float], rotate: int = 0
) -> pikepdf.Page:
    """Add a page that shows pictures on top of each other, the first at the bottom, and return it."""
    names = [f"/Im{number}" for number in range(len(layers))]
    pictures = {}
    for name, (data, entries) in zip(names, layers, strict=True):
        stream = pdf.make_stream(data)
        for key, value in entries.items():
            stream[key] = value
        pictures[name] = stream
    pdf.add_blank_page(page_size=size)
    page = pdf.pages[-1]
    page.obj.Resources = Dictionary(XObject=Dictionary(pictures))
    drawn = " ".join(f"q {size[0]:g} 0 0 {size[1]:g} 0 0 cm {name} Do Q" for name in names)
    page.obj.Contents = pdf.make_stream(drawn.encode())
    if rotate:
        page.obj.Rotate = rotate
    return page


def layered(picture: Image.Image) -> list[tuple[bytes, Dictionary]]:
    """Return a page as compressing scanners store it: the paper in coarse, the letters as a fine stencil.

    The coarse picture alone cannot be read.
    """
    letters = picture.point(lambda level: 0 if level < 140 else 255).convert("1")
    coarse = picture.resize((picture.width // 3, picture.height // 3), Image.Resampling.BOX)
    paper = coarse.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(2))
    return [jpeg(paper, 40), fax(letters, stencil=True)]
