"""Is a file worth opening: its size and its first bytes say it without touching the rest."""

import stat
from dataclasses import dataclass
from pathlib import Path

from etl.ocr.outcomes import Failure

# The header may stand behind a little rubbish: readers look that far.
HEADER_BYTES = 1024
BEGINNINGS = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
    (b"PK\x03\x04", "an archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x1f\x8b", "a compressed file"),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is not read, as a kind and as a sentence."""

    failure: Failure
    reason: str


def refuse_file(path: Path, most_bytes: int) -> Refusal | None:
    """Return why the file is refused from its size and its first bytes, or None where it may be opened."""
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            return Refusal(Failure.UNREADABLE, f"{path.name} is a folder or a device, not a file.")
        size = state.st_size
        with path.open("rb") as file:
            start = file.read(HEADER_BYTES)
    except FileNotFoundError:
        return Refusal(Failure.MISSING, f"The file {path.name} does not exist.")
    except OSError as error:
        return Refusal(
            Failure.UNREADABLE, f"The file {path.name} cannot be read ({error.strerror or error})."
        )
    if size == 0:
        return Refusal(Failure.EMPTY, "The file is empty.")
    if size > most_bytes:
        return Refusal(
            Failure.TOO_LARGE, f"The file weighs {size / 1e6:.0f} MB; {most_bytes / 1e6:.0f} are allowed."
        )
    return None if b"%PDF-" in start else Refusal(Failure.NOT_PDF, _stranger(start))


def _stranger(start: bytes) -> str:
    plain = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for beginning, name in BEGINNINGS:
        if plain.startswith(beginning.lower()):
            return f"The file is {name}, not a PDF."
    return "The file is not a PDF: it does not start with %PDF-."
