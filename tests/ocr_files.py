"""PDFs for the tests of the OCR: pages with words at known places, scans of them, and what goes wrong."""

import io
import subprocess
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name
from PIL import Image

from demo.aps.scanner import add_scan, fax, jpeg, layered
from demo.aps.typesetting import HEIGHT, OFFICE, WIDTH, Page, Typesetter, printed

PROSE = """
= PRÉFECTURE DU VAL DE BRUME
# ARRÊTÉ PRÉFECTORAL
Vu le code de l'environnement, notamment son livre cinquième ;
Considérant que les installations sont implantées à proximité de la rivière ;
* Article 1 - Objet
La société est autorisée à poursuivre l'exploitation de ses installations, dans le respect des prescriptions.
* Article 2 - Bruit
Les émissions sonores ne dépassent pas soixante décibels en limite de propriété pendant la période diurne.
* Article 3 - Exécution
Le secrétaire général de la préfecture est chargé de l'exécution du présent arrêté.
"""
# Words of the text that every engine reads, whatever the copy.
WORDS = ("environnement", "installations", "exploitation", "prescriptions", "secrétaire", "exécution")


@cache
def page() -> Page:
    """Return the page that most tests are about."""
    (only,) = Typesetter(OFFICE).set(PROSE)
    return only


@cache
def digital() -> bytes:
    """Return the page as a PDF with real text."""
    return saved(printed([page()]))


@cache
def picture(dpi: int = 200) -> Image.Image:
    """Return the page as a grey picture."""
    return picture_of(page(), dpi)


def picture_of(printed_page: Page, dpi: int = 200) -> Image.Image:
    """Return a page as a grey picture."""
    with pypdfium2.PdfDocument(saved(printed([printed_page]))) as document:
        drawn: Image.Image = document[0].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    return drawn


def black_and_white(grey: Image.Image) -> Image.Image:
    """Return a grey picture in two shades."""
    return grey.point(lambda level: 255 * (level > 150)).convert("1")


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    """Return a document's bytes, the same every time."""
    buffer = io.BytesIO()
    pdf.save(buffer, static_id=True, **options)  # type: ignore[arg-type]  # the options of pikepdf
    return buffer.getvalue()


def put(folder: Path, content: bytes) -> Path:
    """Write a document into a folder and return its path."""
    path = folder / "a.pdf"
    path.write_bytes(content)
    return path


def pdfium_text(path: Path) -> str:
    """Return the text of a document as pdfium gives it, a line break between pages."""
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(found.get_textpage().get_text_range() for found in document)


