"""Prints the demo's prefectoral orders: `python -m demo.aps.print_arretes DIR`.

Six fictitious orders of our own writing (`textes/`), as they come from archives: typed and faxed, with a
sheet on its side and a blank back, in layers, in two columns, born digital, half and half. The bytes of one
run are those of the next.
"""

import hashlib
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import Image

from demo.aps.scanner import Wear, add_scan, fax, jpeg, layered, stamp, worn
from demo.aps.typesetting import BOOK, HEIGHT, OFFICE, TYPEWRITER, WIDTH, Face, Page, Typesetter, printed

TEXTS = Path(__file__).resolve().parent / "textes"
DPI = 200
Store = Callable[[pikepdf.Pdf, Image.Image, int], None]


@dataclass(frozen=True)
class Arrete:
    """An order of the demo: the name of its text, the site it is for, its date (ISO) and title, its words."""

    name: str
    s3ic_id: str
    dated_on: str
    title: str
    source: str

    @property
    def georisques_id(self) -> str:
        """An id of the form that Géorisques gives, made from the name."""
        digest = hashlib.md5(self.name.encode(), usedforsecurity=False).hexdigest()
        return f"B/{digest[-1]}/{digest}"


@dataclass(frozen=True)
class Copy:
    """How an order comes to us: its typeface, what its sheets suffered, how their pictures are stored.

    `store` None: it was never printed.
    """

    face: Face
    wear: Wear
    store: Store | None


def _as_fax(pdf: pikepdf.Pdf, picture: Image.Image, rotate: int) -> None:
    add_scan(
        pdf, [fax(picture.point(lambda level: 255 * (level > 150)).convert("1"))], _size(picture), rotate
    )


def _as_grey(pdf: pikepdf.Pdf, picture: Image.Image, rotate: int) -> None:
    coarse = picture.resize((picture.width * 3 // 4, picture.height * 3 // 4), Image.Resampling.BOX)
    add_scan(pdf, [jpeg(coarse, 55)], _size(picture), rotate)


def _in_layers(pdf: pikepdf.Pdf, picture: Image.Image, rotate: int) -> None:
    add_scan(pdf, layered(picture), _size(picture), rotate)


def _size(picture: Image.Image) -> tuple[float, float]:
    return (HEIGHT, WIDTH) if picture.width > picture.height else (WIDTH, HEIGHT)


COPIES = {
    "granulats-de-l-orve-1998": Copy(TYPEWRITER, Wear(skew=0.9, blur=0.6, noise=6, specks=500), _as_fax),
    "laboratoires-cendrex-2009": Copy(BOOK, Wear(skew=-0.6, blur=0.5, noise=5, shadow=70), _as_grey),
    "compost-et-terres-de-brume-2016": Copy(OFFICE, Wear(skew=0.3, noise=3), _in_layers),
    "conserverie-maraichere-2004": Copy(BOOK, Wear(skew=-1.4, blur=0.6, noise=5, specks=150), _as_fax),
    "logis-orve-entrepots-2021": Copy(OFFICE, Wear(), None),
    "chaufferie-urbaine-2023": Copy(OFFICE, Wear(skew=0.5, noise=4), None),
}


def load_arretes() -> list[Arrete]:
    """Return the orders of the demo, oldest first."""
    arretes = []
    for name in COPIES:
        head, _, source = (TEXTS / f"{name}.txt").read_text(encoding="utf-8").partition("\n%%\n")
        values = dict(line.split(": ", 1) for line in head.splitlines())
        arretes.append(Arrete(name, values["site"], values["date"], values["titre"], source))
    return sorted(arretes, key=lambda arrete: arrete.dated_on)


def print_arrete(arrete: Arrete) -> bytes:
    """Return an order as a PDF, as it comes to us."""
    return print_copy(arrete, COPIES[arrete.name])


def print_copy(arrete: Arrete, copy: Copy) -> bytes:
    """Return one copy of an order as a PDF."""
    pages = Typesetter(copy.face).set(arrete.source)
    pdf = pikepdf.new()
    for number, page in enumerate(pages):
        _add_page(pdf, page, copy, seed=number, is_last=number + 1 == len(pages))
    buffer = io.BytesIO()
    pdf.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def _add_page(pdf: pikepdf.Pdf, page: Page, copy: Copy, *, seed: int, is_last: bool) -> None:
    store = copy.store or (_as_grey if page.kind == "scan" else None)
    if store is None:
        pdf.pages.extend(printed([page]).pages)
        return
    picture = picture_of(page)
    if is_last:
        stamp(picture, seed)
    picture = worn(picture, copy.wear, seed)
    # A sheet that was fed sideways, as scanners store it: nobody said that it has to be turned.
    store(pdf, picture.transpose(Image.Transpose.ROTATE_90) if page.kind == "sideways" else picture, 0)


def picture_of(page: Page) -> Image.Image:
    """Return the picture of a page fresh from the press, grey, 200 dpi."""
    buffer = io.BytesIO()
    printed([page]).save(buffer)
    with pypdfium2.PdfDocument(buffer.getvalue()) as document:
        picture: Image.Image = document[0].render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
    return picture


def print_arretes(folder: Path) -> list[Path]:
    """Write every order of the demo into a folder and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for arrete in load_arretes():
        path = folder / f"{arrete.name}.pdf"
        path.write_bytes(print_arrete(arrete))
        written.append(path)
    return written


if __name__ == "__main__":
    for path in print_arretes(Path(sys.argv[1])):
        print(path)
