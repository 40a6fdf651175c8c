"""Files as archives hold them, at their worst: each with how it has to end."""

import io
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageOps

from etl.ocr import Decision, Failure
from tests import ocr_files as files

KEEP, READ, BLANK, FAILED = Decision.KEEP, Decision.READ, Decision.BLANK, Decision.FAILED


@dataclass(frozen=True)
class BadFile:
    """A file (its bytes, or what puts it there), and its end: the decision of each page, or the failure."""

    name: str
    content: Callable[[], bytes] | None = None
    place: Callable[[Path], None] | None = None
    pages: tuple[Decision, ...] = ()
    failure: Failure | None = None
    says: str = ""

    def put(self, folder: Path) -> Path:
        """Write the file and return its path."""
        path = folder / self.name
        if self.place is not None:
            self.place(path)
        elif self.content is not None:
            path.write_bytes(self.content())
        return path


def _changed(change: Callable[[pikepdf.Pdf, pikepdf.Page], None], source: bytes | None = None) -> bytes:
    return files.with_page(change, source)


def _entry(name: str, value: object) -> Callable[[], bytes]:
    """Return what builds the good scan with one entry of its page changed; None removes it."""

    def change(_: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        if value is None:
            del leaf.obj[name]
        else:
            leaf.obj[name] = value

    return lambda: _changed(change)


def _javascript() -> bytes:
    def change(pdf: pikepdf.Pdf, _: pikepdf.Page) -> None:
        pdf.Root.OpenAction = Dictionary(
            S=Name.JavaScript, JS=String("app.alert('bonjour'); while (true) {}")
        )

    return _changed(change, files.digital())


def _attachment() -> bytes:
    def change(pdf: pikepdf.Pdf, _: pikepdf.Page) -> None:
        pdf.attachments["virus.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ" * 500, filename="virus.exe")

    return _changed(change, files.digital())


def _stamped_scan() -> bytes:
    def change(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        leaf.obj.Resources[Name.Font] = Dictionary(F1=font)
        stamp = "Accuse de reception en prefecture 099-219900018-20210209-2021040007-AR"
        leaf.contents_add(pdf.make_stream(f"BT /F1 7 Tf 60 20 Td ({stamp}) Tj ET".encode()))

    return _changed(change)


def _wrong_letters() -> bytes:
    """Return real text whose font says it is something else: it looks right and copies as rubbish."""

    def change(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        table = b"".join(b"<%02x> <%04x>\n" % (code, 0xE000 + code) for code in range(32, 127))
        for font in leaf.resources.Font.values():
            font.ToUnicode = pdf.make_stream(
                b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange 95 beginbfchar\n"
                + table
                + b"endbfchar endcmap"
            )

    return _changed(change, files.digital())


def _control_characters() -> bytes:
    """Return real text among which a font's map puts NUL, form feeds, deletes and line separators."""

    def change(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        signs = {" ": "0020 0000", ".": "002E 000C", ",": "002C 007F", ";": "003B 2028", "'": "0027 001B"}
        table = "".join(f"<{ord(key):02x}> <{value.replace(' ', '')}>\n" for key, value in signs.items())
        letters = "".join(f"<{code:02x}> <{code:04x}>\n" for code in range(65, 123))
        entries = (table + letters).encode()
        for font in leaf.resources.Font.values():
            font.ToUnicode = pdf.make_stream(
                b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange %d beginbfchar\n"
                % entries.count(b"\n")
                + entries
                + b"endbfchar endcmap"
            )

    return _changed(change, files.digital())


def _huge_text() -> bytes:
    """Return a page with a million letters on it."""

    def change(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        leaf.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        row = b"0 -0.4 Td (les installations de la societe sont soumises aux prescriptions du code ) Tj\n"
        leaf.obj.Contents = pdf.make_stream(b"BT /F1 4 Tf 40 800 Td\n" + row * 12_000 + b"ET")

    return _changed(change)


def _repeated_page() -> bytes:
    with pikepdf.open(io.BytesIO(files.scan())) as pdf:
        pdf.Root.Pages.Kids.append(pdf.pages[0].obj)
        pdf.Root.Pages.Count = 2
        return files.saved(pdf)


def _negative() -> bytes:
    return files.saved(files.scanned(ImageOps.invert(files.picture())))


def _upside_down() -> bytes:
    return files.saved(files.scanned(files.picture().rotate(180)))


def _sideways() -> bytes:
    return files.saved(files.scanned(files.picture().transpose(Image.Transpose.ROTATE_90)))


def _marked_as_turned(rotate: int) -> Callable[[], bytes]:
    """Return what builds a scan stored on its side that the page's /Rotate sets upright."""
    turns = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
    return lambda: files.saved(files.scanned(files.picture().transpose(turns[rotate]), rotate=rotate))


def _broken_table() -> bytes:
    good = files.scan()
    start = good.rindex(b"startxref")
    return good[:start] + b"startxref\n999999999\n%%EOF"


def _compressed_bomb() -> bytes:
    pressed = zlib.compressobj(9)
    data = b"".join(pressed.compress(b"q Q " * 250_000) for _ in range(600)) + pressed.flush()
    return _changed(lambda pdf, leaf: setattr(leaf.obj, "Contents", _deflated(pdf, data)))


def _deflated(pdf: pikepdf.Pdf, data: bytes) -> pikepdf.Stream:
    stream = pdf.make_stream(b"")
    stream.write(data, filter=Name.FlateDecode)
    return stream


def _soft_masked() -> bytes:
    def change(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        mask = pdf.make_stream(b"\xff")
        for key, value in {"Width": 1, "Height": 1, "BitsPerComponent": 8}.items():
            mask[f"/{key}"] = value
        mask.Type, mask.Subtype, mask.ColorSpace = Name.XObject, Name.Image, Name.DeviceGray
        leaf.resources.XObject.Im0.SMask = mask

    return _changed(change, files.grey_scan())


def _annotated_scan() -> bytes:
    def change(pdf: pikepdf.Pdf, leaf: pikepdf.Page) -> None:
        shape = pdf.make_stream(b"1 0 0 rg 0 0 40 20 re f")
        shape.Type, shape.Subtype, shape.BBox = Name.XObject, Name.Form, Array([0, 0, 40, 20])
        leaf.obj.Annots = Array(
            [
                Dictionary(
                    Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([20, 20, 60, 40]), AP=Dictionary(N=shape)
                )
            ]
        )

    return _changed(change)


def _sparse(size: int) -> Callable[[Path], None]:
    """Return what puts a file of this size there without writing it."""

    def place(path: Path) -> None:
        path.write_bytes(files.digital())
        os.truncate(path, size)

    return place


def _heavy(path: Path) -> None:
    """Write a good document of 200 MB: a scan and an attachment that nobody opens."""
    good = files.scan()
    start = good.rindex(b"startxref")
    with path.open("wb") as file:
        file.write(good[:start])
        file.write(b"9000 0 obj<</Length 200000000>>stream\n")
        file.seek(200_000_000, os.SEEK_CUR)
        file.write(b"\nendstream endobj\n" + good[start:])


def _no_table() -> bytes:
    good = files.scan()
    return good[: good.rindex(b"xref\n0 ")] + good[good.rindex(b"trailer") : good.rindex(b"startxref")]


def _tree(entries: str) -> bytes:
    """Return a document whose page tree has these entries, and one page without content."""
    return files.plain(
        "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        f"2 0 obj<</Type/Pages{entries}>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj"
    )


def _picture(data: bytes, filter_name: str, bits: int | None = 8) -> bytes:
    """Return a page that is said to be a scan of A4, with data that no filter can take."""
    space = {} if bits is None else {"ColorSpace": Name.DeviceGray, "BitsPerComponent": bits}
    return files.with_raw_image(data, Width=1654, Height=2339, Filter=Name(f"/{filter_name}"), **space)


BAD_FILES = (
    # --- no PDF at all
    BadFile("empty.pdf", lambda: b"", failure=Failure.EMPTY, says="empty"),
    BadFile(
        "page-not-found.pdf",
        lambda: b"\n <!DOCTYPE html><html>404</html>",
        failure=Failure.NOT_PDF,
        says="web page",
    ),
    BadFile("service.pdf", lambda: b'<?xml version="1.0"?><error/>', failure=Failure.NOT_PDF, says="XML"),
    BadFile("word.pdf", lambda: b"PK\x03\x04" + b"\0" * 500, failure=Failure.NOT_PDF, says="office"),
    BadFile("photo.pdf", lambda: b"\xff\xd8\xff\xe0" + b"\0" * 500, failure=Failure.NOT_PDF, says="JPEG"),
    BadFile("fax.pdf", lambda: b"II*\x00" + b"\0" * 500, failure=Failure.NOT_PDF, says="TIFF"),
    BadFile("noise.pdf", lambda: bytes(range(256)) * 40, failure=Failure.NOT_PDF, says="not a PDF"),
    BadFile("zeros.pdf", lambda: b"\0" * 5000, failure=Failure.NOT_PDF, says="not a PDF"),
    BadFile("missing.pdf", failure=Failure.MISSING, says="does not exist"),
    BadFile("folder.pdf", place=lambda path: path.mkdir(), failure=Failure.UNREADABLE, says="folder"),
    BadFile("pipe.pdf", place=os.mkfifo, failure=Failure.UNREADABLE, says="device"),
    BadFile("loop.pdf", place=lambda path: path.symlink_to(path), failure=Failure.UNREADABLE),
    # --- damaged
    BadFile("header-only.pdf", lambda: b"%PDF-1.7\n", failure=Failure.CORRUPT, says="damaged"),
    BadFile("header-and-noise.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, failure=Failure.CORRUPT),
    BadFile("first-kilobyte.pdf", lambda: files.scan()[:1000], failure=Failure.NOTHING_READ),
    BadFile("half.pdf", lambda: files.grey_scan()[:30_000], failure=Failure.NOTHING_READ),
    BadFile("no-end.pdf", lambda: files.scan()[:-200], pages=(READ,)),
    BadFile("broken-xref.pdf", _broken_table, pages=(READ,)),
    BadFile("no-xref.pdf", _no_table, pages=(READ,)),
    BadFile("rubbish-before.pdf", lambda: b"HTTP/1.1 200 OK\r\n\r\n" * 20 + files.scan(), pages=(READ,)),
    BadFile("rubbish-far-before.pdf", lambda: b"\n" * 3000 + files.scan(), failure=Failure.NOT_PDF),
    BadFile("rubbish-after.pdf", lambda: files.scan() + b"<html>" * 2000, pages=(READ,)),
    BadFile(
        "no-catalog.pdf",
        lambda: b"%PDF-1.4\n1 0 obj<</Type/Font>>endobj\ntrailer<</Size 2>>\n%%EOF",
        failure=Failure.CORRUPT,
    ),
    BadFile("circular-pages.pdf", lambda: _tree("/Count 1/Kids[2 0 R]"), failure=Failure.NOTHING_READ),
    BadFile("no-kid.pdf", lambda: _tree("/Count 1/Kids[null]"), failure=Failure.NOTHING_READ),
    BadFile("lying-count.pdf", lambda: _tree("/Count 3/Kids[3 0 R]"), failure=Failure.NOTHING_READ),
    # --- protected
    BadFile(
        "locked.pdf",
        lambda: files.protected(files.scan(), files.Password("secret")),
        failure=Failure.ENCRYPTED,
        says="password",
    ),
    BadFile(
        "locked-old.pdf",
        lambda: files.protected(files.digital(), files.Password("secret"), 3),
        failure=Failure.ENCRYPTED,
    ),
    BadFile("open-lock.pdf", lambda: files.protected(files.scan(), files.Password("")), pages=(READ,)),
    BadFile(
        "open-old-lock.pdf", lambda: files.protected(files.digital(), files.Password(""), 3), pages=(KEEP,)
    ),
    # --- too much
    BadFile("no-page.pdf", lambda: files.saved(pikepdf.new()), failure=Failure.NO_PAGE, says="no page"),
    BadFile(
        "ten-thousand-pages.pdf",
        lambda: files.many_pages(10_000),
        failure=Failure.TOO_MANY_PAGES,
        says="10000 pages",
    ),
    BadFile("too-heavy.pdf", place=_sparse(310 * 1024 * 1024), failure=Failure.TOO_LARGE, says="MB"),
    BadFile("200-megabytes.pdf", place=_heavy, pages=(READ,)),
    BadFile(
        "huge-sheet.pdf", _entry("/MediaBox", Array([0, 0, 50_000, 50_000])), failure=Failure.NOTHING_READ
    ),
    BadFile("endless-sheet.pdf", _entry("/MediaBox", Array([0, 0, 3, 10**9])), failure=Failure.NOTHING_READ),
    BadFile("huge-picture.pdf", files.huge_picture, failure=Failure.NOTHING_READ),
    BadFile("forms-in-forms.pdf", files.bomb, failure=Failure.NOTHING_READ, says="longer than"),
    BadFile("endless-content.pdf", _compressed_bomb, failure=Failure.NOTHING_READ),
    BadFile("deep-arrays.pdf", lambda: files.with_content(b"[" * 500_000), pages=(BLANK,)),
    BadFile("deep-states.pdf", lambda: files.with_content(b"q " * 500_000 + b"0 0 9 9 re f"), pages=(BLANK,)),
    # --- odd, and all the same orders
    BadFile("wrong-extension.txt", files.digital, pages=(KEEP,)),
    BadFile("no-extension", files.digital, pages=(KEEP,)),
    BadFile("javascript.pdf", _javascript, pages=(KEEP,)),
    BadFile("attachment.pdf", _attachment, pages=(KEEP,)),
    BadFile("control-characters.pdf", _control_characters, pages=(KEEP,)),
    BadFile("huge-text.pdf", _huge_text, pages=(KEEP,)),
    BadFile("no-contents.pdf", _entry("/Contents", None), pages=(BLANK,)),
    BadFile("no-resources.pdf", _entry("/Resources", None), pages=(BLANK,)),
    BadFile("no-box.pdf", _entry("/MediaBox", None), pages=(READ,)),
    BadFile("box-without-size.pdf", _entry("/MediaBox", Array([0, 0, 0, 0])), pages=(READ,)),
    BadFile("box-upside-down.pdf", _entry("/MediaBox", Array([595, 842, 0, 0])), pages=(READ,)),
    BadFile("odd-rotation.pdf", _entry("/Rotate", 45), pages=(READ,)),
    BadFile("unknown-filter.pdf", lambda: _picture(b"abc", "RienDecode"), failure=Failure.NOTHING_READ),
    BadFile(
        "picture-cut-short.pdf",
        lambda: _picture(b"\xff\xd8\xff\xe0\0\x10JFIF", "DCTDecode"),
        failure=Failure.NOTHING_READ,
    ),
    BadFile(
        "broken-jpeg-2000.pdf",
        lambda: _picture(b"\0\0\0\x0cjP  \r\n\x87\n" + b"x" * 900, "JPXDecode", None),
        failure=Failure.NOTHING_READ,
    ),
    BadFile(
        "broken-jbig2.pdf", lambda: _picture(b"\0" * 900, "JBIG2Decode", 1), failure=Failure.NOTHING_READ
    ),
    BadFile("noise-as-content.pdf", lambda: files.with_content(bytes(range(256)) * 2000), pages=(BLANK,)),
    BadFile("page-twice.pdf", _repeated_page, pages=(READ, READ)),
    BadFile("text-and-scan.pdf", files.two_pages, pages=(KEEP, READ)),
    BadFile("stamped-scan.pdf", _stamped_scan, pages=(READ,), says=""),
    BadFile("garbled-layer.pdf", files.garbled, pages=(READ,)),
    BadFile("wrong-letters.pdf", _wrong_letters, pages=(READ,)),
    BadFile("blank-scan.pdf", files.blank_scan, pages=(BLANK,)),
    BadFile("negative.pdf", _negative, pages=(READ,)),
    BadFile("upside-down.pdf", _upside_down, pages=(READ,)),
    BadFile("sideways.pdf", _sideways, pages=(READ,)),
    BadFile("rotate-90.pdf", _marked_as_turned(90), pages=(READ,)),
    BadFile("rotate-270.pdf", _marked_as_turned(270), pages=(READ,)),
    BadFile("soft-mask.pdf", _soft_masked, pages=(READ,)),
    BadFile("annotated.pdf", _annotated_scan, pages=(READ,)),
    BadFile("layers.pdf", files.layered_scan, pages=(READ,)),
    BadFile("other-unit.pdf", _entry("/UserUnit", 10), pages=(READ,)),
)
