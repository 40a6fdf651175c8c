"""The few operations that publishing a set of files needs, on a folder and on an object store.

Keys are relative to the root of the store and use `/`.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from fsspec import AbstractFileSystem

from etl.store_errors import is_missing_bucket

# Ten thousand parts are the most that stores take: 160 GB.
PART_BYTES = 16 << 20
PENDING_PREFIX = ".pending-"
STAMP = "%Y%m%dT%H%M%S"
# An object store has no locks: there, a set that was never committed is given up after this time.
GIVEN_UP_AFTER = timedelta(hours=6)


def pending_name(token: str) -> str:
    """Return the name of a new pending set: it sorts by time and tells its age."""
    return f"{PENDING_PREFIX}{datetime.now(UTC):{STAMP}}-{token}"


class Store(Protocol):
    """Where files are published; `write` and `move` make a file appear whole."""

    def put(self, source: Path, key: str) -> None:
        """Copy a local file to a key, durably; a pending set is nobody's to read, so it may be seen half."""

    def put_whole(self, source: Path, key: str) -> None:
        """Copy a local file to a key, where it appears whole."""

    def write(self, key: str, content: bytes) -> None:
        """Write a small file in one step."""

    def stream(self, key: str) -> AbstractContextManager[BinaryIO]:
        """Give a stream for a large file, which appears whole at the end, or not at all after an error."""

    def read(self, key: str) -> bytes:
        """Return the bytes of a small file; FileNotFoundError where there is none."""

    def exists(self, key: str) -> bool:
        """Tell whether there is a file."""

    def move(self, source: str, key: str) -> None:
        """Put a file in the place of another; a source that is gone was moved by someone else."""

    def remove(self, key: str) -> None:
        """Remove a file, present or not."""

    def remove_all(self, name: str) -> None:
        """Remove a pending set with all it holds."""

    def pending_names(self) -> list[str]:
        """Return the names of the pending sets, oldest first."""

    def is_given_up(self, name: str) -> bool:
        """Tell whether nobody works any more on a set that was not committed."""

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys of all files below a folder, pending sets included."""

    def held(self, name: str) -> AbstractContextManager[None]:
        """Keep a new pending set from being taken for one given up."""

    def alone(self) -> AbstractContextManager[None]:
        """Let one process at a time move sets into place, where the store has locks."""


class FolderStore:
    """A folder of this machine: a rename is atomic, and the writer of a set holds a lock on its folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, source: Path, key: str) -> None:
        """Copy a file and force it to the disk."""
        target = self.root / key
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        _force_to_disk(target)

    def write(self, key: str, content: bytes) -> None:
        """Write beside the target, then rename."""
        self._appear(key, lambda beside: beside.write_bytes(content))

    def put_whole(self, source: Path, key: str) -> None:
        """Copy a file beside the target, then rename."""
        self._appear(key, lambda beside: shutil.copyfile(source, beside))

    def _appear(self, key: str, fill: Callable[[Path], object]) -> None:
        target = self.root / key
        target.parent.mkdir(parents=True, exist_ok=True)
        # Two writers of one key must not write into the same file.
        beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
        try:
            fill(beside)
            _force_to_disk(beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
        _force_to_disk(target.parent)

    @contextmanager
    def stream(self, key: str) -> Iterator[BinaryIO]:
        """Write beside the target, for this account's eyes only, then rename."""
        target = self.root / key
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
                yield handle
            _force_to_disk(beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
        _force_to_disk(target.parent)

    def read(self, key: str) -> bytes:
        """Return the bytes of a file."""
        return (self.root / key).read_bytes()

    def exists(self, key: str) -> bool:
        """Tell whether there is a file."""
        return (self.root / key).is_file()

    def move(self, source: str, key: str) -> None:
        """Rename over the target."""
        (self.root / key).parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            (self.root / source).replace(self.root / key)

    def remove(self, key: str) -> None:
        """Remove a file, present or not."""
        (self.root / key).unlink(missing_ok=True)

    def remove_all(self, name: str) -> None:
        """Remove a folder; another process may be doing the same."""
        with suppress(FileNotFoundError):
            shutil.rmtree(self.root / name)

    def pending_names(self) -> list[str]:
        """Return the names of the pending folders, oldest first."""
        if not self.root.is_dir():
            return []
        return sorted(path.name for path in self.root.glob(f"{PENDING_PREFIX}*") if path.is_dir())

    def is_given_up(self, name: str) -> bool:
        """Tell whether the writer is gone: the lock on the folder ends with its process."""
        try:
            descriptor = os.open(self.root / name, os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            os.close(descriptor)

    def keys(self, prefix: str = "") -> list[str]:
        """Return the paths, from the root, of all files below a folder."""
        return [
            (Path(folder) / name).relative_to(self.root).as_posix()
            for folder, _, names in os.walk(self.root / prefix)
            for name in names
        ]

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """Make the folder and lock it while the set is written."""
        self.root.mkdir(parents=True, exist_ok=True)
        with self.alone():  # made and not locked yet, it would look given up
            (self.root / name).mkdir()
            descriptor = os.open(self.root / name, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Lock the folder itself; the lock ends with the process."""
        descriptor = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


class ObjectStore:
    """A bucket: one request makes an object appear, and moves are copies inside the store."""

    def __init__(self, filesystem: AbstractFileSystem, root: str) -> None:
        self.filesystem = filesystem
        self.root = root

    def put(self, source: Path, key: str) -> None:
        """Send a file; a multipart upload shows nothing before its end."""
        self.filesystem.put_file(str(source), self._path(key))

    def put_whole(self, source: Path, key: str) -> None:
        """Send a file: nothing is seen before its end."""
        self.put(source, key)

    def write(self, key: str, content: bytes) -> None:
        """Send bytes in one request."""
        self.filesystem.pipe_file(self._path(key), content)

    @contextmanager
    def stream(self, key: str) -> Iterator[BinaryIO]:
        """Send parts as they come; what was not sent to its end is given up, and nobody sees it."""
        stream = self.filesystem.open(self._path(key), "wb", block_size=PART_BYTES)
        try:
            yield stream
        except BaseException:
            with suppress(OSError):
                stream.discard()
            stream.closed = True  # or it would be completed when it is forgotten
            raise
        stream.close()

    def read(self, key: str) -> bytes:
        """Return the bytes of an object."""
        content: bytes = self.filesystem.cat_file(self._path(key))
        return content

    def exists(self, key: str) -> bool:
        """Tell whether there is an object, whatever was listed before."""
        self.filesystem.invalidate_cache()
        return bool(self.filesystem.exists(self._path(key)))

    def move(self, source: str, key: str) -> None:
        """Copy inside the store; the source goes with its set, so that a killed move can be done again."""
        with suppress(FileNotFoundError):
            self.filesystem.cp_file(self._path(source), self._path(key))

    def remove(self, key: str) -> None:
        """Remove an object, present or not."""
        with suppress(FileNotFoundError):
            self.filesystem.rm_file(self._path(key))

    def remove_all(self, name: str) -> None:
        """Remove every object of a set."""
        self.filesystem.invalidate_cache()
        for path in self.filesystem.find(self._path(name)):
            with suppress(FileNotFoundError):
                self.filesystem.rm_file(path)

    def pending_names(self) -> list[str]:
        """Return the names of the pending sets, oldest first."""
        self.filesystem.invalidate_cache()
        try:
            listed = self.filesystem.ls(self.root, detail=False)
        except FileNotFoundError as error:
            if is_missing_bucket(error):
                raise
            return []
        names = {path.rstrip("/").rpartition("/")[2] for path in listed}
        return sorted(name for name in names if name.startswith(PENDING_PREFIX))

    def is_given_up(self, name: str) -> bool:
        """Tell whether the set is older than any run lasts."""
        stamp = name.removeprefix(PENDING_PREFIX).partition("-")[0]
        return datetime.now(UTC) - datetime.strptime(stamp, STAMP).replace(tzinfo=UTC) > GIVEN_UP_AFTER

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys of all objects below a folder: one request for each thousand."""
        self.filesystem.invalidate_cache()
        found = self.filesystem.find(self._path(prefix) if prefix else self.root)
        return [path.removeprefix(f"{self.root}/") for path in found]

    @contextmanager
    def held(self, name: str) -> Iterator[None]:  # noqa: ARG002  (an object store has nothing to hold)
        """Do nothing: the age of the set tells."""
        yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Do nothing: an object store has no locks; moving the same set twice is harmless."""
        yield

    def _path(self, key: str) -> str:
        return f"{self.root}/{key}"


def _force_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
