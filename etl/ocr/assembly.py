"""The document again, with the text under its pages (qpdf): scans are not touched, nothing is drawn anew."""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pikepdf

from etl.ocr.hidden_text import drop_hidden_text
from etl.ocr.kept_page import KeptPage, load_page
from etl.ocr.outcomes import Decision
from etl.ocr.text_layer import add_font, lay_under
from etl.ocr.work_folder import WorkFolder


class AssemblyError(Exception):
    """The searchable document could not be written; the sentence says why."""


def write_searchable(source: Path, folder: WorkFolder, pages: int, target: Path, font: bytes) -> None:
    """Write the document with the text of the pages that were read; without any, a copy of the same bytes.

    `font` is the TrueType font without shapes that tesseract ships beside its models.

    Raises:
        AssemblyError: qpdf cannot take the document apart or put it together.
        OSError: the disk is full or cannot be written.
    """
    read = _pages_read(folder, pages)
    first = next(read, None)
    if first is None:
        shutil.copyfile(source, target)
        return
    try:
        _write_layers(source, itertools.chain([first], read), target, font)
    except (
        pikepdf.PdfError,
        pikepdf.PasswordError,
        ValueError,
        TypeError,
        IndexError,
        RuntimeError,
    ) as error:
        raise AssemblyError(f"The text could not be laid under the pages ({error})") from error


def _pages_read(folder: WorkFolder, pages: int) -> Iterator[tuple[int, KeptPage]]:
    for number in range(1, pages + 1):
        page = load_page(folder.page_path(number))
        if page is not None and page.outcome.decision is Decision.READ and page.reading is not None:
            yield number, page


def _write_layers(source: Path, read: Iterator[tuple[int, KeptPage]], target: Path, font: bytes) -> None:
    with pikepdf.open(source, access_mode=pikepdf.AccessMode.stream) as pdf:
        layer_font = add_font(pdf, font)
        for number, page in read:
            leaf = pdf.pages[number - 1]
            drop_hidden_text(pdf, leaf)
            lines = page.reading.lines if page.reading else ()
            lay_under(pdf, leaf, layer_font, lines, pikepdf.Matrix(*page.to_page))
        # The site streams by ranges: a linearized file shows its first page before the rest has come.
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=True)
