"""The text of a document as a file, and the document unchanged where its pages cannot get a layer."""

import shutil
from pathlib import Path

from etl.ocr.kept_page import load_page
from etl.ocr.outputs import Outputs
from etl.ocr.work_folder import WorkFolder

FORM_FEED = "\f"


def write_text(folder: WorkFolder, pages: int, target: Path) -> None:
    """Write the text of the pages, a form feed between each; a page without text is an empty one.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    with target.open("w", encoding="utf-8", newline="\n") as file:
        for number in range(1, pages + 1):
            page = load_page(folder.page_path(number))
            file.write(FORM_FEED if number > 1 else "")
            file.write(page.text if page else "")
        file.write("\n")


def copy_unchanged(source: Path, folder: WorkFolder, pages: int, outputs: Outputs) -> None:
    """Write the text beside a copy of the source: its pages could not be given a layer.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    shutil.copyfile(source, outputs.aside(outputs.pdf))
    write_text(folder, pages, outputs.aside(outputs.text))
