"""Unpack the dump: the files we read and nothing else, however the archive was made.

Nothing is unpacked by the name that the archive gives: a member is recognised, then its bytes are written
under our own name. What an honest archive never holds (links, devices, paths leading out) refuses it whole.
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

from etl.errors import RefusedError, TransientError
from etl.georisques.source import Limits

ESTABLISHMENTS = "IC_etablissement.csv"
DOCUMENTS = "IC_documents.csv"
TYPES = "IC_types_document.csv"
EXPECTED = frozenset({ESTABLISHMENTS, DOCUMENTS, TYPES})
NEEDED = frozenset({DOCUMENTS, TYPES})  # the establishments come from S3IC
GZIP_MAGIC = b"\x1f\x8b"
MOST_MEMBERS = 100
# Below this, a high ratio says nothing: a small file of equal lines shrinks as much.
RATIO_FROM_BYTES = 16 << 20
PIECE_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What an archive held: the files by name, the day of the newest, and the names that nobody reads."""

    files: dict[str, Path]
    newest_on: date | None
    others: tuple[str, ...]


def unpack(archive: Path, folder: Path, limits: Limits) -> Unpacked:
    """Unpack the expected files of a `.tar.gz` into a folder.

    Raises:
        RefusedError: it holds what it should not, lacks what it should hold, or is too large unpacked.
        TransientError: it is no whole gzip archive: the source may be writing it, or show a page instead.
    """
    try:
        with archive.open("rb") as stream:
            if stream.read(len(GZIP_MAGIC)) != GZIP_MAGIC:
                raise TransientError("The dump is no gzip archive: the source may show a page in its place.")
            stream.seek(0)
            bounded = _Bounded(stream, archive.stat().st_size, limits)
            with tarfile.open(fileobj=bounded, mode="r|", bufsize=PIECE_BYTES) as members:
                unpacked = _unpack_members(members, folder, limits)
            bounded.drain()  # the checksum stands at the end
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError) as error:
        raise TransientError(f"The dump is damaged or not whole ({error}).") from error
    missing = sorted(NEEDED - unpacked.files.keys())
    if missing:
        raise RefusedError(f"The dump lacks {' and '.join(missing)}. Look at what the source publishes.")
    return unpacked


def _unpack_members(members: tarfile.TarFile, folder: Path, limits: Limits) -> Unpacked:
    files: dict[str, Path] = {}
    newest: float | None = None
    others = []
    for member in _checked(members):
        name = PurePosixPath(member.name).name
        if name not in EXPECTED:
            others.append(member.name)
            continue
        if name in files:
            raise RefusedError(f"The dump holds {name} twice. Which one is right cannot be known.")
        files[name] = _write(members, member, folder / name, limits)
        newest = max(newest or 0.0, float(member.mtime))
    return Unpacked(files, _day_of(newest), tuple(others))


def _checked(members: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Give the files of an archive.

    Raises:
        RefusedError: there are too many members, or one is no plain file of this archive.
    """
    for number, member in enumerate(members, start=1):
        path = PurePosixPath(member.name)
        if number > MOST_MEMBERS:
            raise RefusedError(
                f"The dump holds more than {MOST_MEMBERS} files. Nothing was unpacked from it."
            )
        if path.is_absolute() or ".." in path.parts or "\\" in member.name:
            raise RefusedError("The dump holds a path that leads out of it. Nothing was unpacked from it.")
        if member.isdir():
            continue
        if not member.isreg() or member.issparse():
            raise RefusedError("The dump holds a link, a device or a file with holes. It is not unpacked.")
        yield member


def _write(members: tarfile.TarFile, member: tarfile.TarInfo, target: Path, limits: Limits) -> Path:
    if member.size > limits.member_bytes:
        raise RefusedError(
            f"{target.name} in the dump is larger than {limits.member_bytes >> 20} MB unpacked."
        )
    source = members.extractfile(member)
    if source is None:
        raise RuntimeError("a plain member has bytes")
    with target.open("wb") as stream:
        while piece := source.read(PIECE_BYTES):
            stream.write(piece)
    return target


def _day_of(moment: float | None) -> date | None:
    if not moment or not 0 < moment < datetime.now(UTC).timestamp():
        return None
    return datetime.fromtimestamp(moment, UTC).date()


class _Bounded(io.RawIOBase):
    """The unpacked bytes of a gzip file, as long as they are not too many."""

    def __init__(self, stream: io.BufferedReader, packed: int, limits: Limits) -> None:
        self._unzipped = gzip.GzipFile(fileobj=stream, mode="rb")
        self._most = min(limits.unpacked_bytes, max(RATIO_FROM_BYTES, int(packed * limits.ratio)))
        self._count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self._unzipped.read(PIECE_BYTES if size < 0 else min(size, PIECE_BYTES))
        self._count += len(piece)
        if self._count > self._most:
            raise RefusedError(
                f"The dump is larger than {self._most >> 20} MB unpacked, far more than it should. "
                "Nothing was unpacked from it."
            )
        return piece

    def drain(self) -> None:
        """Read to the end, so that a file cut after its last member is noticed."""
        while self.read():
            pass
