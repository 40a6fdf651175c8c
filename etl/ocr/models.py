"""Where the tesseract models lie, and the name of the engine that results are true of."""

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path

from etl.errors import StepError

LANGUAGE = "fra"
# What tesseract writes under pages: readers place its words right only when the document brings it along.
FONT = "pdf.ttf"
NEEDED = (f"{LANGUAGE}.traineddata", FONT)
# Raised whenever the same bytes would be read otherwise: every kept result is then out of date.
REVISION = 2
FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)


class EngineMissingError(StepError):
    """This machine has no engine or no French model; the sentence says what to install."""


def find_models(folder: Path | None = None) -> Path:
    """Return the folder of the French model and the font without shapes: the one given, else a usual place.

    Raises:
        EngineMissingError: they are in none of them.
    """
    candidates = [folder] if folder else [Path(place) for place in FOLDERS]
    for candidate in candidates:
        if all((candidate / name).is_file() for name in NEEDED):
            return candidate
    places = ", ".join(str(candidate) for candidate in candidates)
    raise EngineMissingError(
        f"{' and '.join(NEEDED)} are not in {places}. "
        "Install the packages tesseract-ocr and tesseract-ocr-fra."
    )


def has_tesserocr() -> bool:
    """Whether the engine that loads its model once can be used: it is installed, and so is what it needs."""
    try:
        import tesserocr  # noqa: F401, PLC0415 - what is asked is whether this succeeds
    except ImportError:
        return False
    return True


@cache
def engine_name(models: Path) -> str:
    """Return the engine's name: library and version, model by content, revision of our own reading.

    Raises:
        EngineMissingError: neither tesserocr nor the program tesseract is installed.
    """
    digest = hashlib.sha256((models / f"{LANGUAGE}.traineddata").read_bytes()).hexdigest()[:8]
    return f"{library_name()}; {LANGUAGE} {digest}; envinorma-ocr {REVISION}"


def library_name() -> str:
    """Return the name and version of the library that reads, or of the program where it is not installed.

    Raises:
        EngineMissingError: neither is installed.
    """
    if has_tesserocr():
        import tesserocr  # noqa: PLC0415 - the fallback is for machines without it

        version = tesserocr.tesseract_version().split()[1]
        return f"tesseract {version} (tesserocr {metadata.version('tesserocr')})"
    import pytesseract  # noqa: PLC0415 - costs two seconds, and only the fallback needs it

    try:
        return f"tesseract {pytesseract.get_tesseract_version()} (program)"
    except pytesseract.TesseractNotFoundError as error:
        raise EngineMissingError(
            "Neither tesserocr nor tesseract is installed. Install the package tesseract-ocr."
        ) from error
