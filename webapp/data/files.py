"""The public files of the bucket, streamed: the bucket itself is private."""

from collections.abc import Iterator
from typing import IO

from etl.settings import Settings
from etl.storage import bucket, explained, finish_pending
from webapp.data.catalogue import PUBLIC_FILES

PIECE_BYTES = 1 << 18


def open_public_file(settings: Settings, name: str) -> tuple[int, Iterator[bytes]] | None:
    """Return the size of a public file and its bytes in pieces; None where it is not public or not there.

    Raises:
        SettingsError: the bucket is missing, or its keys are refused.
        TransientError: the object store does not answer.
    """
    if name not in PUBLIC_FILES:
        return None
    folder = bucket(settings, "misc")
    finish_pending(folder)
    path = folder / name
    try:
        with explained(path):
            return path.stat().st_size, _pieces(path.open("rb"))
    except FileNotFoundError:
        return None


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(PIECE_BYTES):
            yield piece