def poppler_text(path: Path) -> str:
    """Return the text of a document as pdftotext gives it, in the order of its content."""
    command = ["pdftotext", "-raw", "-enc", "UTF-8", str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def scanned(*pictures: Image.Image, rotate: int = 0) -> pikepdf.Pdf:
    """Return a document of scans, a black and white picture per A4 page."""
    pdf = pikepdf.new()
    for grey in pictures:
        size = (HEIGHT, WIDTH) if grey.width > grey.height else (WIDTH, HEIGHT)
        add_scan(pdf, [fax(black_and_white(grey))], size, rotate)
    return pdf


def scan() -> bytes:
    """Return one good scan."""
    return saved(scanned(picture()))


def grey_scan() -> bytes:
    """Return one good scan as a grey JPEG."""
    pdf = pikepdf.new()
    add_scan(pdf, [jpeg(picture(150), 60)], (WIDTH, HEIGHT))
    return saved(pdf)


def layered_scan() -> bytes:
    """Return one good scan in layers."""
    pdf = pikepdf.new()
    add_scan(pdf, layered(picture()), (WIDTH, HEIGHT))
    return saved(pdf)


def two_pages() -> bytes:
    """Return a page with text and a page that is a scan."""
    pdf = printed([page()])
    pdf.pages.extend(scanned(picture()).pages)
    return saved(pdf)


def blank_scan() -> bytes:
    """Return a scan with nothing on it but a speck of dust."""
    paper = Image.new("L", (1654, 2339), 255)
    paper.putpixel((700, 700), 0)
    return saved(scanned(paper))


def with_page(change: Callable[[pikepdf.Pdf, pikepdf.Page], None], source: bytes | None = None) -> bytes:
    """Return a document (the scan if none is given) whose first page was changed."""
    with pikepdf.open(io.BytesIO(source or scan())) as pdf:
        change(pdf, pdf.pages[0])
        return saved(pdf)


def with_content(content: bytes, **entries: object) -> bytes:
    """Return a one-page document with this content stream."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
    pdf.pages[0].obj.Contents = pdf.make_stream(content, **entries)
    return saved(pdf)


def with_raw_image(data: bytes, **entries: object) -> bytes:
    """Return a one-page document that is a picture with these bytes and entries, right or wrong."""

    def change(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        image = pdf.make_stream(b"")
        image.write(data, filter=entries.get("Filter"), decode_parms=entries.get("DecodeParms"))
        image.Type, image.Subtype = Name.XObject, Name.Image
        for key, value in entries.items():
            image[f"/{key}"] = value
        leaf.obj.Resources = Dictionary(XObject=Dictionary(Im0=image))

    return with_page(change)


def garbled() -> bytes:
    """Return a scan under an invisible text that an earlier program got wrong."""

    def change(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        leaf.obj.Resources[Name.Font] = Dictionary(F1=pdf.make_indirect(font))
        words = "qzx wrtk bdf kkp xxq ghtz pmw jkl wwq zzt " * 8
        lines = [f"BT 3 Tr /F1 9 Tf 60 {700 - 12 * row} Td ({words[:90]}) Tj ET" for row in range(20)]
        leaf.contents_add(pdf.make_stream("\n".join(lines).encode()))

    return with_page(change)


def bomb() -> bytes:
    """Return a page whose forms draw each other ten at a time, ten levels deep: nobody ever finishes it."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
    inner = pdf.make_stream(b"0 0 1 1 re f 10 10 1 1 re f")
    inner.Type, inner.Subtype, inner.BBox = Name.XObject, Name.Form, Array([0, 0, 600, 900])
    for _ in range(10):
        outer = pdf.make_stream(b"/F Do " * 10)
        outer.Type, outer.Subtype, outer.BBox = Name.XObject, Name.Form, Array([0, 0, 600, 900])
        outer.Resources = Dictionary(XObject=Dictionary(F=inner))
        inner = outer
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(F=inner))
    pdf.pages[0].obj.Contents = pdf.make_stream(b"/F Do")
    return saved(pdf)


def many_pages(count: int) -> bytes:
    """Return a document of so many empty pages, written by hand: libraries take their time."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    parts = [b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj", b"2 0 obj<</Type/Pages/Count %d/Kids[%s]>>endobj"]
    parts[1] %= (count, kids)
    parts += [b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj" % (n + 3) for n in range(count)]
    return b"%PDF-1.4\n" + b"\n".join(parts) + b"\ntrailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (count + 3)


def plain(objects: str) -> bytes:
    """Return a document written by hand, without a cross-reference table: readers look for its objects."""
    return b"%PDF-1.4\n" + objects.encode() + b"\ntrailer<</Root 1 0 R>>\n%%EOF"


def huge_picture() -> bytes:
    """Return a page with a picture of 50,000 by 50,000 pixels, 300 kB as it lies in the file."""
    pressed = zlib.compressobj()
    row = b"\xff" * (50_000 // 8)
    data = b"".join(pressed.compress(row) for _ in range(50_000)) + pressed.flush()
    return with_raw_image(
        data,
        Width=50_000,
        Height=50_000,
        BitsPerComponent=1,
        ColorSpace=Name.DeviceGray,
        Filter=Name.FlateDecode,
    )


@dataclass(frozen=True)
class Password:
    """The passwords of a protected document."""

    user: str
    owner: str = "propriétaire"


def protected(source: bytes, password: Password, strength: int = 6) -> bytes:
    """Return a document protected by a password; with an empty user password every reader opens it."""
    with pikepdf.open(io.BytesIO(source)) as pdf:
        lock = pikepdf.Encryption(user=password.user, owner=password.owner, R=strength, aes=strength > 3)
        if strength < 4:
            lock = pikepdf.Encryption(
                user=password.user, owner="owner", R=strength, aes=False, metadata=False
            )
        return saved(pdf, encryption=lock)
